/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/*
 * test_executor.c -- futures on several threads. What runs on workers counts its failures, for
 * cmocka's assertions may be used by the test's own thread only.
 */

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>

#include <libminiasync.h>

#include "support/resources.h"
#include "support/test.h"

/* Under a sanitizer everything takes ten times as long. */
#ifdef NDEBUG
#define MANY 100000
#else
#define MANY 5000
#endif

static atomic_uint done_calls;
static atomic_uint failures;

static void expect(bool holds)
{
	if (!holds)
		atomic_fetch_add(&failures, 1);
}

static void count_done(struct future *fut, void *arg)
{
	(void)arg;
	expect(fut->context.state == FUTURE_STATE_COMPLETE);
	atomic_fetch_add(&done_calls, 1);
}

/* A future that is complete after so many polls, and answers these in between. */
struct steps_data {
	unsigned left;
	unsigned polls;
	enum future_notifier_type notifier_used;
	uint32_t poll_within_us;
	bool wakes_itself;
	atomic_int inside; /* polls at the same time */
};
struct steps_output {
	char unused;
};
FUTURE(steps, struct steps_data, struct steps_output);

static enum future_state steps_task(struct future_context *context,
				    struct future_notifier *notifier)
{
	struct steps_data *data = future_context_get_data(context);
	enum future_state state = FUTURE_STATE_RUNNING;
	expect(atomic_fetch_add(&data->inside, 1) == 0);
	data->polls++;
	notifier->notifier_used = data->notifier_used;
	notifier->poll_within_us = data->poll_within_us;
	if (data->left-- == 0)
		state = FUTURE_STATE_COMPLETE;
	atomic_fetch_sub(&data->inside, 1);
	if (data->wakes_itself && state == FUTURE_STATE_RUNNING)
		FUTURE_WAKER_WAKE(&notifier->waker);
	return state;
}

static void steps_init(struct steps *steps, unsigned left, enum future_notifier_type used,
		       uint32_t within)
{
	FUTURE_INIT(steps, steps_task);
	steps->data.left = left;
	steps->data.polls = 0;
	steps->data.notifier_used = used;
	steps->data.poll_within_us = within;
	steps->data.wakes_itself = used == FUTURE_NOTIFIER_WAKER;
	atomic_init(&steps->data.inside, 0);
}

static int begin(void **state)
{
	(void)state;
	resources_begin(RESOURCES_UNLIMITED, RESOURCES_UNLIMITED);
	done_calls = 0;
	failures = 0;
	return 0;
}

static void every_future_that_is_spawned_runs_to_its_end(void **state)
{
	static struct steps futures[MANY];
	(void)state;
	for (size_t threads = 1; threads <= 16; threads *= 4) {
		struct executor *executor = executor_new(threads);
		assert_non_null(executor);
		done_calls = 0;
		for (int i = 0; i < MANY; i++) {
			steps_init(&futures[i], (unsigned)i % 4,
				   i % 2 ? FUTURE_NOTIFIER_NONE : FUTURE_NOTIFIER_WAKER, 0);
			assert_int_equal(
				executor_spawn(executor, &futures[i].base, count_done, NULL), 0);
		}
		assert_int_equal(executor_drain(executor), 0);
		assert_int_equal(done_calls, MANY);
		for (int i = 0; i < MANY; i++)
			assert_int_equal(FUTURE_STATE(&futures[i]), FUTURE_STATE_COMPLETE);
		executor_delete(executor);
	}
	assert_int_equal(failures, 0);
}

static void every_answer_is_heeded(void **state)
{
	struct steps futures[5];
	struct executor *executor = executor_new(2);
	(void)state;
	steps_init(&futures[0], 3000, FUTURE_NOTIFIER_NONE, 0);
	steps_init(&futures[1], 3, FUTURE_NOTIFIER_NONE, 300);
	steps_init(&futures[2], 1, FUTURE_NOTIFIER_WAKER, 0);
	futures[2].data.wakes_itself = false; /* silent: it is polled all the same */
	steps_init(&futures[3], 3, FUTURE_NOTIFIER_WAKER, 300);
	futures[3].data.wakes_itself = false;
	steps_init(&futures[4], 3, FUTURE_NOTIFIER_POLLER, 0);
	for (int i = 0; i < 5; i++)
		executor_spawn(executor, &futures[i].base, count_done, NULL);
	executor_drain(executor);
	for (int i = 0; i < 5; i++)
		assert_int_equal(FUTURE_STATE(&futures[i]), FUTURE_STATE_COMPLETE);
	assert_int_equal(futures[1].data.polls, 4); /* no more often than asked */
	assert_int_equal(done_calls, 5);
	executor_delete(executor);
	assert_int_equal(failures, 0);
}

static void timed_futures_are_polled_when_they_asked_to_be(void **state)
{
	enum { COUNT = 1000 };
	static struct steps futures[COUNT];
	struct executor *executor = executor_new(3);
	(void)state;
	for (int i = 0; i < COUNT; i++) {
		steps_init(&futures[i], 2, FUTURE_NOTIFIER_NONE, 1 + (uint32_t)(i * 37 % 2000));
		executor_spawn(executor, &futures[i].base, count_done, NULL);
	}
	executor_drain(executor);
	for (int i = 0; i < COUNT; i++)
		assert_int_equal(futures[i].data.polls, 3);
	executor_delete(executor);
}

