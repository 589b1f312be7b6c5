/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/*
 * test_runtime.c -- which futures a wait polls, in which order, and how often. The clock is a fake,
 * and other threads are played in its sleeps, so counts are exact.
 */

#include <string.h>

#include "support/fake_time.h"
#include "support/script.h"
#include "support/test.h"
#include "unit/probes.h"

static void a_future_that_completes_is_polled_once(void **state)
{
	struct probe probe = {.complete_at = 1};
	wait_for(state, &probe);
	assert_int_equal(probe.polls, 1);
	assert_int_equal(fake_time.sleeps, 0);
}

static void a_future_that_answers_none_is_polled_until_it_completes(void **state)
{
	struct probe probe = {.complete_at = 5000};
	wait_for(state, &probe);
	assert_int_equal(probe.polls, 5000);
}

static void a_complete_future_is_not_polled(void **state)
{
	struct probe probe = {0};
	struct probe_future future = future_of(&probe);
	future.base.context.state = FUTURE_STATE_COMPLETE;
	struct future *two[] = {FUTURE_AS_RUNNABLE(&future), FUTURE_AS_RUNNABLE(&future)};

	runtime_wait(*state, FUTURE_AS_RUNNABLE(&future));
	runtime_wait_multiple(*state, two, 2);

	assert_int_equal(probe.polls, 0);
}

static void waiting_for_nothing_returns(void **state)
{
	runtime_wait_multiple(*state, NULL, 0);
	runtime_wait_multiple(NULL, NULL, 0);
	assert_int_equal(fake_time.sleeps, 0);
}

static void a_wait_needs_no_runtime(void **state)
{
	(void)state;
	struct probe probe = {.complete_at = 3};
	struct probe_future future = future_of(&probe);
	struct future *one[] = {FUTURE_AS_RUNNABLE(&future)};
	runtime_wait(NULL, FUTURE_AS_RUNNABLE(&future));
	runtime_wait_multiple(NULL, one, 1);
	assert_int_equal(probe.polls, 3);
}

static void a_waker_called_during_the_sleep_ends_it(void **state)
{
	struct probe probe = {.answer = {.notifier_used = FUTURE_NOTIFIER_WAKER}};
	fake_time.during_sleep = make_ready;
	fake_time.arg = &probe;

	wait_for(state, &probe);

	assert_int_equal(probe.polls, 2);
	assert_int_equal(fake_time.sleeps, 1);
}

static void a_waker_called_within_the_poll_is_not_lost(void **state)
{
	struct probe probe = {
		.answer = {.notifier_used = FUTURE_NOTIFIER_WAKER},
		.wake_within_poll = 1,
		.complete_at = 2,
	};
	wait_for(state, &probe);
	assert_int_equal(probe.polls, 2);
	assert_int_equal(fake_time.sleeps, 0);
}

static void a_waker_called_between_the_poll_and_the_sleep_is_not_lost(void **state)
{
	crowd_of(2, FUTURE_NOTIFIER_WAKER);
	crowd[1].wakes = &crowd[0]; /* polled after it, before the thread could sleep */
	crowd[1].complete_at = 1;

	runtime_wait_multiple(*state, crowd_pointers, 2);

	assert_int_equal(crowd[0].polls, 2);
	assert_int_equal(fake_time.sleeps, 0);
}

static void wake_the_probe_once(void *arg)
{
	fake_time.during_look = NULL;
	make_ready(arg);
}

static void a_waker_called_at_the_last_moment_before_the_sleep_is_not_lost(void **state)
{
	struct probe probe = {.answer = {.notifier_used = FUTURE_NOTIFIER_WAKER}};
	fake_time.during_look = wake_the_probe_once; /* a wait looks at the clock, then it sleeps */
	fake_time.arg = &probe;
	wait_for(state, &probe);
	assert_int_equal(probe.polls, 2);
	assert_int_equal(fake_time.sleeps, 0);
}

static void a_word_to_monitor_is_polled_for(void **state)
{
	static uint64_t word;
	struct probe probe = {
		.answer = {.notifier_used = FUTURE_NOTIFIER_POLLER, .poller = {&word}},
		.complete_at = 3000,
	};
	wait_for(state, &probe);
	assert_int_equal(probe.polls, 3000);
}

static void the_array_stays_in_its_order(void **state)
{
	crowd_of(200, FUTURE_NOTIFIER_NONE);
	for (size_t i = 0; i < 200; i++) {
		crowd[i].complete_at = i * 7 % 5 + 1;
		crowd[i].async = i % 3 == 0;
		if (i % 11 == 0)
			FUTURE_INIT_COMPLETE(&crowd_futures[i]);
	}
	struct future *before[200];
	memcpy(before, crowd_pointers, sizeof(before));

	runtime_wait_multiple(*state, crowd_pointers, 200);

	assert_memory_equal(crowd_pointers, before, sizeof(before));
}

