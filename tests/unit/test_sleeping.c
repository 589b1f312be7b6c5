/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/*
 * test_sleeping.c -- thousands of sleeps under the runtime, by a clock that moves only while the
 * thread sleeps: each ends at its time, in order, and the thread wakes no more often than that.
 */

#include <libminiasync/compose.h>
#include <libminiasync/runtime.h>

#include "support/fake_time.h"
#include "support/random.h"
#include "support/test.h"

enum { COUNT = 10000, GROUP = 100 };

#define STEP UINT64_C(3000) /* nanoseconds between one sleep's end and the next one's */

static struct future_sleep sleeps[COUNT];
static size_t order[COUNT]; /* the sleep that ends first, second, ... */

static int shuffled_sleeps(void **state)
{
	(void)state;
	struct random random = {1};
	fake_time_begin();
	for (size_t i = 0; i < COUNT; i++) {
		size_t other = random_below(&random, (uint32_t)i + 1);
		order[i] = order[other];
		order[other] = i;
	}
	/* Late enough to be all started before. */
	for (size_t i = 0; i < COUNT; i++)
		sleeps[order[i]] = future_sleep_until(fake_time.now + 1000000000 + i * STEP);
	return 0;
}

static void the_set_hands_sleeps_back_in_order(void **state)
{
	(void)state;
	struct runtime *runtime = runtime_new();
	for (size_t i = 0; i < COUNT; i++)
		assert_int_equal(runtime_add(runtime, FUTURE_AS_RUNNABLE(&sleeps[i]), NULL), 0);
	for (size_t i = 0; i < COUNT; i++) {
		struct future *next = runtime_next(runtime, UINT64_MAX, NULL);
		assert_ptr_equal(next, FUTURE_AS_RUNNABLE(&sleeps[order[i]]));
		assert_true(fake_time.now >= sleeps[order[i]].data.deadline);
	}
	assert_int_equal(runtime_count(runtime), 0);
	runtime_delete(runtime);
	/* Once for each, and now and then to look at futures that never wake. */
	assert_in_range(fake_time.sleeps, 1, COUNT + COUNT / 10);
}

static void joins_of_sleeps_wake_the_thread_once_for_each(void **state)
{
	(void)state;
	static struct future *names[COUNT];
	static struct future_join joins[COUNT / GROUP];
	static struct future *join_names[COUNT / GROUP];
	for (size_t i = 0; i < COUNT; i++)
		names[i] = FUTURE_AS_RUNNABLE(&sleeps[i]);
	for (size_t i = 0; i < COUNT / GROUP; i++) {
		joins[i] = future_join(names + i * GROUP, GROUP);
		join_names[i] = FUTURE_AS_RUNNABLE(&joins[i]);
	}
	struct future_join join = future_join(join_names, COUNT / GROUP);
	runtime_wait(NULL, FUTURE_AS_RUNNABLE(&join));
	assert_int_equal(FUTURE_OUTPUT(&join)->completed, COUNT / GROUP);
	assert_true(fake_time.now >= sleeps[order[COUNT - 1]].data.deadline);
	assert_in_range(fake_time.sleeps, 1, COUNT + COUNT / 10);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(the_set_hands_sleeps_back_in_order, shuffled_sleeps),
		cmocka_unit_test_setup(joins_of_sleeps_wake_the_thread_once_for_each,
				       shuffled_sleeps),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
