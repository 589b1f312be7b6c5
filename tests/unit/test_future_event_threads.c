/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/*
 * test_future_event_threads.c -- events that other threads set, at whatever moment: no set is lost,
 * what was written before it is visible, and a wait that is complete is left alone.
 */

#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include <libminiasync/runtime.h>

#include "support/waker.h"
#include "tested_event.h"

#ifdef __SANITIZE_THREAD__
enum { ROUNDS = 3000 };
#else
enum { ROUNDS = 20000 };
#endif

struct ball {
	struct future_event *event;
	unsigned value; /* written before the event is set, read by whoever waited for it */
};

struct player {
	struct ball *in, *out;
};

static void *play(void *argument)
{
	struct player *player = argument;
	for (unsigned i = 1; i <= ROUNDS; i++) {
		struct future_event_wait wait = future_event_wait(player->in->event);
		wait_as_answered(FUTURE_AS_RUNNABLE(&wait));
		player->out->value = player->in->value + 1;
		future_event_set(player->out->event);
	}
	return NULL;
}

static void two_threads_pass_a_ball(void **state)
{
	(void)state;
	struct future_event back;
	future_event_init(&back);
	struct ball ping = {&event, 0}, pong = {&back, 0};
	struct player player = {&ping, &pong};
	pthread_t thread;
	assert_int_equal(pthread_create(&thread, NULL, play, &player), 0);
	for (unsigned i = 0; i < ROUNDS; i++) {
		ping.value = 2 * i;
		future_event_set(&event);
		struct future_event_wait wait = future_event_wait(&back);
		runtime_wait(NULL, FUTURE_AS_RUNNABLE(&wait));
		assert_int_equal(pong.value, 2 * i + 1);
	}
	pthread_join(thread, NULL);
}

/* Several threads set one event in each round; what each of them wrote is there for the waiter. */
enum { SETTERS = 3, SET_ROUNDS = ROUNDS / 10 };

struct crowd {
	atomic_uint round;
	atomic_uint
		sets; /* that have returned; orders nothing, for that is what the event is for */
};

struct setter {
	struct crowd *crowd;
	unsigned value;
};

static void *set_in_each_round(void *argument)
{
	struct setter *setter = argument;
	for (unsigned round = 1; round <= SET_ROUNDS; round++) {
		while (atomic_load_explicit(&setter->crowd->round, memory_order_acquire) != round)
			sched_yield();
		setter->value = round;
		future_event_set(&event);
		atomic_fetch_add_explicit(&setter->crowd->sets, 1, memory_order_relaxed);
	}
	return NULL;
}

static void what_several_setters_wrote_is_visible(void **state)
{
	(void)state;
	struct crowd crowd = {0};
	struct setter setters[SETTERS];
	pthread_t threads[SETTERS];
	for (size_t i = 0; i < SETTERS; i++) {
		setters[i] = (struct setter){&crowd, 0};
		assert_int_equal(pthread_create(&threads[i], NULL, set_in_each_round, &setters[i]),
				 0);
	}
	for (unsigned round = 1; round <= SET_ROUNDS; round++) {
		unsigned calls = 0;
		struct future_notifier notifier = counting(&calls);
		struct future_event_wait wait = future_event_wait(&event);
		poll(&wait, &notifier);
		atomic_store_explicit(&crowd.round, round, memory_order_release);
		while (atomic_load_explicit(&crowd.sets, memory_order_relaxed) != SETTERS * round)
			sched_yield();
		poll_to_the_end(FUTURE_AS_RUNNABLE(&wait), NULL);
		assert_int_equal(calls, 1);
		for (size_t i = 0; i < SETTERS; i++)
			assert_int_equal(setters[i].value, round);
		assert_false(is_set());
	}
	for (size_t i = 0; i < SETTERS; i++)
		pthread_join(threads[i], NULL);
}

/* Looks without ordering anything, as no poll does. */
static bool looks_set(void)
{
	return (atomic_load_explicit((atomic_uint *)(void *)&event, memory_order_relaxed) & 3) != 0;
}