static void asynchronous_futures_start_first_and_the_others_in_order(void **state)
{
	crowd_of(6, FUTURE_NOTIFIER_NONE);
	crowd[2].async = crowd[5].async = 1;
	for (size_t i = 0; i < 6; i++)
		crowd[i].complete_at = 2;

	runtime_wait_multiple(*state, crowd_pointers, 6);

	static const unsigned order[] = {2, 3, 0, 4, 5, 1};
	for (size_t i = 0; i < 6; i++)
		assert_int_equal(crowd[i].order, order[i]);
}

static void finished_futures_are_never_polled_again(void **state)
{
	crowd_of(500, FUTURE_NOTIFIER_NONE);
	for (size_t i = 0; i < 500; i++)
		crowd[i].complete_at = 1 + i % 4;
	crowd[321].complete_at = 3000; /* a straggler */

	runtime_wait_multiple(*state, crowd_pointers, 500);

	for (size_t i = 0; i < 500; i++)
		assert_int_equal(crowd[i].polls, crowd[i].complete_at);
}

static void one_future_may_be_waited_for_again_and_again(void **state)
{
	struct probe probe = {.complete_at = 2};
	struct probe_future future = future_of(&probe);
	for (int i = 0; i < 3; i++)
		runtime_wait(*state, FUTURE_AS_RUNNABLE(&future));
	assert_int_equal(probe.polls, 2);
}

/* Each sleep one more of the crowd is woken, far from its neighbour. */
static void wake_the_next(void *arg)
{
	size_t *woken = arg;
	make_ready(&crowd[*woken * 7919 % CROWD_MAX]);
	++*woken;
}

static void a_wake_up_costs_one_poll_however_many_are_waited_for(void **state)
{
	size_t woken = 0;
	crowd_of(CROWD_MAX, FUTURE_NOTIFIER_WAKER);
	fake_time.during_sleep = wake_the_next;
	fake_time.arg = &woken;

	runtime_wait_multiple(*state, crowd_pointers, CROWD_MAX);

	assert_int_equal(woken, CROWD_MAX);
	assert_int_equal(polls_of_crowd(CROWD_MAX), 2 * CROWD_MAX);
}

static void wake_in_vain_then_for_good(void *arg)
{
	struct probe *probe = arg;
	if (fake_time.sleeps == 10)
		probe->ready = 1;
	for (int i = 0; i < 3; i++)
		FUTURE_WAKER_WAKE(&probe->waker);
}

static void spurious_wake_ups_are_harmless(void **state)
{
	struct probe probe = {.answer = {.notifier_used = FUTURE_NOTIFIER_WAKER}};
	fake_time.during_sleep = wake_in_vain_then_for_good;
	fake_time.arg = &probe;
	wait_for(state, &probe);
	assert_in_range(probe.polls, 2, 11);
}

static void a_waker_of_an_earlier_wait_may_be_called_late(void **state)
{
	struct probe earlier = {
		.answer = {.notifier_used = FUTURE_NOTIFIER_WAKER},
		.complete_at = 2,
	};
	fake_time.during_sleep = make_ready;
	fake_time.arg = &earlier;
	wait_for(state, &earlier);

	struct probe later = {.answer = {.poll_within_us = 5000}, .complete_at = 2};
	wait_for(state, &later); /* every sleep calls the waker of the one before */

	assert_int_equal(earlier.polls, 2);
	assert_in_range(later.polls, 2, 3);
}

/* A future whose poll waits for another one. */
struct nesting_data {
	struct future *inner;
};
FUTURE(nesting_future, struct nesting_data, struct probe_output);

static enum future_state wait_within_the_poll(struct future_context *context,
					      struct future_notifier *notifier)
{
	(void)notifier;
	struct nesting_data *data = future_context_get_data(context);
	runtime_wait(NULL, data->inner);
	return FUTURE_STATE_COMPLETE;
}

static void a_poll_may_wait_for_another_future(void **state)
{
	struct probe inner = {.answer = {.poll_within_us = 10}, .complete_at = 4};
	struct probe_future inner_future = future_of(&inner);
	struct nesting_future outer = {.data = {FUTURE_AS_RUNNABLE(&inner_future)}};
	FUTURE_INIT(&outer, wait_within_the_poll);
	crowd_of(2, FUTURE_NOTIFIER_WAKER);
	crowd[0].wake_within_poll = 1;
	crowd[0].complete_at = crowd[1].complete_at = 2;
	struct future *three[] = {crowd_pointers[0], FUTURE_AS_RUNNABLE(&outer), crowd_pointers[1]};

	runtime_wait_multiple(*state, three, 3);

	assert_int_equal(inner.polls, 4);
	assert_int_equal(crowd[0].polls, 2);
	assert_int_equal(crowd[1].polls, 2);
}

/* A future that would do work in a poll that offers it the waiting thread's time. */
struct lender_data {
	size_t *offers;
	size_t wanted;
};
FUTURE(lender_future, struct lender_data, struct probe_output);

