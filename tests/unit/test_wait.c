/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/*
 * test_wait.c -- waits that end before their futures do: at a time, or with the first of several.
 */

#include <errno.h>
#include <pthread.h>

#include "gate.h"
#include "support/test.h"

static void a_wait_that_timed_out_can_be_waited_for_again(void **state)
{
	struct gate gates[3] = {waking_gate(), {.open = 1}, waking_gate()};
	struct gate_future futures[3];
	struct future *array[3];
	struct runtime *runtime = runtime_new();
	size_t index = 9;
	(void)state;

	for (int i = 0; i < 3; i++) {
		futures[i] = gate_future(&gates[i]);
		array[i] = &futures[i].base;
	}
	assert_int_equal(runtime_wait_timeout(runtime, array[0], 0), -1);
	assert_int_equal(errno, ETIMEDOUT);
	assert_int_equal(runtime_wait_multiple_timeout(runtime, array, 3, MILLISECOND), -1);
	assert_int_equal(errno, ETIMEDOUT);
	assert_int_equal(runtime_wait_any(NULL, array, 3, FOREVER, &index), 0);
	assert_int_equal(index, 1);
	struct future *two[] = {array[0], array[2]};
	assert_int_equal(runtime_wait_any(runtime, two, 2, MILLISECOND, &index), -1);
	assert_int_equal(errno, ETIMEDOUT);
	open_gate(&gates[2]);
	assert_int_equal(runtime_wait_any(runtime, two, 2, FOREVER, &index), 0);
	assert_int_equal(index, 1);
	assert_int_equal(runtime_wait_any(runtime, two, 0, FOREVER, &index), -1);
	assert_int_equal(errno, EINVAL);
	open_gate(&gates[0]);
	assert_int_equal(runtime_wait_multiple_timeout(runtime, array, 3, FOREVER), 0);
	runtime_delete(runtime);
}

static void any_starts_no_more_than_it_must(void **state)
{
	struct gate gates[3] = {waking_gate(), {.open = 1}, {.open = 1}};
	struct gate_future futures[3];
	struct future *array[3];
	size_t index;
	(void)state;

	for (int i = 0; i < 3; i++) {
		futures[i] = gate_future(&gates[i]);
		array[i] = &futures[i].base;
	}
	assert_int_equal(runtime_wait_any(NULL, array, 3, FOREVER, &index), 0);
	assert_int_equal(index, 1);
	assert_int_equal(gates[2].polls, 0);
}

/* The stack that it leaves behind is written over by the next call. */
static void leave_early(struct gate_future *future)
{
	struct runtime *runtime = runtime_new();
	assert_int_equal(runtime_wait_timeout(runtime, &future->base, 0), -1);
	runtime_add(runtime, &future->base, NULL);
	assert_null(runtime_next(runtime, 0, NULL));
	runtime_delete(runtime);
}

static void write_over_the_stack(void)
{
	volatile char stack[4096];
	for (size_t i = 0; i < sizeof(stack); i++)
		stack[i] = (char)0xa5;
}

static void a_waker_may_be_called_after_its_wait_and_runtime_are_gone(void **state)
{
	struct gate gate = waking_gate();
	struct gate_future future = gate_future(&gate);
	pthread_t thread;
	(void)state;

	leave_early(&future);
	write_over_the_stack();
	pthread_create(&thread, NULL, open_from_thread, &gate);
	pthread_join(thread, NULL);
	assert_int_equal(future_poll(&future.base, NULL), FUTURE_STATE_COMPLETE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_wait_that_timed_out_can_be_waited_for_again),
		cmocka_unit_test(any_starts_no_more_than_it_must),
		cmocka_unit_test(a_waker_may_be_called_after_its_wait_and_runtime_are_gone),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
