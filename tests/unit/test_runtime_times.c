/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/*
 * test_runtime_times.c -- when a wait polls: at the times that futures ask for, and those that
 * never call their waker now and then. The clock is a fake, so times are exact.
 */

#include <libminiasync/compose.h>

#include "support/fake_time.h"
#include "support/test.h"
#include "unit/probes.h"

static void w5_a_future_that_never_wakes_is_polled_now_and_then(void **state)
{
	struct probe probe = {
		.answer = {.notifier_used = FUTURE_NOTIFIER_WAKER},
		.complete_at = 4,
	};
	wait_for(state, &probe);

	assert_int_equal(probe.polls, 4);
	assert_in_range(probe.times[1] - probe.times[0], 32 * MILLISECOND, 33 * MILLISECOND);
	assert_in_range(probe.times[2] - probe.times[1], 64 * MILLISECOND, 65 * MILLISECOND);
	assert_in_range(probe.times[3] - probe.times[2], 64 * MILLISECOND, 65 * MILLISECOND);
}

/* As an operation of a program of 0.2.1: only its first poll says that it will wake. */
struct old_data {
	struct probe_future probe;
};
FUTURE(old_future, struct old_data, struct probe_output);

static enum future_state say_it_once(struct future_context *context,
				     struct future_notifier *notifier)
{
	struct old_data *data = future_context_get_data(context);
	enum future_state state = future_poll(FUTURE_AS_RUNNABLE(&data->probe), notifier);
	if (data->probe.data.probe->polls > 1)
		notifier->notifier_used = FUTURE_NOTIFIER_NONE;
	return state;
}

static void w5_a_future_that_says_once_that_it_will_wake_is_taken_at_its_word(void **state)
{
	struct probe probe = {
		.answer = {.notifier_used = FUTURE_NOTIFIER_WAKER},
		.complete_at = 4,
	};
	struct old_future future = {.data = {future_of(&probe)}};
	FUTURE_INIT(&future, say_it_once);
	runtime_wait(*state, FUTURE_AS_RUNNABLE(&future));

	assert_int_equal(probe.polls, 4);
	assert_in_range(probe.times[1] - probe.times[0], 32 * MILLISECOND, 33 * MILLISECOND);
	assert_in_range(probe.times[2] - probe.times[1], 64 * MILLISECOND, 65 * MILLISECOND);
	assert_in_range(probe.times[3] - probe.times[2], 64 * MILLISECOND, 65 * MILLISECOND);
}

/* A wait for an event, then something that wants polls soon. */
struct event_then_probe_data {
	FUTURE_CHAIN_ENTRY(struct future_event_wait, wait);
	FUTURE_CHAIN_ENTRY_LAST(struct probe_future, probe);
};
FUTURE(event_then_probe, struct event_then_probe_data, struct probe_output);

static void w5_what_a_cancelled_future_asks_for_is_heeded(void **state)
{
	struct future_event event;
	struct probe probe = {.complete_at = 8};
	struct event_then_probe chain;
	future_event_init(&event);
	FUTURE_CHAIN_ENTRY_INIT(&chain.data.wait, future_event_wait(&event), NULL, NULL);
	FUTURE_CHAIN_ENTRY_INIT(&chain.data.probe, future_of(&probe), NULL, NULL);
	FUTURE_CHAIN_INIT(&chain);

	assert_int_equal(runtime_add(*state, FUTURE_AS_RUNNABLE(&chain), NULL), 0);
	assert_null(runtime_next(*state, MILLISECOND, NULL));
	future_cancel(FUTURE_AS_RUNNABLE(&chain));
	assert_ptr_equal(runtime_next(*state, UINT64_MAX, NULL), FUTURE_AS_RUNNABLE(&chain));
	assert_int_equal(probe.polls, 8);
	assert_in_range(probe.times[7] - probe.times[0], 0, MILLISECOND);
}

static void w5_many_that_never_wake_take_turns(void **state)
{
	crowd_of(1000, FUTURE_NOTIFIER_WAKER);
	for (size_t i = 0; i < 1000; i++)
		crowd[i].complete_at = 2;

	runtime_wait_multiple(*state, crowd_pointers, 1000);

	assert_int_equal(polls_of_crowd(1000), 2000);
	assert_true(fake_time.sleeps >= 10); /* a bounded number each time */
}

static void w5_one_among_many_that_never_wakes_is_found_soon(void **state)
{
	crowd_of(CROWD_MAX, FUTURE_NOTIFIER_WAKER);
	for (size_t i = 0; i < CROWD_MAX; i++)
		crowd[i].complete_at = 1;
	crowd[12345].complete_at = 2;

	runtime_wait_multiple(*state, crowd_pointers, CROWD_MAX);

	assert_int_equal(polls_of_crowd(CROWD_MAX), CROWD_MAX + 1);
	assert_in_range(fake_time.sleeps, 1, 5); /* thousands are looked at each time */
}