static enum future_state take_offers(struct future_context *context,
				     struct future_notifier *notifier)
{
	struct lender_data *data = future_context_get_data(context);
	if (notifier->poller.ptr_to_monitor == &future_time_offer)
		++*data->offers;
	if (*data->offers == data->wanted)
		return FUTURE_STATE_COMPLETE;
	notifier->notifier_used = FUTURE_NOTIFIER_WAKER;
	notifier->poller.ptr_to_monitor = &future_time_offer;
	return FUTURE_STATE_RUNNING;
}

static void a_thread_offers_its_time_before_it_sleeps(void **state)
{
	size_t offers = 0;
	struct lender_future lender = {.data = {&offers, 1}};
	FUTURE_INIT(&lender, take_offers);
	runtime_wait(*state, FUTURE_AS_RUNNABLE(&lender));
	assert_int_equal(offers, 1);
	assert_int_equal(fake_time.sleeps, 0);
}

static void no_offer_is_seen_by_futures_that_did_not_ask_for_one(void **state)
{
	size_t offers = 0;
	struct lender_future lender = {.data = {&offers, 3}};
	FUTURE_INIT(&lender, take_offers);
	static const struct script_step steps[] = {
		{FUTURE_STATE_RUNNING, FUTURE_NOTIFIER_WAKER, 100},
		{FUTURE_STATE_RUNNING, FUTURE_NOTIFIER_WAKER, 100},
		{FUTURE_STATE_COMPLETE, FUTURE_NOTIFIER_NONE, 0},
	};
	struct script script = SCRIPT(steps);
	struct script_future other = script_future(&script);
	struct future *two[] = {FUTURE_AS_RUNNABLE(&lender), FUTURE_AS_RUNNABLE(&other)};

	runtime_wait_multiple(*state, two, 2);

	assert_int_equal(offers, 3);
	assert_int_equal(script.offers, 0);
}

struct believer_data {
	struct future_notifier answer;
	size_t promises;
	size_t polls;
};
FUTURE(believer_future, struct believer_data, struct probe_output);

/* Counts on the promise, though its answer says nothing of it: a task that polls others may. */
static enum future_state believe(struct future_context *context, struct future_notifier *notifier)
{
	struct believer_data *data = future_context_get_data(context);
	if (notifier->poller.ptr_to_monitor == &future_time_promise)
		data->promises++;
	if (++data->polls == 10)
		return FUTURE_STATE_COMPLETE;
	notifier->notifier_used = data->answer.notifier_used;
	notifier->poll_within_us = data->answer.poll_within_us;
	return FUTURE_STATE_RUNNING;
}

static void a_promise_that_nobody_took_up_is_not_given_again(void **state)
{
	static const struct future_notifier answers[] = {
		{.notifier_used = FUTURE_NOTIFIER_NONE},
		{.notifier_used = FUTURE_NOTIFIER_NONE, .poll_within_us = 10},
		{.notifier_used = FUTURE_NOTIFIER_POLLER},
	};
	for (size_t i = 0; i < COUNT_OF(answers); i++) {
		struct believer_future believer = {.data = {.answer = answers[i]}};
		FUTURE_INIT(&believer, believe);
		runtime_wait(*state, FUTURE_AS_RUNNABLE(&believer));
		assert_int_equal(believer.data.promises, 1);
	}
}

static void deleting_no_runtime_does_nothing(void **state)
{
	(void)state;
	runtime_delete(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		wait_test(a_future_that_completes_is_polled_once),
		wait_test(a_future_that_answers_none_is_polled_until_it_completes),
		wait_test(a_complete_future_is_not_polled),
		wait_test(waiting_for_nothing_returns),
		wait_test(a_wait_needs_no_runtime),
		wait_test(a_waker_called_during_the_sleep_ends_it),
		wait_test(a_waker_called_within_the_poll_is_not_lost),
		wait_test(a_waker_called_between_the_poll_and_the_sleep_is_not_lost),
		wait_test(a_waker_called_at_the_last_moment_before_the_sleep_is_not_lost),
		wait_test(a_word_to_monitor_is_polled_for),
		wait_test(the_array_stays_in_its_order),
		wait_test(asynchronous_futures_start_first_and_the_others_in_order),
		wait_test(finished_futures_are_never_polled_again),
		wait_test(one_future_may_be_waited_for_again_and_again),
		wait_test(a_wake_up_costs_one_poll_however_many_are_waited_for),
		wait_test(spurious_wake_ups_are_harmless),
		wait_test(a_waker_of_an_earlier_wait_may_be_called_late),
		wait_test(a_poll_may_wait_for_another_future),
		wait_test(a_thread_offers_its_time_before_it_sleeps),
		wait_test(no_offer_is_seen_by_futures_that_did_not_ask_for_one),
		wait_test(a_promise_that_nobody_took_up_is_not_given_again),
		wait_test(deleting_no_runtime_does_nothing),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