/* Each spawns the next one when it is done, in memory of its own that done frees. */
struct chain {
	struct executor *executor;
	int left;
};

static void spawn_next(struct future *fut, void *arg)
{
	struct chain *chain = arg;
	free(fut);
	if (chain->left-- == 0)
		return;
	struct steps *next = malloc(sizeof(*next));
	steps_init(next, 0, FUTURE_NOTIFIER_NONE, 0);
	expect(executor_spawn(chain->executor, &next->base, spawn_next, chain) == 0);
}

static void done_may_free_its_future_and_spawn_another(void **state)
{
	struct chain chain = {executor_new(2), MANY};
	struct steps *first = malloc(sizeof(*first));
	(void)state;
	steps_init(first, 0, FUTURE_NOTIFIER_NONE, 0);
	executor_spawn(chain.executor, &first->base, spawn_next, &chain);
	executor_drain(chain.executor);
	assert_int_equal(chain.left, -1);
	executor_delete(chain.executor);
	assert_int_equal(failures, 0);
}

static void drain_from_done(struct future *fut, void *executor)
{
	expect(executor_drain(executor) == -1 && errno == EDEADLK);
	expect(executor_wait(executor, fut) == -1 && errno == EDEADLK);
	count_done(fut, NULL);
}

static void a_worker_that_waits_for_itself_is_told(void **state)
{
	struct executor *executor = executor_new(1);
	struct steps future;
	(void)state;
	steps_init(&future, 0, FUTURE_NOTIFIER_NONE, 0);
	executor_spawn(executor, &future.base, drain_from_done, executor);
	assert_int_equal(executor_wait(executor, &future.base), 0);
	assert_int_equal(done_calls, 1);
	assert_int_equal(executor_wait(executor, &future.base), 0); /* long over */
	executor_delete(executor);
	assert_int_equal(failures, 0);
}

/* A gate that others open from wherever they are. */
struct gate {
	atomic_int open;
	_Atomic(struct future_waker *) watched;
	struct future_waker waker;
	struct gate *next; /* opened when this one is through */
};
struct gate_data {
	struct gate *gate;
	int rounds;
};
FUTURE(gate_future, struct gate_data, struct steps_output);

static void open_gate(struct gate *gate)
{
	atomic_store(&gate->open, 1);
	struct future_waker *waker = atomic_load(&gate->watched);
	if (waker != NULL)
		FUTURE_WAKER_WAKE(waker);
}

static enum future_state gate_task(struct future_context *context, struct future_notifier *notifier)
{
	struct gate_data *data = future_context_get_data(context);
	struct gate *gate = data->gate;
	if (atomic_load(&gate->watched) == NULL) {
		gate->waker = notifier->waker;
		atomic_store(&gate->watched, &gate->waker);
	}
	notifier->notifier_used = FUTURE_NOTIFIER_WAKER;
	if (!atomic_exchange(&gate->open, 0))
		return FUTURE_STATE_RUNNING;
	if (gate->next != NULL)
		open_gate(gate->next);
	return data->rounds-- == 0 ? FUTURE_STATE_COMPLETE : FUTURE_STATE_RUNNING;
}

static void gate_future_init(struct gate_future *future, struct gate *gate, int rounds)
{
	FUTURE_INIT(future, gate_task);
	future->data.gate = gate;
	future->data.rounds = rounds;
}

static void two_futures_that_wake_each_other_lose_no_wake(void **state)
{
	(void)state;
	for (size_t threads = 1; threads <= 4; threads++) {
		struct executor *executor = executor_new(threads);
		struct gate ping = {.open = 1};
		struct gate pong = {.next = &ping};
		struct gate_future futures[2];
		ping.next = &pong;
		gate_future_init(&futures[0], &ping, MANY);
		gate_future_init(&futures[1], &pong, MANY);
		executor_spawn(executor, &futures[0].base, count_done, NULL);
		executor_spawn(executor, &futures[1].base, count_done, NULL);
		executor_drain(executor);
		executor_delete(executor);
	}
	assert_int_equal(done_calls, 8);
}

static struct gate *signalled;

static void open_in_handler(int number)
{
	(void)number;
	open_gate(signalled);
}

static void *open_from_outside(void *gate)
{
	while (atomic_load(&((struct gate *)gate)->watched) == NULL)
		continue;
	open_gate(gate);
	return NULL;
}

static void wakers_come_from_threads_and_signal_handlers(void **state)
{
	struct executor *executor = executor_new(2);
	struct sigaction action = {.sa_handler = open_in_handler};
	(void)state;
	sigaction(SIGUSR1, &action, NULL);
	for (int i = 0; i < 200; i++) {
		struct gate gate = {.open = 0};
		struct gate_future future;
		pthread_t thread;
		gate_future_init(&future, &gate, 0);
		executor_spawn(executor, &future.base, count_done, NULL);
		if (i % 2) {
			pthread_create(&thread, NULL, open_from_outside, &gate);
		} else {
			while (atomic_load(&gate.watched) == NULL)
				continue;
			signalled = &gate;
			raise(SIGUSR1);
		}
		assert_int_equal(executor_wait(executor, &future.base), 0);
		if (i % 2)
			pthread_join(thread, NULL);
	}
	assert_int_equal(done_calls, 200);
	executor_delete(executor);
}

