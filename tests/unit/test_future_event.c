/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/*
 * test_future_event.c -- events: set before, during and after a poll of the wait, by its own thread
 * and by signal handlers; whom they call, and when they do so no more.
 */

#define _GNU_SOURCE
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <libminiasync/runtime.h>

#include "support/guard.h"
#include "support/waker.h"
#include "tested_event.h"

static void a_wait_is_complete_once_the_event_is_set(void **state)
{
	(void)state;
	unsigned calls = 0;
	struct future_notifier notifier = counting(&calls);
	notifier.poller.ptr_to_monitor = &future_time_offer;
	struct future_event_wait wait = future_event_wait(&event);
	assert_int_equal(FUTURE_STATE(&wait), FUTURE_STATE_IDLE);
	for (int i = 0; i < 3; i++) {
		assert_int_equal(poll(&wait, &notifier), FUTURE_STATE_RUNNING);
		assert_int_equal(notifier.notifier_used, FUTURE_NOTIFIER_WAKER);
		assert_int_equal(notifier.poll_within_us, 0);
		assert_ptr_equal(notifier.poller.ptr_to_monitor, NULL);
	}
	assert_int_equal(calls, 0);
	future_event_set(&event);
	assert_int_equal(calls, 1);
	assert_int_equal(poll(&wait, &notifier), FUTURE_STATE_COMPLETE);
	assert_int_equal(FUTURE_OUTPUT(&wait)->canceled, 0);
	assert_int_equal(calls, 1);
}

static void a_set_before_the_first_poll_is_found_by_it(void **state)
{
	(void)state;
	unsigned calls = 0;
	struct future_notifier notifier = counting(&calls);
	struct future_event_wait wait = future_event_wait(&event);
	future_event_set(&event);
	assert_int_equal(poll(&wait, &notifier), FUTURE_STATE_COMPLETE);
	assert_int_equal(calls, 0);
}

static void zeroed_memory_is_an_event(void **state)
{
	(void)state;
	memset(&event, 0, sizeof(event));
	assert_false(is_set());
	future_event_set(&event);
	assert_true(is_set());
}

static void a_wait_consumes_however_many_sets(void **state)
{
	(void)state;
	for (int sets = 1; sets <= 3; sets++) {
		for (int i = 0; i < sets; i++)
			future_event_set(&event);
		assert_true(is_set());
		assert_false(is_set());
	}
}

static void many_waits_follow_each_other(void **state)
{
	(void)state;
	unsigned calls = 0;
	struct future_notifier notifier = counting(&calls);
	for (unsigned i = 0; i < 5; i++) {
		struct future_event_wait wait = future_event_wait(&event);
		assert_int_equal(poll(&wait, &notifier), FUTURE_STATE_RUNNING);
		future_event_set(&event);
		future_event_set(&event);
		assert_int_equal(calls, i + 1);
		assert_int_equal(poll(&wait, &notifier), FUTURE_STATE_COMPLETE);
		assert_int_equal(poll(&wait, &notifier), FUTURE_STATE_COMPLETE);
	}
}

static void only_the_latest_waker_is_called(void **state)
{
	(void)state;
	unsigned calls[3] = {0};
	struct future_event_wait wait = future_event_wait(&event);
	for (int i = 0; i < 3; i++) {
		struct future_notifier notifier = counting(&calls[i]);
		poll(&wait, &notifier);
	}
	future_event_set(&event);
	assert_int_equal(calls[0] + calls[1], 0);
	assert_int_equal(calls[2], 1);
	assert_int_equal(poll(&wait, NULL), FUTURE_STATE_COMPLETE);
}

static void a_poll_without_a_notifier_registers_nobody(void **state)
{
	(void)state;
	unsigned calls = 0;
	struct future_notifier notifier = counting(&calls);
	struct future_event_wait wait = future_event_wait(&event);
	poll(&wait, &notifier);
	assert_int_equal(poll(&wait, NULL), FUTURE_STATE_RUNNING);
	future_event_set(&event);
	assert_int_equal(calls, 0);
	assert_int_equal(poll(&wait, NULL), FUTURE_STATE_COMPLETE);
}

