/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/*
 * test_bench_sweep.c -- lists and ranges, and the places that they make.
 */

#include "bench/sweep.h"

#include "support/test.h"

#include <string.h>

#define MIB ((size_t)1 << 20)

static void take_sizes(struct sweep *sweep, const char *text)
{
	char copy[64];
	strcpy(copy, text);
	sweep_take_sizes(sweep, copy, NULL);
}

static void assert_sizes(const char *text, const size_t *sizes, size_t count)
{
	struct sweep sweep = {0};
	take_sizes(&sweep, text);
	assert_int_equal(sweep.size_count, count);
	assert_memory_equal(sweep.sizes, sizes, count * sizeof(*sizes));
}

static void test_sizes_are_in_order_and_once(void **state)
{
	(void)state;
	assert_sizes("64", (const size_t[]){64}, 1);
	assert_sizes("4K,64,1M,64", (const size_t[]){64, 4096, MIB}, 3);
	assert_sizes("64..1K", (const size_t[]){64, 256, 1024}, 3);
	assert_sizes("64..1000", (const size_t[]){64, 256, 1000}, 3);
	assert_sizes("8..8", (const size_t[]){8}, 1);
	assert_sizes("1K..4K,2K", (const size_t[]){1024, 2048, 4096}, 3);
	struct sweep sweep = {0};
	take_sizes(&sweep, "1..64G");
	assert_int_equal(sweep.size_count, 19);
	assert_true(sweep.sizes[18] == SWEEP_SIZE_MAX);
}

static void test_a_cell_spans_no_more_than_is_kept(void **state)
{
	(void)state;
	struct sweep sweep = {.operations = {&operation_kinds[0]}, .operation_count = 1};
	struct cell cell;
	take_sizes(&sweep, "1K,16M,256M");
	char depths[] = "1,16,32";
	sweep_take_depths(&sweep, depths, NULL);
	assert_int_equal(sweep_count(&sweep), 9);

	static const size_t wanted[9] = {1, 1, 1, 16, 4, 0, 32, 0, 0}; /* 0: measured already */
	for (size_t i = 0; i < 9; i++) {
		assert_int_equal(sweep_cell(&sweep, i, &cell), wanted[i] != 0);
		if (wanted[i] != 0)
			assert_int_equal(cell.depth, wanted[i]);
		assert_true(cell.depth == 1 || cell.depth * cell.size <= SWEEP_SPAN);
		assert_true(cell.size == sweep.sizes[i % 3]);
		assert_true(cell.depth_asked == sweep.depths[i / 3]);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_sizes_are_in_order_and_once),
		cmocka_unit_test(test_a_cell_spans_no_more_than_is_kept),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
