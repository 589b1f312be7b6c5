/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/*
 * test_napping.c -- a worker naps beside a future that always wants another poll, but nothing else
 * that comes to it waits for a nap, whichever way it came.
 *
 * Naps are sleeps with an end; with a task on it the worker has no others.
 */

#include <sched.h>
#include <stdatomic.h>
#include <stdbool.h>

#include <libminiasync.h>

#include "platform/os.h"
#include "support/test.h"

void __real_os_sleep(_Atomic uint32_t *word, uint32_t expected, uint64_t deadline);
void __wrap_os_sleep(_Atomic uint32_t *word, uint32_t expected, uint64_t deadline);

static atomic_uint naps;
static atomic_uint polls;        /* of the restless one */
static atomic_uint polls_before; /* the latest nap */
static atomic_uint fewest;       /* between two naps */

void __wrap_os_sleep(_Atomic uint32_t *word, uint32_t expected, uint64_t deadline)
{
	if (deadline != OS_NEVER) {
		unsigned between = polls - atomic_exchange(&polls_before, polls);
		if (between < fewest)
			fewest = between;
		atomic_fetch_add(&naps, 1);
	}
	__real_os_sleep(word, expected, deadline);
}

enum { MOVES, STANDS, STOOD, ENDS };

/* Stands still within a poll while it is told to, then sets an event if there is one. */
struct restless_data {
	atomic_int does;
	struct future_event *event;
};
struct restless_output {
	char unused;
};
FUTURE(restless, struct restless_data, struct restless_output);

static enum future_state restless_task(struct future_context *context,
				       struct future_notifier *notifier)
{
	struct restless_data *data = future_context_get_data(context);
	int stands = STANDS;
	(void)notifier;
	atomic_fetch_add(&polls, 1);
	if (atomic_compare_exchange_strong(&data->does, &stands, STOOD)) {
		while (atomic_load(&data->does) == STOOD)
			sched_yield();
		if (data->event != NULL)
			future_event_set(data->event);
		data->event = NULL;
	}
	return atomic_load(&data->does) == ENDS ? FUTURE_STATE_COMPLETE : FUTURE_STATE_RUNNING;
}

static void stand_between_naps(struct restless *restless)
{
	unsigned before = atomic_load(&naps);
	while (atomic_load(&naps) - before < 5)
		sched_yield();
	atomic_store(&restless->data.does, STANDS);
	while (atomic_load(&restless->data.does) != STOOD)
		sched_yield();
}

static void count_naps(struct future *fut, void *arg)
{
	(void)fut;
	*(unsigned *)arg = atomic_load(&naps) - *(unsigned *)arg;
}

/* How many naps come before a future that the worker may run from now on is complete. */
enum way { SPAWNED, SET_FROM_OUTSIDE, SET_BY_ITS_POLL };

static unsigned naps_before(enum way way, struct executor *executor, struct restless *restless)
{
	struct future_event event;
	unsigned count = 0;
	future_event_init(&event);
	struct future_event_wait wait = future_event_wait(&event);
	if (way == SPAWNED)
		future_event_set(&event);
	else
		executor_spawn(executor, &wait.base, count_naps, &count);
	stand_between_naps(restless);
	count = atomic_load(&naps);
	if (way == SPAWNED)
		executor_spawn(executor, &wait.base, count_naps, &count);
	else if (way == SET_FROM_OUTSIDE)
		future_event_set(&event);
	else
		restless->data.event = &event;
	atomic_store(&restless->data.does, MOVES);
	executor_wait(executor, &wait.base);
	return count;
}

static void test_nothing_that_comes_waits_for_a_nap(void **state)
{
	(void)state;
	struct executor *executor = executor_new(1);
	struct restless restless = {.data = {.does = MOVES}};
	FUTURE_INIT(&restless, restless_task);
	assert_int_equal(executor_spawn(executor, &restless.base, NULL, NULL), 0);
	for (unsigned round = 0; round < 10; round++)
		for (enum way way = SPAWNED; way <= SET_BY_ITS_POLL; way++)
			assert_int_equal(naps_before(way, executor, &restless), 0);
	atomic_store(&restless.data.does, ENDS);
	executor_delete(executor);
}

/* Those that sleep need not be polled before a nap. */
static void test_a_worker_naps_as_soon_beside_many_that_sleep(void **state)
{
	(void)state;
	enum { COUNT = 5000 };
	static struct future_event events[COUNT];
	static struct future_event_wait waits[COUNT];
	struct executor *executor = executor_new(1);
	struct restless restless = {.data = {.does = MOVES}};
	for (size_t i = 0; i < COUNT; i++) {
		waits[i] = future_event_wait(&events[i]);
		executor_spawn(executor, &waits[i].base, NULL, NULL);
	}
	FUTURE_INIT(&restless, restless_task);
	executor_spawn(executor, &restless.base, NULL, NULL);
	atomic_store(&fewest, UINT32_MAX);
	while (atomic_load(&fewest) > COUNT / 2 && atomic_load(&polls) < 300 * COUNT)
		sched_yield();
	assert_in_range(atomic_load(&fewest), 0, COUNT / 2);
	for (size_t i = 0; i < COUNT; i++)
		future_event_set(&events[i]);
	atomic_store(&restless.data.does, ENDS);
	executor_delete(executor);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_nothing_that_comes_waits_for_a_nap),
		cmocka_unit_test(test_a_worker_naps_as_soon_beside_many_that_sleep),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
