/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/*
 * test_event.c -- no wake-up is lost, and none costs a system call that is not needed.
 *
 * Whoever sleeps here sleeps without a limit: a wake-up that is lost hangs the test, and ctest ends
 * it.
 */

#include "concurrent/event.h"

#include <signal.h>
#include <stdbool.h>

#include "support/test.h"
#include "support/together.h"

void __real_os_sleep(_Atomic uint32_t *word, uint32_t expected, uint64_t deadline);
void __real_os_wake(_Atomic uint32_t *word);
void __wrap_os_sleep(_Atomic uint32_t *word, uint32_t expected, uint64_t deadline);
void __wrap_os_wake(_Atomic uint32_t *word);

static atomic_uint wakes;
static void (*before_sleep)(void);

void __wrap_os_sleep(_Atomic uint32_t *word, uint32_t expected, uint64_t deadline)
{
	if (before_sleep != NULL)
		before_sleep();
	__real_os_sleep(word, expected, deadline);
}

void __wrap_os_wake(_Atomic uint32_t *word)
{
	atomic_fetch_add(&wakes, 1);
	__real_os_wake(word);
}

static void test_nobody_sleeps(void **state)
{
	(void)state;
	struct event event = {0};
	wakes = 0;
	event_signal(&event);
	event_prepare(&event);
	event_cancel(&event);
	event_signal(&event);
	assert_int_equal(wakes, 0);
}

static void test_one_of_several_signals_wakes(void **state)
{
	(void)state;
	struct event event = {0};
	wakes = 0;
	event_prepare(&event);
	event_signal(&event);
	event_signal(&event);
	assert_int_equal(wakes, 1);
	event_sleep(&event, OS_NEVER); /* returns, for it was signalled */
	event_signal(&event);
	assert_int_equal(wakes, 1);
}

static void test_a_signal_finds_a_spinner_without_a_system_call(void **state)
{
	(void)state;
	struct event event = {0};
	wakes = 0;
	event_prepare_to_spin(&event);
	event_signal(&event);
	event_signal(&event);
	assert_int_equal(wakes, 0);
	assert_true(event_spin(&event, OS_NEVER));
}

static void test_who_has_spun_long_enough_is_woken(void **state)
{
	(void)state;
	struct event event = {0};
	wakes = 0;
	event_prepare_to_spin(&event);
	assert_false(event_spin(&event, 0));
	event_signal(&event);
	assert_int_equal(wakes, 1);
	event_sleep(&event, OS_NEVER);
}

static void test_the_time_comes(void **state)
{
	(void)state;
	struct event event = {0};
	event_prepare(&event);
	event_sleep(&event, os_now() + 1000);
	wakes = 0;
	event_signal(&event); /* who has left is not woken */
	assert_int_equal(wakes, 0);
}

static struct event signalled;
static atomic_bool condition;

static void make_it_hold(int number)
{
	(void)number;
	atomic_store(&condition, true);
	event_signal(&signalled);
}

static void raise_once(void)
{
	before_sleep = NULL;
	raise(SIGUSR1);
}

/* The handler interrupts the sleeper itself, behind its last look at the condition. */
static void test_a_signal_handler_wakes(void **state)
{
	(void)state;
	struct sigaction action = {.sa_handler = make_it_hold};
	struct sigaction before;
	sigaction(SIGUSR1, &action, &before);
	before_sleep = raise_once;
	while (!atomic_load(&condition)) {
		event_prepare(&signalled);
		if (atomic_load(&condition))
			event_cancel(&signalled);
		else
			event_sleep(&signalled, OS_NEVER);
	}
	sigaction(SIGUSR1, &before, NULL);
	assert_null(before_sleep);
}

#define THREADS 3
#define ROUNDS 3000

/* A ring of threads, each of which wakes the next one and sleeps until its turn comes again. */
struct ring {
	struct event events[THREADS];
	atomic_uint turn;
};

static void pass_on(void *shared, unsigned number)
{
	struct ring *ring = shared;
	for (unsigned round = 0; round < ROUNDS; round++) {
		unsigned mine = round * THREADS + number;
		while (atomic_load(&ring->turn) != mine) {
			event_prepare(&ring->events[number]);
			if (atomic_load(&ring->turn) == mine)
				event_cancel(&ring->events[number]);
			else
				event_sleep(&ring->events[number], OS_NEVER);
		}
		atomic_store(&ring->turn, mine + 1);
		event_signal(&ring->events[(number + 1) % THREADS]);
	}
}

static void test_a_ring(void **state)
{
	(void)state;
	struct ring ring = {.turn = 0};
	run_together(THREADS, pass_on, &ring);
	assert_int_equal(ring.turn, THREADS * ROUNDS);
}

/* Several threads make a condition hold for one sleeper, who takes it from them. */
struct many_to_one {
	struct event event;
	atomic_uint waiting; /* what was given and not taken yet */
};

static void give_or_take(void *shared, unsigned number)
{
	struct many_to_one *many = shared;
	if (number > 0) {
		for (unsigned round = 0; round < ROUNDS; round++) {
			atomic_fetch_add(&many->waiting, 1);
			event_signal(&many->event);
		}
		return;
	}
	for (unsigned taken = 0; taken < (THREADS - 1) * ROUNDS;) {
		taken += atomic_exchange(&many->waiting, 0);
		if (taken == (THREADS - 1) * ROUNDS)
			break;
		event_prepare(&many->event);
		if (atomic_load(&many->waiting) != 0)
			event_cancel(&many->event);
		else
			event_sleep(&many->event, OS_NEVER);
	}
}

static void test_many_signallers(void **state)
{
	(void)state;
	struct many_to_one many = {.waiting = 0};
	run_together(THREADS, give_or_take, &many);
	assert_int_equal(many.waiting, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_nobody_sleeps),
		cmocka_unit_test(test_one_of_several_signals_wakes),
		cmocka_unit_test(test_a_signal_finds_a_spinner_without_a_system_call),
		cmocka_unit_test(test_who_has_spun_long_enough_is_woken),
		cmocka_unit_test(test_the_time_comes),
		cmocka_unit_test(test_a_signal_handler_wakes),
		cmocka_unit_test(test_a_ring),
		cmocka_unit_test(test_many_signallers),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
