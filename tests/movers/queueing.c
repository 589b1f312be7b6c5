/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/*
 * queueing.c -- many operations at once, more than a queue holds; those that are dropped; those
 * that move in memory; and a mover that is deleted with all of that behind it.
 */

#include <malloc.h>
#include <stdlib.h>
#include <string.h>

#include "movers/mover.h"
#include "support/pattern.h"
#include "support/waker.h"

/* Copies into slices of one block, all outstanding at once. */
struct crowd {
	size_t count, slice;
	unsigned char *source, *dest;
	struct vdm_operation_future *copies;
};

static void crowd_init(struct crowd *crowd, struct vdm *vdm, size_t count, size_t slice)
{
	crowd->count = count;
	crowd->slice = slice;
	crowd->source = malloc(count * slice);
	crowd->dest = calloc(count, slice);
	crowd->copies = malloc(count * sizeof(*crowd->copies));
	assert_true(crowd->source != NULL && crowd->dest != NULL && crowd->copies != NULL);
	pattern_fill(crowd->source, count * slice, 1);
	for (size_t i = 0; i < count; i++)
		crowd->copies[i] = vdm_memcpy(vdm, crowd->dest + i * slice,
					      crowd->source + i * slice, slice, 0);
}

static void crowd_arrived(const struct crowd *crowd)
{
	for (size_t i = 0; i < crowd->count; i++)
		assert_int_equal(FUTURE_OUTPUT(&crowd->copies[i])->result, VDM_SUCCESS);
	assert_memory_equal(crowd->dest, crowd->source, crowd->count * crowd->slice);
}

static void crowd_end(struct crowd *crowd)
{
	free(crowd->source);
	free(crowd->dest);
	free(crowd->copies);
}

static void more_operations_than_the_queue_holds_all_complete(void **state)
{
	struct crowd crowd;
	crowd_init(&crowd, vdm_of(state), 4 * tested->in_flight + 3, 700);
	finish_all(crowd.copies, crowd.count);
	crowd_arrived(&crowd);
	crowd_end(&crowd);
}

static void thousands_of_operations_are_outstanding_at_once(void **state)
{
	struct crowd crowd;
	crowd_init(&crowd, vdm_of(state), 5000, 64);
	finish_all(crowd.copies, crowd.count);
	crowd_arrived(&crowd);
	crowd_end(&crowd);
}

static void large_operations_share_a_queue_with_small_ones(void **state)
{
	struct crowd small, large;
	crowd_init(&small, vdm_of(state), 50, 10);
	crowd_init(&large, vdm_of(state), 5, 600 * 1000);
	for (size_t i = 0; i < large.count; i++)
		future_poll(FUTURE_AS_RUNNABLE(&large.copies[i]), NULL);
	finish_all(small.copies, small.count);
	finish_all(large.copies, large.count);
	crowd_arrived(&small);
	crowd_arrived(&large);
	crowd_end(&small);
	crowd_end(&large);
}

static void a_refused_operation_stays_idle_says_when_to_try_again_and_then_runs(void **state)
{
	if (tested->in_flight == 0) {
		print_message("skipped: %s refuses nothing\n", tested->name);
		skip();
	}
	needs_hold(state);
	struct crowd crowd;
	crowd_init(&crowd, vdm_of(state), tested->in_flight + 2, 100);
	struct counting_waker waker;
	counting_waker_init(&waker);
	struct future_notifier notifier = counting_waker_notifier(&waker);

	size_t refused = 0;
	for (size_t i = 0; i < crowd.count; i++) {
		if (future_poll(FUTURE_AS_RUNNABLE(&crowd.copies[i]), &notifier) !=
		    FUTURE_STATE_IDLE)
			continue;
		refused++;
		assert_true(notifier.notifier_used == FUTURE_NOTIFIER_WAKER ||
			    notifier.poll_within_us > 0);
		assert_int_equal(FUTURE_OUTPUT(&crowd.copies[i])->result, VDM_SUCCESS);
	}
	assert_true(refused >= 2);

	tested->release(*state);
	finish_all(crowd.copies, crowd.count);
	crowd_arrived(&crowd);
	crowd_end(&crowd);
}

