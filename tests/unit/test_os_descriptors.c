/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/*
 * test_os_descriptors.c -- os.h's bells, alarms and groups of the two, as an event loop sees them.
 */

#include "platform/os.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include "support/test.h"

static int is_readable(int descriptor)
{
	struct pollfd pollfd = {.fd = descriptor, .events = POLLIN};
	return poll(&pollfd, 1, 0) == 1;
}

static int is_inherited(int descriptor)
{
	return (fcntl(descriptor, F_GETFD) & FD_CLOEXEC) == 0;
}

static void a_bell_is_readable_from_its_ring_until_it_is_silenced(void **state)
{
	(void)state;
	int bell = os_bell_new();
	assert_true(bell > 0);
	assert_false(is_readable(bell));
	for (int i = 0; i < 3; i++)
		os_bell_ring(bell);
	assert_true(is_readable(bell));
	os_bell_silence(bell);
	assert_false(is_readable(bell));
	os_bell_silence(bell); /* does not wait for a ring */
	os_descriptor_close(bell);
}

static void a_group_is_readable_while_one_of_the_two_is(void **state)
{
	(void)state;
	int bell = os_bell_new(), alarm = os_alarm_new();
	int group = os_group_new(bell, alarm);
	assert_true(group > 0);
	assert_false(is_readable(group));
	os_bell_ring(bell);
	assert_true(is_readable(group));
	os_bell_silence(bell);
	assert_false(is_readable(group));
	os_alarm_set(alarm, 1); /* long ago */
	assert_true(is_readable(group));
	os_alarm_set(alarm, OS_NEVER);
	assert_false(is_readable(group));
	os_descriptor_close(group);
	os_descriptor_close(alarm);
	os_descriptor_close(bell);
}

static void a_group_of_what_is_no_descriptor_is_an_error(void **state)
{
	(void)state;
	assert_int_equal(os_group_new(-1, -1), -EBADF);
	int bell = os_bell_new();
	assert_int_equal(os_group_new(bell, -1), -EBADF);
	os_descriptor_close(bell);
}

static void none_is_number_0_even_where_standard_input_is_closed(void **state)
{
	(void)state;
	int input = dup(0);
	assert_true(input > 0);
	close(0);
	int bell = os_bell_new();
	int alarm = os_alarm_new();
	int group = os_group_new(bell, alarm);
	dup2(input, 0);
	close(input);
	assert_true(bell > 0 && alarm > 0 && group > 0);
	assert_false(is_inherited(bell) || is_inherited(alarm) || is_inherited(group));
	os_bell_ring(bell);
	assert_true(is_readable(group));
	os_descriptor_close(group);
	os_descriptor_close(alarm);
	os_descriptor_close(bell);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_bell_is_readable_from_its_ring_until_it_is_silenced),
		cmocka_unit_test(a_group_is_readable_while_one_of_the_two_is),
		cmocka_unit_test(a_group_of_what_is_no_descriptor_is_an_error),
		cmocka_unit_test(none_is_number_0_even_where_standard_input_is_closed),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
