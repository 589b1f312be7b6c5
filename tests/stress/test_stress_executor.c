/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/*
 * test_stress_executor.c -- executors come and go while other threads wake: they call the wakers of
 * futures that run, of those that are complete, and of those whose executor is gone. And several
 * threads spawn at the same time, more than a worker's ring holds, while others wait.
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

/* A future that is spawned from outside, and spawns another one from its done. */
enum { SPAWNERS = 3, SPAWNS = 2000, SPAWN_ROUNDS = 4 };

struct crowd {
	struct executor *executor;
	struct waking futures[SPAWNS];
	struct waking seconds[SPAWNS];
};

static struct crowd crowds[SPAWNERS];
static atomic_uint refused;

static enum future_state ready_task(struct future_context *context,
				    struct future_notifier *notifier)
{
	struct waking_data *data = future_context_get_data(context);
	(void)notifier;
	data->polls++;
	return FUTURE_STATE_COMPLETE;
}

static void spawn_second(struct future *fut, void *arg)
{
	struct crowd *crowd = arg;
	size_t i = (size_t)((struct waking *)fut - crowd->futures);
	count_done(fut, NULL);
	FUTURE_INIT(&crowd->seconds[i], ready_task);
	crowd->seconds[i].data.polls = 0;
	if (executor_spawn(crowd->executor, &crowd->seconds[i].base, count_done, NULL) != 0)
		atomic_fetch_add(&refused, 1);
}

static void *spawn_crowd(void *arg)
{
	struct crowd *crowd = arg;
	for (size_t i = 0; i < SPAWNS; i++) {
		FUTURE_INIT(&crowd->futures[i], ready_task);
		crowd->futures[i].data.polls = 0;
		if (executor_spawn(crowd->executor, &crowd->futures[i].base, spawn_second, crowd))
			atomic_fetch_add(&refused, 1);
	}
	executor_wait(crowd->executor, &crowd->futures[SPAWNS - 1].base);
	if (crowd->futures[SPAWNS - 1].data.polls != 1)
		atomic_fetch_add(&refused, 1);
	return NULL;
}

static void several_threads_spawn_at_once(void **state)
{
	pthread_t threads[SPAWNERS];
	(void)state;

	for (size_t round = 0; round < SPAWN_ROUNDS; round++) {
		struct executor *executor = executor_new(1 + round);
		assert_non_null(executor);
		atomic_store(&done_calls, 0);
		for (size_t i = 0; i < SPAWNERS; i++) {
			crowds[i].executor = executor;
			pthread_create(&threads[i], NULL, spawn_crowd, &crowds[i]);
		}
		for (size_t i = 0; i < SPAWNERS; i++)
			pthread_join(threads[i], NULL);
		assert_int_equal(executor_drain(executor), 0);
		assert_int_equal(done_calls, SPAWNERS * SPAWNS * 2);
		assert_int_equal(refused, 0);
		for (size_t i = 0; i < SPAWNERS; i++) {
			for (size_t k = 0; k < SPAWNS; k++) {
				assert_int_equal(crowds[i].futures[k].data.polls, 1);
				assert_int_equal(crowds[i].seconds[k].data.polls, 1);
			}
		}
		executor_delete(executor);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(executors_are_deleted_while_others_wake),
		cmocka_unit_test(several_threads_spawn_at_once),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