static void dropping_a_million_unpolled_operations_leaks_nothing(void **state)
{
	struct vdm *vdm = vdm_of(state);
	char source[8] = "source", dest[8];
	enum { DROPPED = 1000000 };
	size_t before = mallinfo2().uordblks;
	for (int i = 0; i < DROPPED; i++) {
		struct vdm_operation_future copy = vdm_memcpy(vdm, dest, source, sizeof(dest), 0);
		assert_int_equal(FUTURE_STATE(&copy), FUTURE_STATE_IDLE);
	}
	/* Less than a byte each; workers that are just starting allocate something too. */
	assert_true(mallinfo2().uordblks < before + DROPPED);

	/* And took no room from those that are polled. */
	struct crowd crowd;
	crowd_init(&crowd, vdm, tested->in_flight + 1, 100);
	finish_all(crowd.copies, crowd.count);
	crowd_arrived(&crowd);
	crowd_end(&crowd);
}

static void operations_may_move_in_memory_while_they_run(void **state)
{
	enum { COUNT = 300, SLICE = 3000 };
	struct crowd crowd;
	crowd_init(&crowd, vdm_of(state), COUNT, SLICE);
	size_t pending = COUNT;
	while (pending > 0) {
		pending = 0;
		for (size_t i = 0; i < COUNT; i++) {
			if (future_poll(FUTURE_AS_RUNNABLE(&crowd.copies[i]), NULL) !=
			    FUTURE_STATE_COMPLETE)
				pending++;
		}
		/* All of them, to elsewhere; the old place is garbage, then nobody's. */
		size_t bytes = COUNT * sizeof(*crowd.copies);
		struct vdm_operation_future *elsewhere = malloc(bytes);
		assert_non_null(elsewhere);
		memcpy(elsewhere, crowd.copies, bytes);
		memset(crowd.copies, 0xA5, bytes);
		free(crowd.copies);
		crowd.copies = elsewhere;
	}
	crowd_arrived(&crowd);
	crowd_end(&crowd);
}

static void deleting_waits_for_what_was_started(void **state)
{
	struct crowd crowd;
	crowd_init(&crowd, vdm_of(state), 9, 300 * 1000);
	for (size_t i = 0; i < crowd.count; i++)
		future_poll(FUTURE_AS_RUNNABLE(&crowd.copies[i]), NULL);

	mover_tear_down(state);

	for (size_t i = 0; i < crowd.count; i++) {
		if (FUTURE_STATE(&crowd.copies[i]) != FUTURE_STATE_IDLE)
			assert_memory_equal(crowd.dest + i * crowd.slice,
					    crowd.source + i * crowd.slice, crowd.slice);
	}
	/* Nobody writes any more. */
	memset(crowd.dest, 0, crowd.count * crowd.slice);
	assert_true(all_bytes_are(crowd.dest, crowd.count * crowd.slice, 0));
	crowd_end(&crowd);
	mover_set_up(state);
}

static void a_mover_may_be_deleted_right_after_the_last_poll(void **state)
{
	char source[4000] = "source", dest[4000];
	for (int i = 0; i < 100; i++) {
		struct vdm_operation_future copy =
			vdm_memcpy(vdm_of(state), dest, source, sizeof(dest), 0);
		assert_int_equal(finish(&copy), VDM_SUCCESS);
		mover_tear_down(state);
		mover_set_up(state);
	}
}

int queueing_suite(void)
{
	const struct CMUnitTest tests[] = {
		mover_test(more_operations_than_the_queue_holds_all_complete),
		mover_test(thousands_of_operations_are_outstanding_at_once),
		mover_test(large_operations_share_a_queue_with_small_ones),
		mover_test(a_refused_operation_stays_idle_says_when_to_try_again_and_then_runs),
		mover_test(dropping_a_million_unpolled_operations_leaks_nothing),
		mover_test(operations_may_move_in_memory_while_they_run),
		mover_test(deleting_waits_for_what_was_started),
		mover_test(a_mover_may_be_deleted_right_after_the_last_poll),
	};
	return cmocka_run_group_tests_name("queueing", tests, NULL, NULL);
}
