/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/*
 * canceling.c -- an operation that is cancelled ends as CANCELED or as SUCCESS, and from then on
 * its memory is its owner's.
 */

#include <stdlib.h>
#include <string.h>

#include "movers/mover.h"
#include "support/guard.h"
#include "support/pattern.h"

#define UNTOUCHED 0xA5
#define MINE 0x3C
#define SEED 11

/* A copy between two mappings of its own. */
struct owned_copy {
	size_t n;
	void *source, *dest;
	struct vdm_operation_future copy;
};

static void owned_copy_init(struct owned_copy *owned, struct vdm *vdm, size_t n)
{
	owned->n = n;
	owned->source = guard_allocate(n);
	owned->dest = guard_allocate(n);
	pattern_fill(owned->source, n, SEED);
	owned->copy = vdm_memcpy(vdm, owned->dest, owned->source, n, 0);
}

static enum future_state owned_copy_poll(struct owned_copy *owned)
{
	return future_poll(FUTURE_AS_RUNNABLE(&owned->copy), NULL);
}

/* Waits for its end, and takes its memory back: a source that is read still faults. */
static void owned_copy_finish(struct owned_copy *owned)
{
	switch (finish(&owned->copy)) {
	case VDM_SUCCESS:
		assert_true(pattern_holds(owned->dest, owned->n, SEED));
		break;
	case VDM_ERROR_CANCELED:
		assert_ptr_equal(FUTURE_OUTPUT(&owned->copy)->output.memcpy.dest, owned->dest);
		break;
	default:
		fail_msg("ended as %s", vdm_result_string(FUTURE_OUTPUT(&owned->copy)->result));
	}
	guard_forbid(owned->source, owned->n);
	memset(owned->dest, MINE, owned->n);
}

static void owned_copy_end(struct owned_copy *owned)
{
	assert_true(all_bytes_are(owned->dest, owned->n, MINE));
	guard_free(owned->source, owned->n);
	guard_free(owned->dest, owned->n);
}

static void cancelled_before_its_first_poll_it_never_starts(void **state)
{
	char source[100] = "source", dest[100];
	memset(dest, UNTOUCHED, sizeof(dest));
	struct vdm_operation_future made[] = {
		vdm_memcpy(vdm_of(state), dest, source, sizeof(dest), 0),
		vdm_memmove(vdm_of(state), dest, source, sizeof(dest), 0),
		vdm_memset(vdm_of(state), dest, 'x', sizeof(dest), 0),
		vdm_flush(vdm_of(state), dest, sizeof(dest), 0),
	};
	for (size_t i = 0; i < COUNT_OF(made); i++) {
		future_cancel(FUTURE_AS_RUNNABLE(&made[i]));
		assert_int_equal(future_poll(FUTURE_AS_RUNNABLE(&made[i]), NULL),
				 FUTURE_STATE_COMPLETE);
		assert_int_equal(FUTURE_OUTPUT(&made[i])->result, VDM_ERROR_CANCELED);
		assert_int_equal(FUTURE_OUTPUT(&made[i])->type, i);
		assert_true(all_bytes_are(dest, sizeof(dest), UNTOUCHED));
	}
}

static void cancelled_after_it_completed_it_stays_a_success(void **state)
{
	struct owned_copy owned;
	owned_copy_init(&owned, vdm_of(state), 100);
	finish(&owned.copy);
	future_cancel(FUTURE_AS_RUNNABLE(&owned.copy));
	assert_int_equal(owned_copy_poll(&owned), FUTURE_STATE_COMPLETE);
	assert_int_equal(FUTURE_OUTPUT(&owned.copy)->result, VDM_SUCCESS);
	owned_copy_finish(&owned);
	owned_copy_end(&owned);
}

static void cancelled_while_it_waits_for_room_it_never_starts(void **state)
{
	if (tested->in_flight == 0) {
		print_message("skipped: %s refuses nothing\n", tested->name);
		skip();
	}
	needs_hold(state);
	size_t count = tested->in_flight + 1;
	struct owned_copy *owned = calloc(count, sizeof(*owned));
	assert_non_null(owned);
	for (size_t i = 0; i < count; i++) {
		owned_copy_init(&owned[i], vdm_of(state), 100);
		do /* the workers take theirs out of the queue in their own time */
			owned_copy_poll(&owned[i]);
		while (i + 1 < count && FUTURE_STATE(&owned[i].copy) == FUTURE_STATE_IDLE);
	}
	struct owned_copy *refused = owned; /* some were, whichever came too soon */
	while (FUTURE_STATE(&refused->copy) != FUTURE_STATE_IDLE && refused < &owned[count - 1])
		refused++;
	assert_int_equal(FUTURE_STATE(&refused->copy), FUTURE_STATE_IDLE);

	future_cancel(FUTURE_AS_RUNNABLE(&refused->copy));
	assert_int_equal(owned_copy_poll(refused), FUTURE_STATE_COMPLETE);
	assert_int_equal(FUTURE_OUTPUT(&refused->copy)->result, VDM_ERROR_CANCELED);
	assert_true(all_bytes_are(refused->dest, refused->n, UNTOUCHED));

	tested->release(*state);
	for (size_t i = 0; i < count; i++) {
		owned_copy_finish(&owned[i]);
		owned_copy_end(&owned[i]);
	}
	free(owned);
}