static void a_wait_that_is_over_is_not_called(void **state)
{
	(void)state;
	for (unsigned polls = 1; polls <= 3; polls++) {
		unsigned calls[3] = {0};
		struct future_event_wait wait = future_event_wait(&event);
		for (unsigned i = 0; i < polls; i++) {
			struct future_notifier notifier = counting(&calls[i]);
			poll(&wait, &notifier);
		}
		future_event_set(&event);
		assert_int_equal(poll(&wait, NULL), FUTURE_STATE_COMPLETE);
		future_event_set(&event);
		assert_int_equal(calls[0] + calls[1] + calls[2], 1);
		assert_true(is_set());
	}
}

static void a_wait_may_move_between_polls(void **state)
{
	(void)state;
	unsigned calls = 0;
	struct future_notifier notifier = counting(&calls);
	struct future_event_wait *wait = guard_allocate(sizeof(*wait));
	*wait = future_event_wait(&event);
	for (int i = 0; i < 3; i++) {
		assert_int_equal(poll(wait, &notifier), FUTURE_STATE_RUNNING);
		struct future_event_wait *elsewhere = guard_allocate(sizeof(*wait));
		memcpy(elsewhere, wait, sizeof(*wait));
		guard_free(wait, sizeof(*wait)); /* whoever looks there now faults */
		wait = elsewhere;
	}
	future_event_set(&event);
	assert_int_equal(poll(wait, &notifier), FUTURE_STATE_COMPLETE);
	guard_free(wait, sizeof(*wait));
}

static void an_unpolled_or_complete_wait_may_be_dropped(void **state)
{
	(void)state;
	struct future_event_wait dropped = future_event_wait(&event);
	memset(&dropped, 0xA5, sizeof(dropped));
	future_event_set(&event);
	struct future_event_wait wait = future_event_wait(&event);
	poll(&wait, NULL);
	memset(&wait, 0xA5, sizeof(wait));
	assert_false(is_set());
}

/* Cancelling. */

static void a_cancelled_wait_is_complete_and_not_called_any_more(void **state)
{
	(void)state;
	unsigned calls = 0;
	struct future_notifier notifier = counting(&calls);
	for (int polls = 0; polls < 3; polls++) {
		struct future_event_wait wait = future_event_wait(&event);
		for (int i = 0; i < polls; i++)
			assert_int_equal(poll(&wait, &notifier), FUTURE_STATE_RUNNING);
		future_cancel(FUTURE_AS_RUNNABLE(&wait));
		assert_int_equal(poll(&wait, &notifier), FUTURE_STATE_COMPLETE);
		assert_int_equal(FUTURE_OUTPUT(&wait)->canceled, 1);
		future_event_set(&event);
		assert_int_equal(calls, 0);
		assert_true(is_set());
	}
}

static void a_cancel_that_comes_after_the_set_is_too_late(void **state)
{
	(void)state;
	struct future_event_wait wait = future_event_wait(&event);
	poll(&wait, NULL);
	future_event_set(&event);
	future_cancel(FUTURE_AS_RUNNABLE(&wait));
	assert_int_equal(poll(&wait, NULL), FUTURE_STATE_COMPLETE);
	assert_int_equal(FUTURE_OUTPUT(&wait)->canceled, 0);
	assert_false(is_set());
}

/* While the event is being set: polled from inside the very waker that it calls. */

struct inside {
	struct future_event_wait wait;
	struct future_notifier notifier;
	enum future_notifier_type answered;
	unsigned calls;
	bool cancel;
	bool set_again;
};

static void poll_inside(void *data)
{
	struct inside *inside = data;
	inside->calls++;
	if (inside->cancel)
		future_cancel(FUTURE_AS_RUNNABLE(&inside->wait));
	if (inside->set_again)
		future_event_set(&event);
	poll(&inside->wait, &inside->notifier);
	inside->answered = inside->notifier.notifier_used;
}

