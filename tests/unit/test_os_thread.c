/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/*
 * test_os_thread.c -- os.h's threads: they leave the program's signals to the program, but not
 * their own faults.
 */

#include "platform/os.h"

#include <pthread.h>
#include <signal.h>

#include "support/test.h"

static void get_mask(void *mask)
{
	pthread_sigmask(SIG_SETMASK, NULL, mask);
}

static void test_signals_of_a_thread(void **state)
{
	(void)state;
	sigset_t before, after, inside;
	get_mask(&before);

	struct os_thread thread;
	struct os_thread_options options = {.name = "test"};
	sigemptyset(&inside);
	assert_int_equal(os_thread_start(&thread, &options, get_mask, &inside), 0);
	os_thread_join(&thread);

	static const int ours[] = {SIGBUS, SIGSEGV, SIGFPE, SIGILL, SIGTRAP};
	for (size_t i = 0; i < COUNT_OF(ours); i++)
		assert_false(sigismember(&inside, ours[i]));
	static const int others[] = {SIGINT, SIGTERM, SIGHUP, SIGALRM, SIGCHLD, SIGUSR1, SIGPIPE};
	for (size_t i = 0; i < COUNT_OF(others); i++)
		assert_true(sigismember(&inside, others[i]));

	get_mask(&after);
	for (int number = 1; number < SIGRTMAX; number++)
		assert_int_equal(sigismember(&after, number), sigismember(&before, number));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_signals_of_a_thread),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
