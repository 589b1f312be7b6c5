/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/*
 * test_bench_verdict.c -- which contender is best where, and the figures that it is judged by.
 */

#include "bench/samples.h"
#include "bench/verdict.h"

#include "support/test.h"

#include <string.h>

/* Rates of the plain loop and of two movers. */
static size_t add_cell(struct row *rows, struct cell cell, const double rates[3])
{
	static const char *const names[] = {"plain", "threads", "sync"};
	size_t first = cell.operation->function != NULL ? 0 : 1;
	for (size_t i = first; i < 3; i++)
		rows[i - first] = (struct row){
			.cell = cell,
			.name = names[i],
			.bytes_per_second = rates[i],
			.ratio = first == 0 ? rates[i] / rates[0] : 0,
		};
	return 3 - first;
}

static void test_neighbours_with_the_same_best_are_one(void **state)
{
	(void)state;
	struct row rows[32];
	struct verdict verdicts[32];
	const struct operation_kind *copy = operation_find("copy"),
				    *flush = operation_find("flush");
	size_t count = 0;
	count += add_cell(rows + count, (struct cell){copy, 64, 1, 1}, (double[]){9, 1, 2});
	count += add_cell(rows + count, (struct cell){copy, 256, 1, 1}, (double[]){9, 9.1, 9.2});
	count += add_cell(rows + count, (struct cell){copy, 1024, 1, 1}, (double[]){9, 18, 2});
	count += add_cell(rows + count, (struct cell){copy, 4096, 1, 1}, (double[]){9, 27, 9});
	count += add_cell(rows + count, (struct cell){copy, 64, 2, 2}, (double[]){9, 18, 19});
	count += add_cell(rows + count, (struct cell){flush, 64, 2, 2}, (double[]){0, 4, 4.1});

	rows[count - 3].bytes_per_second = 1; /* that of the ratio is what counts */

	assert_int_equal(verdict_find(rows, count, verdicts), 4);
	assert_string_equal(verdicts[0].name, "plain");
	assert_int_equal(verdicts[0].from, 64);
	assert_int_equal(verdicts[0].to, 256); /* 1.02 times is not faster */
	assert_string_equal(verdicts[1].name, "threads");
	assert_int_equal(verdicts[1].from, 1024);
	assert_int_equal(verdicts[1].to, 4096);
	assert_true(verdicts[1].least == 2 && verdicts[1].most == 3);
	assert_string_equal(verdicts[2].name, "sync");
	assert_int_equal(verdicts[2].depth, 2);
	assert_string_equal(verdicts[3].name, "sync");
	assert_ptr_equal(verdicts[3].operation, flush);
	assert_int_equal(verdict_find(rows, 0, verdicts), 0);
}

static void test_percentiles_are_nearest_ranks(void **state)
{
	(void)state;
	static struct samples samples;
	assert_true(samples_percentile(&samples, 50) == 0);
	for (size_t i = 0; i < 200; i++)
		samples.values[i] = (double)(i * 7 % 200 + 1);
	samples.count = 200;
	assert_true(samples_percentile(&samples, 50) == 100);
	assert_true(samples_percentile(&samples, 99) == 198);
	samples.count = 3;
	assert_true(samples_percentile(&samples, 99) == 3);
	assert_true(samples_percentile(&samples, 50) == 2);
}

static void test_medians(void **state)
{
	(void)state;
	assert_true(median_of((double[]){5, 1, 9}, 3) == 5);
	assert_true(median_of((double[]){5, 1, 9, 7}, 4) == 6);
	assert_true(median_of(NULL, 0) == 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_neighbours_with_the_same_best_are_one),
		cmocka_unit_test(test_percentiles_are_nearest_ranks),
		cmocka_unit_test(test_medians),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
