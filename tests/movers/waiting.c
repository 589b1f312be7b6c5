/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/*
 * waiting.c -- how operations that are pending tell their waiter: the waker's contract, W1 to W4.
 */

#include <sched.h>
#include <stdatomic.h>
#include <string.h>

#include "movers/mover.h"
#include "support/guard.h"
#include "support/waker.h"

static char source[5000] = "source", dest[5000];

static struct vdm_operation_future copy_of(void **state, size_t n)
{
	return vdm_memcpy(vdm_of(state), dest, source, n, 0);
}

static void needs_wakers(void)
{
	if (tested->notifier != FUTURE_NOTIFIER_WAKER) {
		print_message("skipped: %s calls no wakers\n", tested->name);
		skip();
	}
}

static void a_pending_operation_answers_as_the_mover_was_told(void **state)
{
	needs_hold(state);
	struct vdm_operation_future copy = copy_of(state, 100);
	struct counting_waker waker;
	counting_waker_init(&waker);
	struct future_notifier notifier = counting_waker_notifier(&waker);

	for (int i = 0; i < 3; i++) {
		assert_int_equal(future_poll(FUTURE_AS_RUNNABLE(&copy), &notifier),
				 FUTURE_STATE_RUNNING);
		assert_int_equal(notifier.notifier_used, tested->notifier);
		if (notifier.notifier_used == FUTURE_NOTIFIER_POLLER)
			assert_non_null(notifier.poller.ptr_to_monitor);
	}

	tested->release(*state);
	assert_int_equal(finish(&copy), VDM_SUCCESS);
}

static void w1_no_wake_up_is_lost(void **state)
{
	for (size_t i = 0; i < 3000; i++) {
		struct vdm_operation_future copy = copy_of(state, i);
		assert_int_equal(finish(&copy), VDM_SUCCESS);
	}
}

static void w1_each_of_many_wakers_is_called(void **state)
{
	needs_wakers();
	needs_hold(state);
	enum { COUNT = 50 };
	struct counting_waker wakers[COUNT];
	struct vdm_operation_future copies[COUNT];
	struct future_notifier notifier;
	for (size_t i = 0; i < COUNT; i++) {
		counting_waker_init(&wakers[i]);
		copies[i] = copy_of(state, 0);
		notifier = counting_waker_notifier(&wakers[i]);
		future_poll(FUTURE_AS_RUNNABLE(&copies[i]), &notifier);
	}
	tested->release(*state);

	for (size_t i = 0; i < COUNT; i++) {
		notifier = counting_waker_notifier(&wakers[i]);
		while (FUTURE_STATE(&copies[i]) == FUTURE_STATE_IDLE) { /* there was no room */
			future_poll(FUTURE_AS_RUNNABLE(&copies[i]), &notifier);
			sched_yield();
		}
		if (FUTURE_STATE(&copies[i]) == FUTURE_STATE_RUNNING)
			counting_waker_wait(&wakers[i]);
		poll_to_the_end(FUTURE_AS_RUNNABLE(&copies[i]), NULL);
	}
}

/* A waker that can be held inside its call. */
struct slow_waker {
	atomic_int entered, leave;
};

static void enter_and_wait_to_leave(void *data)
{
	struct slow_waker *waker = data;
	atomic_store(&waker->entered, 1);
	while (!atomic_load(&waker->leave))
		sched_yield();
}

static void w3_complete_is_not_said_while_the_waker_runs(void **state)
{
	needs_wakers();
	needs_hold(state);
	struct slow_waker waker = {0};
	struct future_notifier notifier = {.waker = {&waker, enter_and_wait_to_leave}};
	struct vdm_operation_future copy = copy_of(state, 100);
	future_poll(FUTURE_AS_RUNNABLE(&copy), &notifier);
	tested->release(*state);
	while (!atomic_load(&waker.entered))
		sched_yield();

	enum future_state first = future_poll(FUTURE_AS_RUNNABLE(&copy), &notifier);
	enum future_notifier_type answer = notifier.notifier_used;
	enum future_state second = future_poll(FUTURE_AS_RUNNABLE(&copy), &notifier);
	int result_was_there = strcmp(dest, source) == 0;
	atomic_store(&waker.leave, 1);

	assert_int_equal(first, FUTURE_STATE_RUNNING);
	assert_int_equal(answer, FUTURE_NOTIFIER_NONE);
	assert_int_equal(second, FUTURE_STATE_RUNNING);
	assert_true(result_was_there);
	poll_to_the_end(FUTURE_AS_RUNNABLE(&copy), NULL);
}

static void w3_a_waker_is_never_called_once_its_operation_is_complete(void **state)
{
	enum { COUNT = 300 };
	struct counting_waker *wakers[COUNT];
	for (size_t i = 0; i < COUNT; i++) {
		wakers[i] = guard_allocate(sizeof(*wakers[i]));
		counting_waker_init(wakers[i]);
		struct future_notifier notifier = counting_waker_notifier(wakers[i]);
		struct vdm_operation_future copy = copy_of(state, i * 16);
		while (future_poll(FUTURE_AS_RUNNABLE(&copy), &notifier) != FUTURE_STATE_COMPLETE)
			;
		guard_forbid(wakers[i], sizeof(*wakers[i])); /* a late call faults */
	}
	mover_tear_down(state);
	mover_set_up(state);
	for (size_t i = 0; i < COUNT; i++)
		guard_free(wakers[i], sizeof(*wakers[i]));
}