/* A set that comes while a poll consumes another one: consumed with it, or there for the next. */
static void what_a_consumed_set_announced_is_visible(void **state)
{
	(void)state;
	struct crowd crowd = {0};
	struct setter setter = {&crowd, 0};
	unsigned consumed = 0;
	pthread_t thread;
	assert_int_equal(pthread_create(&thread, NULL, set_in_each_round, &setter), 0);
	for (unsigned round = 1; round <= SET_ROUNDS; round++) {
		struct future_event_wait wait = future_event_wait(&event);
		future_event_set(&event);
		atomic_store_explicit(&crowd.round, round, memory_order_release);
		if (round % 2 == 0)
			sched_yield();
		assert_int_equal(poll(&wait, NULL), FUTURE_STATE_COMPLETE);
		while (atomic_load_explicit(&crowd.sets, memory_order_relaxed) != round)
			sched_yield();
		if (!looks_set()) {
			consumed++;
			assert_int_equal(setter.value, round);
		}
		is_set(); /* consumes it otherwise */
	}
	pthread_join(thread, NULL);
	print_message("%u of %u sets were consumed with another\n", consumed, (unsigned)SET_ROUNDS);
}

/* Each wait is cancelled while another thread sets its event, and both are gone at once. */
struct meeting {
	struct future_event *event;
	atomic_uint round; /* odd: the event is there to be set */
};

static void *set_each(void *argument)
{
	struct meeting *meeting = argument;
	for (unsigned i = 1; i < 2 * ROUNDS; i += 2) {
		while (atomic_load_explicit(&meeting->round, memory_order_acquire) != i)
			sched_yield();
		future_event_set(meeting->event);
		atomic_store_explicit(&meeting->round, i + 1, memory_order_release);
	}
	return NULL;
}

static void a_cancel_and_a_set_may_meet(void **state)
{
	(void)state;
	struct meeting meeting = {.event = &event};
	unsigned canceled = 0;
	pthread_t thread;
	assert_int_equal(pthread_create(&thread, NULL, set_each, &meeting), 0);
	for (unsigned i = 1; i < 2 * ROUNDS; i += 2) {
		unsigned *calls = malloc(sizeof(*calls));
		struct future_notifier notifier = counting(calls);
		*calls = 0;
		struct future_event_wait wait = future_event_wait(&event);
		poll(&wait, &notifier);
		atomic_store_explicit(&meeting.round, i, memory_order_release);
		if (i % 4 == 1)
			sched_yield();
		future_cancel(FUTURE_AS_RUNNABLE(&wait));
		poll_to_the_end(FUTURE_AS_RUNNABLE(&wait), &notifier);
		/* The waker is not being called any more, and will not be. */
		canceled += (unsigned)FUTURE_OUTPUT(&wait)->canceled;
		assert_int_equal(*calls, !FUTURE_OUTPUT(&wait)->canceled);
		free(calls);
		while (atomic_load_explicit(&meeting.round, memory_order_acquire) == i)
			sched_yield();
		assert_int_equal(is_set(), FUTURE_OUTPUT(&wait)->canceled);
	}
	pthread_join(thread, NULL);
	print_message("%u of %u waits were cancelled\n", canceled, (unsigned)ROUNDS);
}

/* The waiter frees the event as soon as its wait is complete: the set has touched it for good. */
static void *set_one(void *argument)
{
	_Atomic(struct future_event *) *place = argument;
	for (unsigned i = 0; i < ROUNDS; i++) {
		struct future_event *mine;
		while ((mine = atomic_exchange(place, NULL)) == NULL)
			sched_yield();
		future_event_set(mine);
	}
	return NULL;
}

static void the_event_may_be_freed_once_the_wait_is_complete(void **state)
{
	(void)state;
	_Atomic(struct future_event *) place = NULL;
	pthread_t thread;
	assert_int_equal(pthread_create(&thread, NULL, set_one, &place), 0);
	for (unsigned i = 0; i < ROUNDS; i++) {
		struct future_event *mine = malloc(sizeof(*mine));
		unsigned *calls = calloc(1, sizeof(*calls));
		struct future_notifier notifier = counting(calls);
		future_event_init(mine);
		struct future_event_wait wait = future_event_wait(mine);
		if (i % 2 == 0)
			poll(&wait, &notifier);
		atomic_store(&place, mine);
		poll_to_the_end(FUTURE_AS_RUNNABLE(&wait), &notifier);
		memset(mine, 0xA5, sizeof(*mine));
		free(mine);
		free(calls);
	}
	pthread_join(thread, NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		event_test(two_threads_pass_a_ball),
		event_test(what_several_setters_wrote_is_visible),
		event_test(what_a_consumed_set_announced_is_visible),
		event_test(a_cancel_and_a_set_may_meet),
		event_test(the_event_may_be_freed_once_the_wait_is_complete),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
