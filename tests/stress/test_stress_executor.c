/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/*
 * test_stress_executor.c -- executors come and go while other threads wake: they call the wakers of
 * futures that run, of those that are complete, and of those whose executor is gone.
 */

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>

#include <libminiasync.h>

#include "support/test.h"

enum { ROUNDS = 100, FUTURES = 16, WAKERS = 2, WORKERS_MAX = 16 };

/* What a future has left behind of its waker: the data is the executor's, and outlives all. */
static _Atomic(void *) wakers_data[FUTURES];
static _Atomic(future_waker_wake_fn) wake;
static atomic_bool stop;

struct waking_data {
	size_t slot;
	unsigned polls; /* plain, for one worker at a time polls a future: ThreadSanitizer sees */
	unsigned until;
	atomic_bool inside;
};
struct waking_output {
	int overlapped; /* two workers have polled it at the same time */
};
FUTURE(waking, struct waking_data, struct waking_output);

/* Is complete after some polls, each of which takes a call of its waker. */
static enum future_state waking_task(struct future_context *context,
				     struct future_notifier *notifier)
{
	struct waking_data *data = future_context_get_data(context);
	struct waking_output *output = future_context_get_output(context);
	if (atomic_exchange(&data->inside, true))
		output->overlapped = 1;
	atomic_store(&wake, notifier->waker.wake);
	atomic_store(&wakers_data[data->slot], notifier->waker.data);
	notifier->notifier_used = FUTURE_NOTIFIER_WAKER;
	bool complete = ++data->polls == data->until;
	atomic_store(&data->inside, false);
	return complete ? FUTURE_STATE_COMPLETE : FUTURE_STATE_RUNNING;
}

static void *wake_until_told(void *arg)
{
	(void)arg;
	for (size_t slot = 0; !atomic_load(&stop); slot = (slot + 1) % FUTURES) {
		void *data = atomic_load(&wakers_data[slot]);
		if (data != NULL)
			atomic_load (&wake)(data);
	}
	return NULL;
}

static atomic_uint done_calls;

static void count_done(struct future *fut, void *arg)
{
	(void)fut, (void)arg;
	atomic_fetch_add(&done_calls, 1);
}

static void executors_are_deleted_while_others_wake(void **state)
{
	static struct waking futures[FUTURES];
	pthread_t threads[WAKERS];
	(void)state;

	for (size_t i = 0; i < WAKERS; i++)
		pthread_create(&threads[i], NULL, wake_until_told, NULL);
	for (size_t round = 0; round < ROUNDS; round++) {
		struct executor *executor = executor_new(1 + round % WORKERS_MAX);
		assert_non_null(executor);
		for (size_t i = 0; i < FUTURES; i++) {
			FUTURE_INIT(&futures[i], waking_task);
			futures[i].data.slot = i;
			futures[i].data.until = 1 + (unsigned)((round + i) % 5);
			futures[i].data.polls = 0;
			atomic_store(&futures[i].data.inside, false);
			futures[i].output.overlapped = 0;
			assert_int_equal(
				executor_spawn(executor, &futures[i].base, count_done, NULL), 0);
		}
		executor_delete(executor);
		assert_int_equal(done_calls, (round + 1) * FUTURES);
		for (size_t i = 0; i < FUTURES; i++) {
			assert_int_equal(FUTURE_STATE(&futures[i]), FUTURE_STATE_COMPLETE);
			assert_int_equal(futures[i].data.polls, futures[i].data.until);
			assert_false(FUTURE_OUTPUT(&futures[i])->overlapped);
		}
	}
	atomic_store(&stop, true);
	for (size_t i = 0; i < WAKERS; i++)
		pthread_join(threads[i], NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(executors_are_deleted_while_others_wake),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
