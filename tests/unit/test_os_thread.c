/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/*
 * test_os_thread.c -- os.h's threads: they leave the program's signals to the program, but not
 * their own faults; and what cannot be had is an error.
 */

#include "platform/os.h"

#include <errno.h>
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

/* What fails in turn: the next call of each, so often. */
static unsigned threads_refused, mallocs_refused, keys_refused;

int __real_pthread_create(pthread_t *thread, const pthread_attr_t *attributes,
			  void *(*run)(void *arg), void *arg);
int __wrap_pthread_create(pthread_t *thread, const pthread_attr_t *attributes,
			  void *(*run)(void *arg), void *arg);
void *__real_malloc(size_t size);
void *__wrap_malloc(size_t size);

int __wrap_pthread_create(pthread_t *thread, const pthread_attr_t *attributes,
			  void *(*run)(void *arg), void *arg)
{
	if (threads_refused == 0)
		return __real_pthread_create(thread, attributes, run, arg);
	threads_refused--;
	return EAGAIN;
}

void *__wrap_malloc(size_t size)
{
	if (mallocs_refused == 0)
		return __real_malloc(size);
	mallocs_refused--;
	return NULL;
}

int __real_pthread_key_create(pthread_key_t *key, void (*destroy)(void *value));
int __wrap_pthread_key_create(pthread_key_t *key, void (*destroy)(void *value));

int __wrap_pthread_key_create(pthread_key_t *key, void (*destroy)(void *value))
{
	if (keys_refused == 0)
		return __real_pthread_key_create(key, destroy);
	keys_refused--;
	return EAGAIN;
}

static void note_run(void *ran)
{
	*(int *)ran = 1;
}

static void test_threads_that_cannot_be_had(void **state)
{
	(void)state;
	struct os_thread thread;
	struct os_thread_options options = {.name = "test"};
	int ran = 0;
	threads_refused = 1;
	assert_int_equal(os_thread_start(&thread, &options, note_run, &ran), EAGAIN);
	mallocs_refused = 1;
	assert_int_equal(os_thread_start(&thread, &options, note_run, &ran), ENOMEM);
	unsigned beyond = 1000000;
	options.cpus = &beyond;
	options.cpu_count = 1;
	assert_int_equal(os_thread_start(&thread, &options, note_run, &ran), EINVAL);
	assert_int_equal(ran, 0);
}

static int left;

static void note_leave(void)
{
	left++;
}

static void leave_twice_asked(void *refused)
{
	keys_refused = 1;
	*(int *)refused = os_thread_at_exit(note_leave);
	os_thread_at_exit(note_leave);
}

static void test_a_call_at_the_end_that_cannot_be_had(void **state)
{
	(void)state;
	struct os_thread thread;
	struct os_thread_options options = {.name = "test"};
	int refused = 0;
	assert_int_equal(os_thread_start(&thread, &options, leave_twice_asked, &refused), 0);
	os_thread_join(&thread);
	assert_int_equal(refused, EAGAIN);
	assert_int_equal(left, 1);
}

static void test_a_stack_is_never_too_small_for_a_thread(void **state)
{
	(void)state;
	struct os_thread thread;
	struct os_thread_options options = {.name = "test", .stack_size = 1};
	int ran = 0;
	assert_int_equal(os_thread_start(&thread, &options, note_run, &ran), 0);
	os_thread_join(&thread);
	assert_int_equal(ran, 1);
}

static void test_memory_of_an_absurd_size(void **state)
{
	(void)state;
	assert_null(os_allocate(SIZE_MAX));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_signals_of_a_thread),
		cmocka_unit_test(test_threads_that_cannot_be_had),
		cmocka_unit_test(test_a_call_at_the_end_that_cannot_be_had),
		cmocka_unit_test(test_a_stack_is_never_too_small_for_a_thread),
		cmocka_unit_test(test_memory_of_an_absurd_size),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
