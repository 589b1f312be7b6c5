/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/*
 * composing.c -- the mover's operations as children of compositions.
 */

#include <stdlib.h>
#include <string.h>

#include "movers/mover.h"
#include "support/pattern.h"
#include "support/waker.h"

enum { COUNT = 60, SLICE = 3000 };

#define NEVER UINT64_MAX

static unsigned char source[COUNT][SLICE], dest[COUNT][SLICE];
static struct vdm_operation_future copies[COUNT];
static struct future *pointers[COUNT];

static void make_copies(struct vdm *vdm, unsigned seed)
{
	pattern_fill(source, sizeof(source), seed);
	memset(dest, 0, sizeof(dest));
	for (size_t i = 0; i < COUNT; i++) {
		copies[i] = vdm_memcpy(vdm, dest[i], source[i], SLICE, 0);
		pointers[i] = FUTURE_AS_RUNNABLE(&copies[i]);
	}
}

static void wait_by_answers(struct future *fut)
{
	wait_as_answered(fut);
}

static void wait_by_runtime(struct future *fut)
{
	runtime_wait(NULL, fut);
}

static void a_join_of_operations_is_waited_for_as_one(void **state)
{
	void (*const waits[])(struct future *) = {wait_by_answers, wait_by_runtime};
	for (unsigned i = 0; i < COUNT_OF(waits); i++) {
		make_copies(vdm_of(state), i);
		struct future_join join = future_join(pointers, COUNT);
		waits[i](FUTURE_AS_RUNNABLE(&join));
		assert_int_equal(FUTURE_OUTPUT(&join)->completed, COUNT);
		assert_memory_equal(dest, source, sizeof(dest));
	}
}

static void joins_in_a_join_in_a_timeout(void **state)
{
	make_copies(vdm_of(state), 3);
	struct future_join inner[COUNT / 10];
	struct future *inner_pointers[COUNT / 10];
	for (size_t i = 0; i < COUNT / 10; i++) {
		inner[i] = future_join(&pointers[10 * i], 10);
		inner_pointers[i] = FUTURE_AS_RUNNABLE(&inner[i]);
	}
	struct future_join join = future_join(inner_pointers, COUNT / 10);
	struct future_timeout timeout = future_timeout(FUTURE_AS_RUNNABLE(&join), NEVER);
	runtime_wait(NULL, FUTURE_AS_RUNNABLE(&timeout));
	assert_int_equal(FUTURE_OUTPUT(&timeout)->expired, 0);
	assert_int_equal(FUTURE_OUTPUT(&join)->completed, COUNT / 10);
	assert_memory_equal(dest, source, sizeof(dest));
}

static void every_operation_wins_a_race_once(void **state)
{
	make_copies(vdm_of(state), 4);
	struct future *running[COUNT];
	memcpy(running, pointers, sizeof(running));
	for (size_t n = COUNT; n > 0; n--) {
		struct future_race race = future_race(running, n);
		runtime_wait(NULL, FUTURE_AS_RUNNABLE(&race));
		size_t winner = FUTURE_OUTPUT(&race)->winner;
		assert_true(winner < n);
		assert_int_equal(running[winner]->context.state, FUTURE_STATE_COMPLETE);
		running[winner] = running[n - 1];
	}
	assert_memory_equal(dest, source, sizeof(dest));
}

static void operations_that_outlast_a_race_or_a_timeout_go_on(void **state)
{
	needs_hold(state);
	make_copies(vdm_of(state), 5);
	struct future_yield yield = future_yield();
	struct future *both[] = {pointers[0], FUTURE_AS_RUNNABLE(&yield)};
	struct future_race race = future_race(both, 2);
	struct future_timeout timeout = future_timeout(pointers[1], 1000);
	runtime_wait(NULL, FUTURE_AS_RUNNABLE(&race));
	runtime_wait(NULL, FUTURE_AS_RUNNABLE(&timeout));
	assert_int_equal(FUTURE_OUTPUT(&race)->winner, 1);
	assert_int_equal(FUTURE_OUTPUT(&timeout)->expired, 1);

	tested->release(*state);
	struct future_join join = future_join(pointers, 2);
	runtime_wait(NULL, FUTURE_AS_RUNNABLE(&join));
	for (size_t i = 0; i < 2; i++)
		assert_int_equal(FUTURE_OUTPUT(&copies[i])->result, VDM_SUCCESS);
	assert_memory_equal(dest, source, 2 * SLICE);
}

