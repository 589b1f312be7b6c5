/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/*
 * test_stress_runtime.c -- a server's load on one runtime: several threads wait on it, for single
 * futures and for thousands, which other threads complete at any moment, some waking late.
 */

#include <pthread.h>
#include <sched.h>
#include <stdlib.h>

#include <libminiasync/runtime.h>

#include "stress/events.h"
#include "support/test.h"

enum { WAITERS = 3, ROUNDS = 5000, CROWD = 3000, SETTERS = 2 };

static struct runtime *runtime;

static int set_up(void **state)
{
	(void)state;
	runtime = runtime_new();
	return runtime == NULL;
}

static int tear_down(void **state)
{
	(void)state;
	runtime_delete(runtime);
	return 0;
}

static unsigned next_random(unsigned *seed)
{
	*seed ^= *seed << 13;
	*seed ^= *seed >> 17;
	*seed ^= *seed << 5;
	return *seed;
}

/* Lets some time go by, or none. */
static void dawdle(unsigned *seed)
{
	unsigned random = next_random(seed);
	if (random % 4 == 0)
		sched_yield();
	for (volatile unsigned i = 0; i < random % 500; i++)
		;
}

/* A pair of threads, one waiting for the events that the other sets, one after another. */
struct pair {
	pthread_t waiter, setter;
	unsigned seed;
	int careless;
	struct test_event events[ROUNDS];
};

static struct pair pairs[WAITERS];

static void *wait_for_each(void *arg)
{
	struct pair *pair = arg;
	unsigned seed = pair->seed;
	for (size_t i = 0; i < ROUNDS; i++) {
		struct event_wait future = test_event_wait(&pair->events[i]);
		dawdle(&seed);
		if (i % 3 == 0) /* a waiter that comes late */
			future_poll(FUTURE_AS_RUNNABLE(&future), NULL);
		runtime_wait(runtime, FUTURE_AS_RUNNABLE(&future));
	}
	return NULL;
}

static void *set_each(void *arg)
{
	struct pair *pair = arg;
	unsigned seed = pair->seed * 3;
	for (size_t i = 0; i < ROUNDS; i++) {
		dawdle(&seed);
		if (pair->careless)
			test_event_set_carelessly(&pair->events[i]);
		else
			test_event_set(&pair->events[i]);
	}
	return NULL;
}

static void threads_wait_on_one_runtime_for_events_at_any_moment(void **state)
{
	(void)state;
	for (unsigned i = 0; i < WAITERS; i++) {
		pairs[i].seed = 12345 + i;
		pairs[i].careless = i == 0;
		for (size_t j = 0; j < ROUNDS; j++)
			test_event_init(&pairs[i].events[j]);
		pthread_create(&pairs[i].waiter, NULL, wait_for_each, &pairs[i]);
		pthread_create(&pairs[i].setter, NULL, set_each, &pairs[i]);
	}
	for (unsigned i = 0; i < WAITERS; i++) {
		pthread_join(pairs[i].waiter, NULL);
		pthread_join(pairs[i].setter, NULL);
	}
}

/* A crowd of events, which setters go through in an order of their own. */
static struct test_event crowd_events[CROWD];
static struct event_wait crowd_futures[CROWD];
static struct future *crowd_pointers[CROWD];

static void *set_a_share_in_any_order(void *arg)
{
	size_t share = *(size_t *)arg;
	unsigned seed = 99 + (unsigned)share;
	for (size_t i = 0; i < CROWD; i++) {
		size_t index = i * 1511 % CROWD; /* no divisor in common: each of them once */
		if (index % SETTERS != share)
			continue;
		if (index % 5 == 0)
			test_event_set_carelessly(&crowd_events[index]);
		else
			test_event_set(&crowd_events[index]);
		if (i % 16 == 0)
			dawdle(&seed);
	}
	return NULL;
}

static void make_crowd(void)
{
	for (size_t i = 0; i < CROWD; i++) {
		test_event_init(&crowd_events[i]);
		crowd_futures[i] = test_event_wait(&crowd_events[i]);
		crowd_pointers[i] = FUTURE_AS_RUNNABLE(&crowd_futures[i]);
	}
}

static void thousands_of_futures_are_completed_by_other_threads(void **state)
{
	(void)state;
	for (int round = 0; round < 15; round++) {
		pthread_t setters[SETTERS];
		size_t shares[SETTERS];
		make_crowd();
		for (size_t i = 0; i < SETTERS; i++) {
			shares[i] = i;
			pthread_create(&setters[i], NULL, set_a_share_in_any_order, &shares[i]);
		}
		runtime_wait_multiple(runtime, crowd_pointers, CROWD);
		for (size_t i = 0; i < CROWD; i++)
			assert_int_equal(FUTURE_STATE(&crowd_futures[i]), FUTURE_STATE_COMPLETE);
		for (size_t i = 0; i < SETTERS; i++)
			pthread_join(setters[i], NULL);
	}
}

