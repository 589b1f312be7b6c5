/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/*
 * test_quantity.c -- sizes and counts as people write and read them.
 */

#include "quantity.h"

#include "support/test.h"

static void assert_size(const char *text, size_t expected)
{
	size_t size = 0;
	assert_int_equal(parse_size(text, &size), 0);
	assert_int_equal(size, expected);
}

static void test_sizes_are_powers_of_1024(void **state)
{
	(void)state;
	assert_size("0", 0);
	assert_size("1", 1);
	assert_size("4096", 4096);
	assert_size("1K", (size_t)1 << 10);
	assert_size("3m", (size_t)3 << 20);
	assert_size("16G", (size_t)16 << 30);
	assert_size("18446744073709551615", SIZE_MAX);
	assert_size("17179869183G", (size_t)17179869183 << 30);
}

static void test_what_is_no_number_is_refused(void **state)
{
	(void)state;
	static const char *const bad[] = {
		"",
		" 1",
		"+1",
		"-1",
		"x",
		"1 ",
		"1x",
		"1KB",
		"1 K",
		"K",
		"0x10",
		"1.5M",
		"18446744073709551616",
		"17179869184G",
	};
	for (size_t i = 0; i < COUNT_OF(bad); i++) {
		size_t number = 42;
		if (parse_size(bad[i], &number) != -1 || number != 42)
			fail_msg("'%s' was taken for a size", bad[i]);
		if (parse_count(bad[i], &number) != -1 || number != 42)
			fail_msg("'%s' was taken for a count", bad[i]);
	}
	size_t count = 42;
	assert_int_equal(parse_count("1K", &count), -1);
	assert_int_equal(parse_count("17", &count), 0);
	assert_int_equal(count, 17);
}

static void test_formatted(void **state)
{
	(void)state;
	char text[QUANTITY_LENGTH];
	assert_string_equal(format_size(text, 0), "0");
	assert_string_equal(format_size(text, 1023), "1023");
	assert_string_equal(format_size(text, 1024), "1.0K");
	assert_string_equal(format_size(text, 1536 << 10), "1.5M");
	assert_string_equal(format_size(text, UINT64_MAX), "17179869184.0G");

	assert_string_equal(format_exact_size(text, 0), "0");
	assert_string_equal(format_exact_size(text, 64), "64");
	assert_string_equal(format_exact_size(text, 1025), "1025");
	assert_string_equal(format_exact_size(text, 1536 << 10), "1536K");
	assert_string_equal(format_exact_size(text, (uint64_t)1 << 40), "1024G");
}

static void test_rates_are_powers_of_1000(void **state)
{
	(void)state;
	assert_true(rate(2000000000, 0.5) == 4.0);
	assert_true(rate(1, 0) == 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_sizes_are_powers_of_1024),
		cmocka_unit_test(test_what_is_no_number_is_refused),
		cmocka_unit_test(test_formatted),
		cmocka_unit_test(test_rates_are_powers_of_1000),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