/* A waker that polls the very future that calls it. */
struct polling_waker {
	struct future *future;
	struct future_notifier notifier;
	enum future_state state;
	struct counting_waker done;
};

static void poll_from_the_waker(void *data)
{
	struct polling_waker *waker = data;
	waker->state = future_poll(waker->future, &waker->notifier);
	struct future_notifier done = counting_waker_notifier(&waker->done);
	FUTURE_WAKER_WAKE(&done.waker);
}

static void w2_a_waker_may_poll_the_future_that_calls_it(void **state)
{
	needs_wakers();
	needs_hold(state);
	struct vdm_operation_future copy = copy_of(state, 100);
	struct polling_waker waker = {.future = FUTURE_AS_RUNNABLE(&copy)};
	counting_waker_init(&waker.done);
	waker.notifier.waker = (struct future_waker){&waker, poll_from_the_waker};
	struct future_notifier notifier = waker.notifier;
	future_poll(FUTURE_AS_RUNNABLE(&copy), &notifier);
	tested->release(*state);
	counting_waker_wait(&waker.done);

	assert_int_equal(waker.state, FUTURE_STATE_RUNNING);
	assert_int_equal(waker.notifier.notifier_used, FUTURE_NOTIFIER_NONE);
	assert_int_equal(finish(&copy), VDM_SUCCESS);
}

static void w4_the_waker_of_the_latest_poll_is_called(void **state)
{
	needs_wakers();
	needs_hold(state);
	struct counting_waker earlier, later;
	counting_waker_init(&earlier);
	counting_waker_init(&later);
	struct future_notifier from_earlier = counting_waker_notifier(&earlier);
	struct future_notifier from_later = counting_waker_notifier(&later);
	struct vdm_operation_future copy = copy_of(state, 100);

	future_poll(FUTURE_AS_RUNNABLE(&copy), &from_earlier);
	future_poll(FUTURE_AS_RUNNABLE(&copy), &from_later);
	assert_int_equal(from_later.notifier_used, FUTURE_NOTIFIER_WAKER);
	tested->release(*state);
	counting_waker_wait(&later);
	poll_to_the_end(FUTURE_AS_RUNNABLE(&copy), NULL);

	assert_int_equal(atomic_load(&earlier.calls), 0);
	assert_int_equal(FUTURE_OUTPUT(&copy)->result, VDM_SUCCESS);
}

static void w4_a_poll_without_a_notifier_takes_the_earlier_waker_back(void **state)
{
	needs_wakers();
	needs_hold(state);
	struct counting_waker *earlier = guard_allocate(sizeof(*earlier));
	counting_waker_init(earlier);
	struct future_notifier notifier = counting_waker_notifier(earlier);
	struct vdm_operation_future copy = copy_of(state, 100);

	future_poll(FUTURE_AS_RUNNABLE(&copy), &notifier);
	future_poll(FUTURE_AS_RUNNABLE(&copy), NULL);
	guard_forbid(earlier, sizeof(*earlier));
	tested->release(*state);
	poll_to_the_end(FUTURE_AS_RUNNABLE(&copy), NULL);

	guard_free(earlier, sizeof(*earlier));
}

static void a_waiter_that_comes_late_is_woken(void **state)
{
	needs_hold(state);
	struct vdm_operation_future copy = copy_of(state, 100);
	struct counting_waker waker;
	counting_waker_init(&waker);
	struct future_notifier notifier = counting_waker_notifier(&waker);

	future_poll(FUTURE_AS_RUNNABLE(&copy), NULL);
	future_poll(FUTURE_AS_RUNNABLE(&copy), &notifier);
	assert_int_equal(notifier.notifier_used, tested->notifier);
	tested->release(*state);
	if (notifier.notifier_used == FUTURE_NOTIFIER_WAKER)
		counting_waker_wait(&waker);

	assert_int_equal(finish(&copy), VDM_SUCCESS);
}

int waiting_suite(void)
{
	const struct CMUnitTest tests[] = {
		mover_test(a_pending_operation_answers_as_the_mover_was_told),
		mover_test(w1_no_wake_up_is_lost),
		mover_test(w1_each_of_many_wakers_is_called),
		mover_test(w2_a_waker_may_poll_the_future_that_calls_it),
		mover_test(w3_complete_is_not_said_while_the_waker_runs),
		mover_test(w3_a_waker_is_never_called_once_its_operation_is_complete),
		mover_test(w4_the_waker_of_the_latest_poll_is_called),
		mover_test(w4_a_poll_without_a_notifier_takes_the_earlier_waker_back),
		mover_test(a_waiter_that_comes_late_is_woken),
	};
	return cmocka_run_group_tests_name("waiting", tests, NULL, NULL);
}
