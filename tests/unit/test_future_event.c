/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/*
 * test_future_event.c -- events: set before, during and after a poll of the wait, by other threads
 * and by signal handlers; whom they call, and when they do so no more.
 */

#define _GNU_SOURCE
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <libminiasync/compose.h>
#include <libminiasync/runtime.h>

#include "support/guard.h"
#include "support/test.h"
#include "support/waker.h"

static struct future_event event;

static int the_event_is_not_set(void **state)
{
	(void)state;
	memset(&event, 0xA5, sizeof(event));
	future_event_init(&event);
	return 0;
}

static enum future_state poll(struct future_event_wait *wait, struct future_notifier *notifier)
{
	return future_poll(FUTURE_AS_RUNNABLE(wait), notifier);
}

static bool is_set(void)
{
	struct future_event_wait wait = future_event_wait(&event);
	if (poll(&wait, NULL) == FUTURE_STATE_COMPLETE)
		return true;
	future_cancel(FUTURE_AS_RUNNABLE(&wait));
	assert_int_equal(poll(&wait, NULL), FUTURE_STATE_COMPLETE);
	return false;
}

static void count_call(void *data)
{
	++*(unsigned *)data;
}

static struct future_notifier counting(unsigned *calls)
{
	return (struct future_notifier){.waker = {calls, count_call}};
}

/* One thread. */

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

/* Threads. */

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

#define event_test(_test) cmocka_unit_test_setup(_test, the_event_is_not_set)

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
		event_test(two_threads_pass_a_ball),
		event_test(what_several_setters_wrote_is_visible),
		event_test(what_a_consumed_set_announced_is_visible),
		event_test(a_cancel_and_a_set_may_meet),
		event_test(the_event_may_be_freed_once_the_wait_is_complete),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
