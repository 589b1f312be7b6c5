/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/*
 * test_signals.c -- signals that come while a thread waits, handled with and without SA_RESTART:
 * the wait goes on, and its deadline holds.
 *
 * A second thread signals the one that waits, again and again, and lets it go once so many signals
 * were handled inside a sleep. A wait that a signal ends comes back too early; one whose time each
 * signal starts anew never ends.
 */

#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <semaphore.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <string.h>

#include <libminiasync.h>

#include "platform/os.h"
#include "support/test.h"

#define SKIPPED 77
#define ENOUGH 20 /* signals within sleeps */
#define TIMEOUT UINT64_C(50000000)

void __real_os_sleep(_Atomic uint32_t *word, uint32_t expected, uint64_t deadline);
void __wrap_os_sleep(_Atomic uint32_t *word, uint32_t expected, uint64_t deadline);
void __real_os_thread_join(struct os_thread *thread);
void __wrap_os_thread_join(struct os_thread *thread);

static _Thread_local volatile sig_atomic_t sleeps;
static atomic_int handled;

void __wrap_os_sleep(_Atomic uint32_t *word, uint32_t expected, uint64_t deadline)
{
	sleeps = 1;
	__real_os_sleep(word, expected, deadline);
	sleeps = 0;
}

void __wrap_os_thread_join(struct os_thread *thread)
{
	sleeps = 1;
	__real_os_thread_join(thread);
	sleeps = 0;
}

static void count(int number)
{
	(void)number;
	if (sleeps)
		atomic_fetch_add(&handled, 1);
}

/* Who waits, for what, and until when signals come. */
struct waiter {
	struct runtime *runtime;
	struct executor *executor;
	struct data_mover_threads *mover;
	struct future_event event;
	struct future_event_wait wait;
	sem_t copies; /* may go on */
	pthread_t thread;
	atomic_bool returned;
};

static struct waiter waiter;

static void *signal_until_it_returns(void *unused)
{
	bool released = false;
	(void)unused;
	while (!atomic_load(&waiter.returned)) {
		pthread_kill(waiter.thread, SIGUSR1);
		sched_yield();
		if (!released && atomic_load(&handled) >= ENOUGH) {
			released = true;
			future_event_set(&waiter.event);
			sem_post(&waiter.copies);
		}
	}
	return NULL;
}

static struct future *begin_wait(void)
{
	return FUTURE_AS_RUNNABLE(&waiter.wait);
}

static void wait_for_one(void)
{
	runtime_wait(NULL, begin_wait());
}

static void wait_for_several(void)
{
	struct future_sleep none = future_sleep(0);
	struct future *both[] = {begin_wait(), FUTURE_AS_RUNNABLE(&none)};
	runtime_wait_multiple(NULL, both, 2);
}

static void wait_with_a_time_that_does_not_come(void)
{
	assert_int_equal(runtime_wait_timeout(NULL, begin_wait(), UINT64_MAX - 1), 0);
}

static void wait_for_any(void)
{
	struct future_sleep never = future_sleep_until(UINT64_MAX);
	struct future *either[] = {FUTURE_AS_RUNNABLE(&never), begin_wait()};
	size_t index;
	assert_int_equal(runtime_wait_any(NULL, either, 2, UINT64_MAX, &index), 0);
	assert_int_equal(index, 1);
}

static void wait_for_the_next(void)
{
	assert_int_equal(runtime_add(waiter.runtime, begin_wait(), NULL), 0);
	assert_ptr_equal(runtime_next(waiter.runtime, UINT64_MAX, NULL), begin_wait());
}

static void wait_on_an_executor(void)
{
	assert_int_equal(executor_spawn(waiter.executor, begin_wait(), NULL, NULL), 0);
	assert_int_equal(executor_wait(waiter.executor, begin_wait()), 0);
}

static void drain_an_executor(void)
{
	assert_int_equal(executor_spawn(waiter.executor, begin_wait(), NULL, NULL), 0);
	assert_int_equal(executor_drain(waiter.executor), 0);
}

static void delete_an_executor(void)
{
	assert_int_equal(executor_spawn(waiter.executor, begin_wait(), NULL, NULL), 0);
	executor_delete(waiter.executor);
	waiter.executor = NULL;
}

static void *copy_when_told(void *dest, const void *source, size_t n, unsigned flags)
{
	(void)flags;
	while (sem_wait(&waiter.copies) != 0)
		continue;
	return memcpy(dest, source, n);
}

