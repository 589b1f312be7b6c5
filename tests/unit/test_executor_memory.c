/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/*
 * test_executor_memory.c -- an executor that finds no memory. In a program of its own, and in this
 * order: executors keep what they have got for those to come.
 */

#include <errno.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdatomic.h>
#include <stdbool.h>

#include <libminiasync.h>

#include "runtime/executor/executor.h"
#include "support/resources.h"
#include "support/test.h"

static atomic_uint done_calls;

static void count_done(struct future *fut, void *arg)
{
	(void)fut, (void)arg;
	atomic_fetch_add(&done_calls, 1);
}

/* A future that keeps its worker until the gate opens. */
static sem_t gate;

struct nothing {
	char unused;
};
FUTURE(simple, struct nothing, struct nothing);

static enum future_state pass_the_gate(struct future_context *context,
				       struct future_notifier *notifier)
{
	(void)context, (void)notifier;
	while (sem_wait(&gate) != 0)
		;
	return FUTURE_STATE_COMPLETE;
}

static int begin(void **state)
{
	(void)state;
	resources_begin(RESOURCES_UNLIMITED, RESOURCES_UNLIMITED);
	done_calls = 0;
	return sem_init(&gate, 0, 0);
}

static void the_first_executor_is_made_whole_or_not_at_all(void **state)
{
	(void)state;
	struct executor *executor = NULL;
	for (long available = 0; executor == NULL; available++) {
		resources_begin(available, RESOURCES_UNLIMITED);
		executor = executor_new(3);
		if (executor == NULL)
			assert_int_equal(errno, ENOMEM);
		assert_int_equal(resources.threads, executor == NULL ? 0 : 3);
	}
	executor_delete(executor);
}

static void spawning_says_when_there_is_no_memory(void **state)
{
	(void)state;
	static struct simple futures[1000];
	struct executor *executor = executor_new(1);
	assert_non_null(executor);
	resources_begin(2, RESOURCES_UNLIMITED);
	size_t spawned = 0;
	int result = 0;
	while (result == 0) {
		assert_in_range(spawned, 0, COUNT_OF(futures) - 1);
		FUTURE_INIT(&futures[spawned], pass_the_gate);
		result = executor_spawn(executor, &futures[spawned].base, count_done, NULL);
		spawned += result == 0;
	}
	assert_int_equal(errno, ENOMEM);
	assert_true(spawned > 0);
	for (size_t i = 0; i < spawned; i++)
		sem_post(&gate);
	executor_delete(executor);
	assert_int_equal(done_calls, spawned);
}

/* A thread that waits for a future when there is no memory to spawn it, and is asleep by then. */
static struct waiting {
	struct executor *executor;
	struct simple future;
	pthread_t thread;
} waiting;

static _Thread_local bool opens_when_it_sleeps;

static void *wait_for_it(void *arg)
{
	(void)arg;
	opens_when_it_sleeps = true;
	return executor_wait(waiting.executor, &waiting.future.base) == 0 ? &waiting : NULL;
}

static void begin_to_wait(void)
{
	resources_begin(RESOURCES_UNLIMITED, RESOURCES_UNLIMITED);
	pthread_create(&waiting.thread, NULL, wait_for_it, NULL);
	while (sem_wait(&gate) != 0)
		;
}

static void who_waits_for_a_future_hears_that_it_was_not_spawned(void **state)
{
	(void)state;
	void *waited;
	struct executor *former = executor_new(1); /* which keeps what former ones have got */
	waiting.executor = executor_new(1);
	FUTURE_INIT(&waiting.future, pass_the_gate);
	resources_begin(1, RESOURCES_UNLIMITED); /* the task itself */
	resources.refuses = begin_to_wait;
	assert_int_equal(executor_spawn(waiting.executor, &waiting.future.base, count_done, NULL),
			 -1);
	assert_int_equal(errno, ENOMEM);
	pthread_join(waiting.thread, &waited);
	assert_ptr_equal(waited, &waiting);
	executor_delete(waiting.executor);
	executor_delete(former);
	assert_int_equal(done_calls, 0);
}

static enum future_state complete_in_time(struct future_context *context,
					  struct future_notifier *notifier)
{
	struct nothing *data = future_context_get_data(context);
	notifier->poll_within_us = 1000;
	return ++data->unused == 5 ? FUTURE_STATE_COMPLETE : FUTURE_STATE_RUNNING;
}

static void a_time_that_finds_no_memory_has_come(void **state)
{
	(void)state;
	struct simple future = {.data = {0}};
	FUTURE_INIT(&future, complete_in_time);
	struct executor *executor = executor_new(1);
	resources_begin(0, RESOURCES_UNLIMITED);
	assert_int_equal(executor_spawn(executor, &future.base, count_done, NULL), 0);
	executor_delete(executor);
	assert_int_equal(future.data.unused, 5);
	assert_int_equal(done_calls, 1);
	assert_true(resources.refused > 0);
}

static void times_of_many_futures_find_room_when_they_come(void **state)
{
	(void)state;
	enum { COUNT = 200 };
	static struct simple futures[COUNT];
	struct executor *former = executor_new(1); /* which keeps what former ones have got */
	struct executor *executor = executor_new(1);
	executor_delete(former);
	for (size_t i = 0; i < COUNT; i++) {
		futures[i].data.unused = 0;
		FUTURE_INIT(&futures[i], complete_in_time);
		assert_int_equal(executor_spawn(executor, &futures[i].base, count_done, NULL), 0);
		if (i == 0) /* has room for some */
			executor_wait(executor, &futures[i].base);
	}
	executor_delete(executor);
	assert_int_equal(done_calls, COUNT);
}

void __real_os_sleep(_Atomic uint32_t *word, uint32_t expected, uint64_t deadline);
void __wrap_os_sleep(_Atomic uint32_t *word, uint32_t expected, uint64_t deadline);

void __wrap_os_sleep(_Atomic uint32_t *word, uint32_t expected, uint64_t deadline)
{
	if (opens_when_it_sleeps) {
		opens_when_it_sleeps = false;
		sem_post(&gate);
	}
	__real_os_sleep(word, expected, deadline);
}

static void *drain(void *executor)
{
	return executor_drain(executor) == 0 ? executor : NULL;
}

/* Of several threads that drain one leaves its handle; the others look now and then. */
static void several_threads_may_drain(void **state)
{
	(void)state;
	struct simple future;
	pthread_t other;
	void *drained;
	FUTURE_INIT(&future, pass_the_gate);
	struct executor *executor = executor_new(1);
	assert_int_equal(executor_spawn(executor, &future.base, count_done, NULL), 0);
	assert_int_equal(pthread_create(&other, NULL, drain, executor), 0);
	while (atomic_load(&executor->drainer) == NULL)
		sched_yield();
	opens_when_it_sleeps = true;
	assert_ptr_equal(drain(executor), executor);
	assert_int_equal(done_calls, 1);
	pthread_join(other, &drained);
	assert_ptr_equal(drained, executor);
	executor_delete(executor);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(the_first_executor_is_made_whole_or_not_at_all, begin),
		cmocka_unit_test_setup(spawning_says_when_there_is_no_memory, begin),
		cmocka_unit_test_setup(who_waits_for_a_future_hears_that_it_was_not_spawned, begin),
		cmocka_unit_test_setup(a_time_that_finds_no_memory_has_come, begin),
		cmocka_unit_test_setup(times_of_many_futures_find_room_when_they_come, begin),
		cmocka_unit_test_setup(several_threads_may_drain, begin),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