/* Futures that answer in every way there is, among them those of events. */
struct mixed_data {
	unsigned polls_left;
	uint32_t within_us;
};
struct mixed_output {
	char unused;
};
FUTURE(mixed_future, struct mixed_data, struct mixed_output);

static enum future_state mixed_task(struct future_context *context,
				    struct future_notifier *notifier)
{
	struct mixed_data *data = future_context_get_data(context);
	notifier->poll_within_us = data->within_us;
	return data->polls_left-- > 0 ? FUTURE_STATE_RUNNING : FUTURE_STATE_COMPLETE;
}

static void futures_that_answer_differently_are_waited_for_together(void **state)
{
	(void)state;
	static struct mixed_future mixed[CROWD];
	size_t share = 0;
	for (int round = 0; round < 15; round++) {
		make_crowd();
		for (size_t i = 0; i < CROWD; i++) {
			if (i % SETTERS == share)
				continue; /* an event */
			mixed[i].data =
				(struct mixed_data){(unsigned)i % 7, (uint32_t)(i % 3) * 50};
			FUTURE_INIT(&mixed[i], mixed_task);
			if (i % 10 == 1)
				FUTURE_INIT_COMPLETE(&mixed[i]);
			crowd_pointers[i] = FUTURE_AS_RUNNABLE(&mixed[i]);
		}
		pthread_t setter;
		pthread_create(&setter, NULL, set_a_share_in_any_order, &share);
		runtime_wait_multiple(runtime, crowd_pointers, CROWD);
		for (size_t i = 0; i < CROWD; i++)
			assert_int_equal(crowd_pointers[i]->context.state, FUTURE_STATE_COMPLETE);
		pthread_join(setter, NULL);
	}
}

/* Threads that end take what they keep of their waits with them; late wakers still call there. */
static void *wait_once_and_end(void *arg)
{
	runtime_wait(runtime, arg);
	return NULL;
}

static void threads_that_waited_end_while_wakers_are_late(void **state)
{
	(void)state;
	for (size_t i = 0; i < 300; i++) {
		static struct test_event event;
		test_event_init(&event);
		struct event_wait future = test_event_wait(&event);
		pthread_t waiter;
		pthread_create(&waiter, NULL, wait_once_and_end, FUTURE_AS_RUNNABLE(&future));
		test_event_set_carelessly(&event);
		pthread_join(waiter, NULL);
	}
}

/* A runtime goes while wakers are called: those that it leaves behind, and another one's. */
struct leaving {
	unsigned seed;
	struct test_event events[3];
};

static void *set_all_carelessly(void *arg)
{
	struct leaving *leaving = arg;
	size_t first = leaving->seed;
	for (size_t i = 0; i < COUNT_OF(leaving->events); i++) {
		dawdle(&leaving->seed);
		test_event_set_carelessly(&leaving->events[(first + i) % 3]);
	}
	return NULL;
}

static void add_and_poll(struct runtime *to, struct event_wait *future)
{
	assert_int_equal(runtime_add(to, FUTURE_AS_RUNNABLE(future), NULL), 0);
	assert_null(runtime_next(to, 0, NULL));
}

/* What a runtime leaves is what the thread that deleted it waits with next. */
static void a_runtime_is_deleted_while_wakers_of_it_and_of_another_are_called(void **state)
{
	(void)state;
	unsigned seed = 4711;
	for (unsigned i = 0; i < 500; i++) {
		static struct leaving leaving;
		struct event_wait waits[COUNT_OF(leaving.events)];
		leaving.seed = i + 1;
		for (size_t j = 0; j < COUNT_OF(waits); j++) {
			test_event_init(&leaving.events[j]);
			waits[j] = test_event_wait(&leaving.events[j]);
		}
		struct runtime *other = runtime_new();
		assert_non_null(other);
		add_and_poll(runtime, &waits[0]);
		add_and_poll(other, &waits[1]);
		assert_true(i % 2 == 0 || runtime_fd(other) >= 0);

		pthread_t setter;
		pthread_create(&setter, NULL, set_all_carelessly, &leaving);
		dawdle(&seed);
		runtime_delete(other);
		runtime_wait(NULL, FUTURE_AS_RUNNABLE(&waits[2]));
		assert_ptr_equal(runtime_next(runtime, UINT64_MAX, NULL),
				 FUTURE_AS_RUNNABLE(&waits[0]));
		runtime_wait(NULL, FUTURE_AS_RUNNABLE(&waits[1])); /* pending, and valid */
		pthread_join(setter, NULL);
	}
}

#define stress_test(_test) cmocka_unit_test_setup_teardown(_test, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		stress_test(threads_wait_on_one_runtime_for_events_at_any_moment),
		stress_test(thousands_of_futures_are_completed_by_other_threads),
		stress_test(futures_that_answer_differently_are_waited_for_together),
		stress_test(threads_that_waited_end_while_wakers_are_late),
		stress_test(a_runtime_is_deleted_while_wakers_of_it_and_of_another_are_called),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
