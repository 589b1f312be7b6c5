/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/*
 * test_timekeeper.c -- there is always a worker that looks at the clock for tasks that sleep.
 *
 * A task that is forgotten hangs the test, and ctest ends it. While time stands still, a worker
 * that searches before it sleeps goes on searching.
 */

#include <sched.h>
#include <stdatomic.h>
#include <stdbool.h>

#include <libminiasync.h>

#include "platform/os.h"
#include "runtime/executor/executor.h"
#include "support/test.h"

uint64_t __real_os_now(void);
void __real_os_sleep(_Atomic uint32_t *word, uint32_t expected, uint64_t deadline);
uint64_t __wrap_os_now(void);
void __wrap_os_sleep(_Atomic uint32_t *word, uint32_t expected, uint64_t deadline);
unsigned __wrap_os_usable_cpus(void);

static _Atomic uint64_t stands_at; /* 0: time goes on */
static atomic_uint endless_sleeps;

uint64_t __wrap_os_now(void)
{
	uint64_t now = atomic_load(&stands_at);
	return now != 0 ? now : __real_os_now();
}

void __wrap_os_sleep(_Atomic uint32_t *word, uint32_t expected, uint64_t deadline)
{
	if (deadline == OS_NEVER)
		atomic_fetch_add(&endless_sleeps, 1);
	__real_os_sleep(word, expected, deadline);
}

unsigned __wrap_os_usable_cpus(void)
{
	return 2;
}

/* Complete at its second poll; at the first it promises to call its waker, and does not. */
struct silent_data {
	atomic_uint polls;
};
struct silent_output {
	char unused;
};
FUTURE(silent, struct silent_data, struct silent_output);

static enum future_state silent_task(struct future_context *context,
				     struct future_notifier *notifier)
{
	struct silent_data *data = future_context_get_data(context);
	notifier->notifier_used = FUTURE_NOTIFIER_WAKER;
	return atomic_fetch_add(&data->polls, 1) == 0 ? FUTURE_STATE_RUNNING
						      : FUTURE_STATE_COMPLETE;
}

static void wait_for(atomic_uint *what)
{
	while (atomic_load(what) == 0)
		sched_yield();
}

/* One worker went to sleep when there was no task; the other, still searching, runs the first. */
static void w5_a_worker_that_slept_before_the_first_task_does_not_keep_the_clock(void **state)
{
	(void)state;
	atomic_store(&stands_at, __real_os_now());
	struct executor *executor = executor_new(2);
	assert_non_null(executor);
	wait_for(&endless_sleeps);
	wait_for(&executor->searching);

	struct silent silent = {.data = {0}};
	FUTURE_INIT(&silent, silent_task);
	assert_int_equal(executor_spawn(executor, &silent.base, NULL, NULL), 0);
	wait_for(&silent.data.polls);
	atomic_store(&stands_at, 0);

	assert_int_equal(executor_wait(executor, &silent.base), 0);
	assert_int_equal(silent.data.polls, 2);
	executor_delete(executor);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			w5_a_worker_that_slept_before_the_first_task_does_not_keep_the_clock),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