/* A future that wakes itself in each poll, a long one, until the silent one is complete. */
struct restless_data {
	const struct probe *silent;
	size_t polls;
};
FUTURE(restless_future, struct restless_data, struct probe_output);

static enum future_state wake_oneself(struct future_context *context,
				      struct future_notifier *notifier)
{
	struct restless_data *data = future_context_get_data(context);
	assert_true(++data->polls < 100000);
	fake_time.now += MILLISECOND;
	if (data->silent->polls == data->silent->complete_at)
		return FUTURE_STATE_COMPLETE;
	notifier->notifier_used = FUTURE_NOTIFIER_WAKER;
	FUTURE_WAKER_WAKE(&notifier->waker);
	return FUTURE_STATE_RUNNING;
}

static void w5_the_silent_are_heard_beside_one_that_never_rests(void **state)
{
	struct probe silent = {
		.answer = {.notifier_used = FUTURE_NOTIFIER_WAKER},
		.complete_at = 3,
	};
	struct probe_future silent_future = future_of(&silent);
	struct restless_future restless = {.data = {&silent, 0}};
	FUTURE_INIT(&restless, wake_oneself);
	struct future *both[] = {
		FUTURE_AS_RUNNABLE(&restless),
		FUTURE_AS_RUNNABLE(&silent_future),
	};
	runtime_wait_multiple(*state, both, 2);
	assert_int_equal(silent.polls, 3);
}

static void none_with_a_time_is_not_polled_before(void **state)
{
	struct probe probe = {.answer = {.poll_within_us = 5000}, .complete_at = 3};
	wait_for(state, &probe);

	assert_int_equal(probe.polls, 3);
	assert_in_range(probe.times[1] - probe.times[0], 5 * MILLISECOND, 6 * MILLISECOND);
	assert_in_range(probe.times[2] - probe.times[1], 5 * MILLISECOND, 6 * MILLISECOND);
}

static void the_longest_time_that_can_be_asked_for_is_honoured(void **state)
{
	struct probe probe = {.answer = {.poll_within_us = UINT32_MAX}, .complete_at = 2};
	wait_for(state, &probe);
	/* All the while it is no future that should have woken: it is left in peace. */
	assert_int_equal(probe.polls, 2);
	assert_true(probe.times[1] - probe.times[0] >= UINT32_MAX * MICROSECOND);
}

static void a_waker_with_a_time_is_polled_then_at_the_latest(void **state)
{
	struct probe probe = {
		.answer = {.notifier_used = FUTURE_NOTIFIER_WAKER, .poll_within_us = 700},
		.complete_at = 2,
	};
	wait_for(state, &probe);

	assert_int_equal(probe.polls, 2);
	assert_in_range(probe.times[1] - probe.times[0], 700 * MICROSECOND, 800 * MICROSECOND);
}

static void a_waker_with_a_time_may_be_called_earlier(void **state)
{
	struct probe probe = {
		.answer = {.notifier_used = FUTURE_NOTIFIER_WAKER, .poll_within_us = 700},
	};
	fake_time.during_sleep = make_ready;
	fake_time.arg = &probe;
	wait_for(state, &probe);

	assert_int_equal(probe.polls, 2);
	assert_true(probe.times[1] - probe.times[0] < 700 * MICROSECOND);
}

static void times_come_in_their_order(void **state)
{
	static const uint32_t times[] = {3000, 1000, 2000, 500};
	crowd_of(4, FUTURE_NOTIFIER_NONE);
	for (size_t i = 0; i < 4; i++) {
		crowd[i].answer.poll_within_us = times[i];
		crowd[i].complete_at = 2;
	}
	runtime_wait_multiple(*state, crowd_pointers, 4);

	for (size_t i = 0; i < 4; i++) {
		assert_int_equal(crowd[i].polls, 2);
		assert_in_range(crowd[i].times[1] - crowd[i].times[0], times[i] * MICROSECOND,
				(times[i] + 100) * MICROSECOND);
	}
	assert_int_equal(fake_time.sleeps, 4);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		wait_test(w5_a_future_that_never_wakes_is_polled_now_and_then),
		wait_test(w5_a_future_that_says_once_that_it_will_wake_is_taken_at_its_word),
		wait_test(w5_what_a_cancelled_future_asks_for_is_heeded),
		wait_test(w5_many_that_never_wake_take_turns),
		wait_test(w5_one_among_many_that_never_wakes_is_found_soon),
		wait_test(w5_the_silent_are_heard_beside_one_that_never_rests),
		wait_test(none_with_a_time_is_not_polled_before),
		wait_test(the_longest_time_that_can_be_asked_for_is_honoured),
		wait_test(a_waker_with_a_time_is_polled_then_at_the_latest),
		wait_test(a_waker_with_a_time_may_be_called_earlier),
		wait_test(times_come_in_their_order),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