static void an_operation_that_timed_out_is_cancelled_and_drained(void **state)
{
	needs_hold(state);
	unsigned char *from = calloc(1, SLICE), *to = calloc(1, SLICE);
	struct vdm_operation_future copy = vdm_memcpy(vdm_of(state), to, from, SLICE, 0);
	struct future_timeout timeout = future_timeout(FUTURE_AS_RUNNABLE(&copy), 1000);
	runtime_wait(NULL, FUTURE_AS_RUNNABLE(&timeout));
	assert_int_equal(FUTURE_OUTPUT(&timeout)->expired, 1);

	future_cancel(FUTURE_AS_RUNNABLE(&copy));
	future_poll(FUTURE_AS_RUNNABLE(&copy), NULL);
	tested->release(*state);
	runtime_wait(NULL, FUTURE_AS_RUNNABLE(&copy));
	free(from); /* nothing reads or writes there any more */
	free(to);
}

static void a_cancelled_join_ends_when_all_its_operations_have(void **state)
{
	for (unsigned polls = 0; polls < 3; polls++) {
		make_copies(vdm_of(state), 6 + polls);
		struct future_join join = future_join(pointers, COUNT);
		for (unsigned i = 0; i < polls; i++)
			future_poll(FUTURE_AS_RUNNABLE(&join), NULL);
		future_cancel(FUTURE_AS_RUNNABLE(&join));
		runtime_wait(NULL, FUTURE_AS_RUNNABLE(&join));
		assert_int_equal(FUTURE_OUTPUT(&join)->completed, COUNT);
		for (size_t i = 0; i < COUNT; i++) {
			enum vdm_operation_result result = FUTURE_OUTPUT(&copies[i])->result;
			assert_int_equal(copies[i].base.context.state, FUTURE_STATE_COMPLETE);
			if (result == VDM_SUCCESS)
				assert_memory_equal(dest[i], source[i], SLICE);
			else
				assert_int_equal(result, VDM_ERROR_CANCELED);
		}
	}
}

/* A chain whose entries are compositions: both copies, then a pause, then a third copy. */
struct stages {
	FUTURE_CHAIN_ENTRY(struct future_join, both);
	FUTURE_CHAIN_ENTRY(struct future_sleep, pause);
	FUTURE_CHAIN_ENTRY_LAST(struct vdm_operation_future, third);
};
FUTURE(staged_future, struct stages, char);

static void compositions_are_entries_of_chains(void **state)
{
	make_copies(vdm_of(state), 9);
	struct staged_future chain;
	FUTURE_CHAIN_ENTRY_INIT(&chain.data.both, future_join(pointers, 2), NULL, NULL);
	FUTURE_CHAIN_ENTRY_INIT(&chain.data.pause, future_sleep(1000), NULL, NULL);
	/* The second copy has arrived by now. */
	FUTURE_CHAIN_ENTRY_INIT(&chain.data.third,
				vdm_memcpy(vdm_of(state), dest[2], dest[1], SLICE, 0), NULL, NULL);
	FUTURE_CHAIN_INIT(&chain);
	struct future_timeout timeout = future_timeout(FUTURE_AS_RUNNABLE(&chain), NEVER);
	runtime_wait(NULL, FUTURE_AS_RUNNABLE(&timeout));
	assert_memory_equal(dest[0], source[0], SLICE);
	assert_memory_equal(dest[2], source[1], SLICE);
}

int composing_suite(void)
{
	const struct CMUnitTest tests[] = {
		mover_test(a_join_of_operations_is_waited_for_as_one),
		mover_test(joins_in_a_join_in_a_timeout),
		mover_test(every_operation_wins_a_race_once),
		mover_test(operations_that_outlast_a_race_or_a_timeout_go_on),
		mover_test(an_operation_that_timed_out_is_cancelled_and_drained),
		mover_test(a_cancelled_join_ends_when_all_its_operations_have),
		mover_test(compositions_are_entries_of_chains),
	};
	return cmocka_run_group_tests_name("composing", tests, NULL, NULL);
}
