/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/*
 * test_counters.c -- what is added is in the sum, also with more threads than shards.
 */

#include "concurrent/counters.h"

#include "support/test.h"
#include "support/together.h"

#define THREADS (2 * COUNTERS_SHARDS + 3)
#define ROUNDS 300000

static void test_figures_are_apart(void **state)
{
	(void)state;
	struct counters counters = {0};
	for (unsigned round = 0; round < 3; round++)
		for (unsigned figure = 0; figure < COUNTERS_MAX; figure++)
			counters_add(&counters, figure, (uint64_t)figure << 32 | 1);
	for (unsigned figure = 0; figure < COUNTERS_MAX; figure++)
		assert_int_equal(counters_sum(&counters, figure), ((uint64_t)figure << 32 | 1) * 3);
}

static void test_sets_are_apart(void **state)
{
	(void)state;
	struct counters one = {0}, other = {0};
	counters_add(&one, 0, 5);
	counters_add(&other, 0, 7);
	assert_int_equal(counters_sum(&one, 0), 5);
	assert_int_equal(counters_sum(&other, 0), 7);
}

static void add_rounds(void *shared, unsigned number)
{
	struct counters *counters = shared;
	for (unsigned round = 0; round < ROUNDS; round++) {
		counters_add(counters, 0, 1);
		counters_add(counters, COUNTERS_MAX - 1, number);
	}
}

/* Twice, since the threads of the second time find every shard taken by those of the first. */
static void test_more_threads_than_shards(void **state)
{
	(void)state;
	struct counters counters = {0};
	for (unsigned time = 1; time <= 2; time++) {
		run_together(THREADS, add_rounds, &counters);
		assert_int_equal(counters_sum(&counters, 0), (uint64_t)time * THREADS * ROUNDS);
		assert_int_equal(counters_sum(&counters, COUNTERS_MAX - 1),
				 (uint64_t)time * ROUNDS * (THREADS * (THREADS - 1) / 2));
	}
}

struct watched {
	struct counters counters;
	atomic_uint fell; /* sums that were less than one before */
};

static void add_and_watch(void *shared, unsigned number)
{
	struct watched *watched = shared;
	uint64_t before = 0;
	for (unsigned round = 0; round < ROUNDS; round++) {
		if (number > 0) {
			counters_add(&watched->counters, 3, 2);
			continue;
		}
		uint64_t now = counters_sum(&watched->counters, 3);
		if (now < before)
			atomic_fetch_add(&watched->fell, 1);
		before = now;
	}
}

static void test_sums_taken_meanwhile_only_grow(void **state)
{
	(void)state;
	struct watched watched = {.fell = 0};
	run_together(5, add_and_watch, &watched);
	assert_int_equal(watched.fell, 0);
	assert_int_equal(counters_sum(&watched.counters, 3), 4 * ROUNDS * 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_figures_are_apart),
		cmocka_unit_test(test_sets_are_apart),
		cmocka_unit_test(test_more_threads_than_shards),
		cmocka_unit_test(test_sums_taken_meanwhile_only_grow),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
