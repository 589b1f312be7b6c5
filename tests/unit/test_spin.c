/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/*
 * test_spin.c -- how long a thread looks before it sleeps follows from how long its waits were.
 */

#include "concurrent/spin.h"

#include "support/test.h"

unsigned __wrap_os_usable_cpus(void);

unsigned __wrap_os_usable_cpus(void)
{
	return 2;
}

static void who_waits_long_looks_for_less_and_less_time(void **state)
{
	(void)state;
	struct spin spin = {0};
	uint64_t before = spin_time(&spin);
	assert_int_equal(before, SPIN_TIME);
	for (int i = 0; i < SPIN_HALVINGS; i++) {
		spin_learn(&spin, SPIN_SHORT + 1);
		assert_int_equal(spin_time(&spin), before / 2);
		before /= 2;
	}
	spin_learn(&spin, UINT64_MAX);
	assert_int_equal(spin_time(&spin), before);
	assert_true(before > 0);
}

static void after_a_short_wait_it_looks_for_all_of_it_again(void **state)
{
	(void)state;
	struct spin spin = {0};
	spin_learn(&spin, UINT64_MAX);
	spin_learn(&spin, UINT64_MAX);
	spin_learn(&spin, SPIN_SHORT);
	assert_int_equal(spin_time(&spin), SPIN_TIME);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(who_waits_long_looks_for_less_and_less_time),
		cmocka_unit_test(after_a_short_wait_it_looks_for_all_of_it_again),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