static void a_poll_from_inside_the_waker_is_told_to_come_again(void **state)
{
	(void)state;
	for (unsigned variant = 0; variant < 4; variant++) {
		struct inside inside = {
			.wait = future_event_wait(&event),
			.answered = FUTURE_NOTIFIER_WAKER,
			.cancel = variant & 1,
			.set_again = variant & 2,
		};
		inside.notifier = (struct future_notifier){.waker = {&inside, poll_inside}};
		poll(&inside.wait, &inside.notifier);
		future_event_set(&event);

		assert_int_equal(inside.calls, 1);
		assert_int_equal(FUTURE_STATE(&inside.wait), FUTURE_STATE_RUNNING);
		assert_int_equal(inside.answered, FUTURE_NOTIFIER_NONE);
		assert_int_equal(poll(&inside.wait, NULL), FUTURE_STATE_COMPLETE);
		assert_int_equal(FUTURE_OUTPUT(&inside.wait)->canceled, 0);
		assert_false(is_set());
	}
}

/* Signals. */

static void set_in_handler(int number)
{
	(void)number;
	future_event_set(&event);
}

static void handle(int number)
{
	struct sigaction action = {.sa_handler = set_in_handler};
	assert_int_equal(sigaction(number, &action, NULL), 0);
}

static void a_signal_handler_may_set_it(void **state)
{
	(void)state;
	handle(SIGUSR1);
	unsigned calls = 0;
	struct future_notifier notifier = counting(&calls);
	struct future_event_wait wait = future_event_wait(&event);
	assert_int_equal(poll(&wait, &notifier), FUTURE_STATE_RUNNING);
	raise(SIGUSR1);
	assert_int_equal(calls, 1);
	assert_int_equal(poll(&wait, &notifier), FUTURE_STATE_COMPLETE);
}

/* A timer's signals interrupt this thread wherever it is, in the midst of a poll too. */
static void signals_at_any_moment_wake_a_wait(void **state)
{
	(void)state;
	enum { WAITS = 300 };
	handle(SIGALRM);
	struct sigevent to_thread = {.sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGALRM};
	timer_t timer;
	assert_int_equal(timer_create(CLOCK_MONOTONIC, &to_thread, &timer), 0);
	struct itimerspec often = {{0, 50000}, {0, 50000}};
	timer_settime(timer, 0, &often, NULL);
	for (int i = 0; i < WAITS; i++) {
		struct future_event_wait wait = future_event_wait(&event);
		if (i % 2 == 0)
			runtime_wait(NULL, FUTURE_AS_RUNNABLE(&wait));
		else
			wait_as_answered(FUTURE_AS_RUNNABLE(&wait));
		assert_int_equal(FUTURE_OUTPUT(&wait)->canceled, 0);
	}
	timer_delete(timer);
	signal(SIGALRM, SIG_IGN);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		event_test(a_wait_is_complete_once_the_event_is_set),
		event_test(a_set_before_the_first_poll_is_found_by_it),
		event_test(zeroed_memory_is_an_event),
		event_test(a_wait_consumes_however_many_sets),
		event_test(many_waits_follow_each_other),
		event_test(only_the_latest_waker_is_called),
		event_test(a_poll_without_a_notifier_registers_nobody),
		event_test(a_wait_that_is_over_is_not_called),
		event_test(a_wait_may_move_between_polls),
		event_test(an_unpolled_or_complete_wait_may_be_dropped),
		event_test(a_cancelled_wait_is_complete_and_not_called_any_more),
		event_test(a_cancel_that_comes_after_the_set_is_too_late),
		event_test(a_poll_from_inside_the_waker_is_told_to_come_again),
		event_test(a_signal_handler_may_set_it),
		event_test(signals_at_any_moment_wake_a_wait),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