static void a_waker_may_be_called_when_its_executor_is_gone(void **state)
{
	struct executor *executor = executor_new(2);
	struct gate gate = {.open = 1};
	struct gate_future future;
	(void)state;
	gate_future_init(&future, &gate, 0);
	executor_spawn(executor, &future.base, count_done, NULL);
	executor_delete(executor);
	struct executor *next = executor_new(1); /* may be made of the same memory */
	for (int i = 0; i < 100; i++)
		FUTURE_WAKER_WAKE(&gate.waker);
	executor_delete(next);
	assert_int_equal(done_calls, 1);
}

static void operations_of_a_mover_run_on_an_executor(void **state)
{
	enum { COUNT = 50, SIZE = 300000 };
	struct executor *executor = executor_new(2);
	struct data_mover_threads *mover = data_mover_threads_new(2, 16, FUTURE_NOTIFIER_WAKER);
	struct vdm_operation_future copies[COUNT];
	char *source = calloc(COUNT, SIZE);
	char *dest = malloc((size_t)COUNT * SIZE);
	(void)state;
	for (size_t i = 0; i < (size_t)COUNT * SIZE; i++)
		source[i] = (char)(i * 31);
	for (size_t i = 0; i < COUNT; i++) {
		copies[i] = vdm_memcpy(data_mover_threads_get_vdm(mover), dest + i * SIZE,
				       source + i * SIZE, SIZE, 0);
		executor_spawn(executor, FUTURE_AS_RUNNABLE(&copies[i]), count_done, NULL);
	}
	executor_drain(executor);
	assert_memory_equal(dest, source, (size_t)COUNT * SIZE);
	assert_int_equal(done_calls, COUNT);
	executor_delete(executor);
	data_mover_threads_delete(mover);
	free(source);
	free(dest);
}

static void a_crowd_of_silent_futures_is_heard_in_turn(void **state)
{
	(void)state;
	enum { COUNT = 150 }; /* more than are polled at a time */
	struct executor *executor = executor_new(2);
	struct steps futures[COUNT];
	for (size_t i = 0; i < COUNT; i++) {
		steps_init(&futures[i], 1, FUTURE_NOTIFIER_WAKER, 0);
		futures[i].data.wakes_itself = false;
		assert_int_equal(executor_spawn(executor, &futures[i].base, count_done, NULL), 0);
	}
	executor_delete(executor);
	assert_int_equal(done_calls, COUNT);
}

static void a_future_that_always_wants_another_poll_gets_it(void **state)
{
	(void)state;
	enum { POLLS = 1200 }; /* its worker spins, then yields, then naps */
	struct executor *executor = executor_new(1);
	struct steps future;
	steps_init(&future, POLLS, FUTURE_NOTIFIER_NONE, 0);
	assert_int_equal(executor_spawn(executor, &future.base, count_done, NULL), 0);
	executor_delete(executor);
	assert_int_equal(future.data.polls, POLLS + 1);
	assert_int_equal(done_calls, 1);
}

static void what_cannot_be_made_is_refused_and_leaves_nothing(void **state)
{
	(void)state;
	assert_null(executor_new(SIZE_MAX));
	assert_int_equal(errno, EINVAL);
	for (long threads = 0; threads < 3; threads++) {
		resources_begin(RESOURCES_UNLIMITED, threads);
		assert_null(executor_new(3));
		assert_int_equal(errno, EAGAIN);
		assert_int_equal(resources.threads, resources.joined);
	}
	resources_begin(RESOURCES_UNLIMITED, RESOURCES_UNLIMITED);
	executor_delete(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(every_future_that_is_spawned_runs_to_its_end, begin),
		cmocka_unit_test_setup(every_answer_is_heeded, begin),
		cmocka_unit_test_setup(timed_futures_are_polled_when_they_asked_to_be, begin),
		cmocka_unit_test_setup(done_may_free_its_future_and_spawn_another, begin),
		cmocka_unit_test_setup(a_worker_that_waits_for_itself_is_told, begin),
		cmocka_unit_test_setup(two_futures_that_wake_each_other_lose_no_wake, begin),
		cmocka_unit_test_setup(wakers_come_from_threads_and_signal_handlers, begin),
		cmocka_unit_test_setup(a_waker_may_be_called_when_its_executor_is_gone, begin),
		cmocka_unit_test_setup(operations_of_a_mover_run_on_an_executor, begin),
		cmocka_unit_test_setup(a_crowd_of_silent_futures_is_heard_in_turn, begin),
		cmocka_unit_test_setup(a_future_that_always_wants_another_poll_gets_it, begin),
		cmocka_unit_test_setup(what_cannot_be_made_is_refused_and_leaves_nothing, begin),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