static void delete_a_mover(void)
{
	char from = 'x', to = 0;
	data_mover_threads_set_memcpy_fn(waiter.mover, copy_when_told);
	struct vdm_operation_future copy =
		vdm_memcpy(data_mover_threads_get_vdm(waiter.mover), &to, &from, 1, 0);
	future_poll(FUTURE_AS_RUNNABLE(&copy), NULL);
	data_mover_threads_delete(waiter.mover);
	waiter.mover = NULL;
	assert_int_equal(to, 'x');
}

static void begin(int flags)
{
	struct sigaction action = {.sa_handler = count, .sa_flags = flags};
	sigaction(SIGUSR1, &action, NULL);
	atomic_store(&handled, 0);
	atomic_store(&waiter.returned, false);
	waiter.thread = pthread_self();
	future_event_init(&waiter.event);
	waiter.wait = future_event_wait(&waiter.event);
	sem_init(&waiter.copies, 0, 0);
	waiter.runtime = runtime_new();
	waiter.executor = executor_new(1);
	waiter.mover = data_mover_threads_new(1, 4, FUTURE_NOTIFIER_WAKER);
}

static void end(pthread_t signaller)
{
	atomic_store(&waiter.returned, true);
	pthread_join(signaller, NULL);
	runtime_delete(waiter.runtime);
	executor_delete(waiter.executor);
	data_mover_threads_delete(waiter.mover);
}

static const int handlings[] = {0, SA_RESTART};

static void a_wait_goes_on(void **state)
{
	static void (*const waits[])(void) = {
		wait_for_one,      wait_for_several,   wait_with_a_time_that_does_not_come,
		wait_for_any,      wait_for_the_next,  wait_on_an_executor,
		drain_an_executor, delete_an_executor, delete_a_mover,
	};
	(void)state;
	for (size_t i = 0; i < COUNT_OF(waits); i++) {
		for (size_t how = 0; how < COUNT_OF(handlings); how++) {
			pthread_t signaller;
			begin(handlings[how]);
			pthread_create(&signaller, NULL, signal_until_it_returns, NULL);
			waits[i]();
			assert_in_range(atomic_load(&handled), ENOUGH, INT32_MAX);
			end(signaller);
		}
	}
}

/* Nobody lets these go: only their time ends them, whatever signals come until then. */
static void *signal_only(void *unused)
{
	(void)unused;
	while (!atomic_load(&waiter.returned)) {
		pthread_kill(waiter.thread, SIGUSR1);
		sched_yield();
	}
	return NULL;
}

static void time_out_for_one(void)
{
	assert_int_equal(runtime_wait_timeout(NULL, begin_wait(), TIMEOUT), -1);
}

static void time_out_for_several(void)
{
	struct future *futs[] = {begin_wait()};
	assert_int_equal(runtime_wait_multiple_timeout(NULL, futs, 1, TIMEOUT), -1);
}

static void time_out_for_any(void)
{
	struct future *futs[] = {begin_wait()};
	size_t index;
	assert_int_equal(runtime_wait_any(NULL, futs, 1, TIMEOUT, &index), -1);
}

static void time_out_for_the_next(void)
{
	assert_int_equal(runtime_add(waiter.runtime, begin_wait(), NULL), 0);
	assert_null(runtime_next(waiter.runtime, TIMEOUT, NULL));
}

static void a_deadline_holds(void **state)
{
	static void (*const waits[])(void) = {time_out_for_one, time_out_for_several,
					      time_out_for_any, time_out_for_the_next};
	(void)state;
	for (size_t i = 0; i < COUNT_OF(waits); i++) {
		for (size_t how = 0; how < COUNT_OF(handlings); how++) {
			pthread_t signaller;
			begin(handlings[how]);
			uint64_t before = os_now();
			pthread_create(&signaller, NULL, signal_only, NULL);
			errno = 0;
			waits[i]();
			assert_int_equal(errno, ETIMEDOUT);
			assert_true(os_now() - before >= TIMEOUT); /* never early */
			end(signaller);
		}
	}
}

int main(void)
{
#ifdef __SANITIZE_THREAD__
	print_message("skipped: ThreadSanitizer keeps signals back until a system call is over\n");
	return SKIPPED;
#endif
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_wait_goes_on),
		cmocka_unit_test(a_deadline_holds),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
