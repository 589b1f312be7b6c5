/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/*
 * test_faults_waiting.c -- 0.2.1's faults of waiting, told by counts under a clock of our own.
 *
 * 10 waiting sorted the caller's array at every spin
 * 11 idle waiting took 5 % of a CPU
 * 12 a straggler among 20,000 finished futures cost half a second
 */

#include <string.h>

#include <libminiasync/runtime.h>

#include "support/fake_time.h"
#include "support/test.h"

#define COUNT 20000
#define SECOND UINT64_C(1000000000)

/* A future that completes at a poll or at a time, and counts polls all together. */
struct late_data {
	uint64_t polls_left;
	uint64_t until;
};
struct late_output {
	char unused;
};
FUTURE(late_future, struct late_data, struct late_output);

static struct late_future futures[COUNT];
static struct future *pointers[COUNT];
static size_t polls;

static int asynchronous(void *future, enum future_property property)
{
	(void)property;
	return ((struct late_future *)future)->data.polls_left % 2 == 0;
}

static enum future_state late_task(struct future_context *context, struct future_notifier *notifier)
{
	struct late_data *data = future_context_get_data(context);
	polls++;
	if (data->until != 0) {
		notifier->notifier_used = FUTURE_NOTIFIER_WAKER;
		return fake_time.now < data->until ? FUTURE_STATE_RUNNING : FUTURE_STATE_COMPLETE;
	}
	return --data->polls_left > 0 ? FUTURE_STATE_RUNNING : FUTURE_STATE_COMPLETE;
}

static int set_up(void **state)
{
	(void)state;
	fake_time_begin();
	polls = 0;
	for (size_t i = 0; i < COUNT; i++) {
		futures[i].data = (struct late_data){1, 0};
		FUTURE_INIT_EXT(&futures[i], late_task, asynchronous);
		pointers[i] = FUTURE_AS_RUNNABLE(&futures[i]);
	}
	return 0;
}

static void fault_10_waiting_leaves_the_callers_array_alone(void **state)
{
	(void)state;
	static struct future *before[COUNT];
	for (size_t i = 0; i < COUNT; i++)
		futures[i].data.polls_left = 1 + i % 5;
	memcpy(before, pointers, sizeof(before));
	runtime_wait_multiple(NULL, pointers, COUNT);
	assert_memory_equal(pointers, before, sizeof(before));
}

static void fault_11_a_minute_of_idle_waiting_is_a_thousand_looks(void **state)
{
	(void)state;
	futures[0].data.until = fake_time.now + 60 * SECOND;
	runtime_wait(NULL, pointers[0]);
	assert_true(polls < 1000); /* as W5 demands: once in 64 ms */
	assert_true(fake_time.sleeps < 1000);
	assert_int_equal(fake_time.yields, 0);
}

static void fault_12_finished_futures_cost_a_straggler_nothing(void **state)
{
	(void)state;
	futures[COUNT / 2].data.polls_left = 3000;
	runtime_wait_multiple(NULL, pointers, COUNT);
	assert_int_equal(polls, COUNT - 1 + 3000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(fault_10_waiting_leaves_the_callers_array_alone, set_up),
		cmocka_unit_test_setup(fault_11_a_minute_of_idle_waiting_is_a_thousand_looks,
				       set_up),
		cmocka_unit_test_setup(fault_12_finished_futures_cost_a_straggler_nothing, set_up),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