static void cancelled_while_held_every_operation_ends_and_lets_go(void **state)
{
	needs_hold(state);
	enum { COUNT = 20 };
	struct owned_copy owned[COUNT];
	for (size_t i = 0; i < COUNT; i++) {
		owned_copy_init(&owned[i], vdm_of(state), 3000);
		owned_copy_poll(&owned[i]);
	}
	/* What says that it has ended while the engine is held must have let go of its memory. */
	int ended[COUNT];
	for (size_t i = 0; i < COUNT; i++) {
		future_cancel(FUTURE_AS_RUNNABLE(&owned[i].copy));
		ended[i] = owned_copy_poll(&owned[i]) == FUTURE_STATE_COMPLETE;
		if (ended[i])
			owned_copy_finish(&owned[i]);
	}
	tested->release(*state);
	for (size_t i = 0; i < COUNT; i++) {
		if (!ended[i])
			owned_copy_finish(&owned[i]);
	}
	mover_tear_down(state);
	mover_set_up(state);
	for (size_t i = 0; i < COUNT; i++)
		owned_copy_end(&owned[i]);
}

static void cancelled_at_any_moment_every_operation_ends_and_lets_go(void **state)
{
	enum { COUNT = 120 };
	static const size_t sizes[] = {10, 3000, 40000, 600 * 1000};
	struct owned_copy owned[COUNT];
	for (size_t i = 0; i < COUNT; i++) {
		owned_copy_init(&owned[i], vdm_of(state), sizes[i % COUNT_OF(sizes)]);
		for (size_t polls = 0; polls < i % 5; polls++)
			owned_copy_poll(&owned[i]);
		if (i % 3 != 0)
			future_cancel(FUTURE_AS_RUNNABLE(&owned[i].copy));
	}
	for (size_t i = 0; i < COUNT; i++)
		owned_copy_finish(&owned[i]);
	mover_tear_down(state);
	mover_set_up(state);
	for (size_t i = 0; i < COUNT; i++)
		owned_copy_end(&owned[i]);
}

static void cancelled_operations_leave_their_room_to_others(void **state)
{
	for (size_t i = 0; i < 2 * tested->in_flight + 5; i++) {
		struct owned_copy owned;
		owned_copy_init(&owned, vdm_of(state), 2000);
		owned_copy_poll(&owned);
		future_cancel(FUTURE_AS_RUNNABLE(&owned.copy));
		owned_copy_finish(&owned);
		owned_copy_end(&owned);
	}
	struct owned_copy after;
	owned_copy_init(&after, vdm_of(state), 2000);
	assert_int_equal(finish(&after.copy), VDM_SUCCESS);
	owned_copy_finish(&after);
	owned_copy_end(&after);
}

struct copies {
	FUTURE_CHAIN_ENTRY(struct vdm_operation_future, first);
	FUTURE_CHAIN_ENTRY_LAST(struct vdm_operation_future, second);
};
struct no_output {
	char unused;
};
FUTURE(copies_chain, struct copies, struct no_output);

static void a_cancelled_chain_starts_no_operation_any_more(void **state)
{
	char source[100] = "source", dest[100];
	memset(dest, UNTOUCHED, sizeof(dest));
	struct copies_chain chain;
	FUTURE_CHAIN_ENTRY_INIT(&chain.data.first,
				vdm_memcpy(vdm_of(state), dest, source, sizeof(dest), 0), NULL,
				NULL);
	FUTURE_CHAIN_ENTRY_INIT(&chain.data.second,
				vdm_memset(vdm_of(state), dest, 'x', sizeof(dest), 0), NULL, NULL);
	FUTURE_CHAIN_INIT(&chain);

	future_cancel(FUTURE_AS_RUNNABLE(&chain));
	assert_int_equal(future_poll(FUTURE_AS_RUNNABLE(&chain), NULL), FUTURE_STATE_COMPLETE);

	assert_int_equal(FUTURE_OUTPUT(&chain.data.first.fut)->result, VDM_ERROR_CANCELED);
	assert_int_equal(FUTURE_OUTPUT(&chain.data.second.fut)->result, VDM_ERROR_CANCELED);
	assert_true(all_bytes_are(dest, sizeof(dest), UNTOUCHED));
}

int canceling_suite(void)
{
	const struct CMUnitTest tests[] = {
		mover_test(cancelled_before_its_first_poll_it_never_starts),
		mover_test(cancelled_after_it_completed_it_stays_a_success),
		mover_test(cancelled_while_it_waits_for_room_it_never_starts),
		mover_test(cancelled_while_held_every_operation_ends_and_lets_go),
		mover_test(cancelled_at_any_moment_every_operation_ends_and_lets_go),
		mover_test(cancelled_operations_leave_their_room_to_others),
		mover_test(a_cancelled_chain_starts_no_operation_any_more),
	};
	return cmocka_run_group_tests_name("canceling", tests, NULL, NULL);
}
