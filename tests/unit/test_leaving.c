/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/*
 * test_leaving.c -- every kind of wait is left while a large copy runs: the stack that it used is
 * written over and its runtime or executor is deleted. Then the copy ends, and calls the waker that
 * the wait has left with it.
 */

#include <semaphore.h>
#include <stdlib.h>
#include <string.h>

#include <libminiasync.h>

#include "support/test.h"

enum { SIZE = 1 << 20, ROUNDS = 20 };

static sem_t may_end;

static void *copy_when_told(void *dest, const void *source, size_t n, unsigned flags)
{
	(void)flags;
	while (sem_wait(&may_end) != 0)
		continue;
	return memcpy(dest, source, n);
}

typedef void leave_fn(struct future *copy);

static void leave_a_timed_wait(struct future *copy)
{
	struct runtime *runtime = runtime_new();
	assert_int_equal(runtime_wait_timeout(runtime, copy, 1000), -1);
	runtime_delete(runtime);
}

static void leave_a_wait_for_any(struct future *copy)
{
	struct future_yield yield = future_yield();
	struct future *either[] = {copy, FUTURE_AS_RUNNABLE(&yield)};
	struct runtime *runtime = runtime_new();
	size_t index;
	assert_int_equal(runtime_wait_any(runtime, either, 2, UINT64_MAX, &index), 0);
	assert_int_equal(index, 1);
	runtime_delete(runtime);
}

static void leave_a_race(struct future *copy)
{
	struct future_sleep sleep = future_sleep(1000);
	struct future *either[] = {copy, FUTURE_AS_RUNNABLE(&sleep)};
	struct future_race race = future_race(either, 2);
	struct runtime *runtime = runtime_new();
	runtime_wait(runtime, FUTURE_AS_RUNNABLE(&race));
	assert_int_equal(FUTURE_OUTPUT(&race)->winner, 1);
	runtime_delete(runtime);
}

static void leave_a_set(struct future *copy)
{
	struct runtime *runtime = runtime_new();
	assert_true(runtime_fd(runtime) >= 0);
	assert_int_equal(runtime_add(runtime, copy, NULL), 0);
	assert_null(runtime_next(runtime, 1000, NULL));
	runtime_delete(runtime);
}

static void leave_an_executor(struct future *copy)
{
	struct future_timeout timeout = future_timeout(copy, 1000);
	struct executor *executor = executor_new(1);
	assert_int_equal(executor_spawn(executor, FUTURE_AS_RUNNABLE(&timeout), NULL, NULL), 0);
	executor_delete(executor);
	assert_int_equal(FUTURE_OUTPUT(&timeout)->expired, 1);
}

static void write_over_the_stack(void)
{
	volatile char stack[16384];
	for (size_t i = 0; i < sizeof(stack); i++)
		stack[i] = (char)0xa5;
}

/* The only worker comes to it when the copy before has ended, and woken whom it knew. */
static void wait_for_the_next(struct vdm *vdm)
{
	char from = 'x', to = 0;
	struct vdm_operation_future next = vdm_memcpy(vdm, &to, &from, 1, 0);
	sem_post(&may_end);
	runtime_wait(NULL, FUTURE_AS_RUNNABLE(&next));
	assert_int_equal(to, from);
}

static void a_copy_ends_after_its_wait_was_left(void **state)
{
	static leave_fn *const ways[] = {leave_a_timed_wait, leave_a_wait_for_any, leave_a_race,
					 leave_a_set, leave_an_executor};
	char *source = malloc(SIZE);
	char *dest = malloc(SIZE);
	(void)state;

	memset(source, 0x5a, SIZE);
	for (size_t i = 0; i < ROUNDS * COUNT_OF(ways); i++) {
		struct data_mover_threads *mover =
			data_mover_threads_new(1, 16, FUTURE_NOTIFIER_WAKER);
		assert_non_null(mover);
		data_mover_threads_set_memcpy_fn(mover, copy_when_told);
		struct vdm *vdm = data_mover_threads_get_vdm(mover);
		struct vdm_operation_future copy = vdm_memcpy(vdm, dest, source, SIZE, 0);
		sem_init(&may_end, 0, 0);
		memset(dest, 0, SIZE);

		ways[i % COUNT_OF(ways)](FUTURE_AS_RUNNABLE(&copy));
		assert_int_equal(FUTURE_STATE(&copy), FUTURE_STATE_RUNNING);
		write_over_the_stack();
		sem_post(&may_end);
		wait_for_the_next(vdm);
		assert_int_equal(future_poll(FUTURE_AS_RUNNABLE(&copy), NULL),
				 FUTURE_STATE_COMPLETE);
		assert_int_equal(FUTURE_OUTPUT(&copy)->result, VDM_SUCCESS);
		assert_memory_equal(dest, source, SIZE);
		data_mover_threads_delete(mover);
		sem_destroy(&may_end);
	}
	free(source);
	free(dest);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_copy_ends_after_its_wait_was_left),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
