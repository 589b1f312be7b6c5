/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/*
 * runtimes.c -- the mover's operations under runtime_wait and runtime_wait_multiple.
 */

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "movers/mover.h"
#include "support/pattern.h"
#include "support/waker.h"

enum { COUNT = 400, SLICE = 1500 };

static unsigned char source[COUNT][SLICE], dest[COUNT][SLICE];
static struct vdm_operation_future copies[COUNT];
static struct future *pointers[COUNT];

static void make_copies(struct vdm *vdm, unsigned seed)
{
	pattern_fill(source, sizeof(source), seed);
	memset(dest, 0, sizeof(dest));
	for (size_t i = 0; i < COUNT; i++) {
		copies[i] = vdm_memcpy(vdm, dest[i], source[i], SLICE, 0);
		pointers[i] = FUTURE_AS_RUNNABLE(&copies[i]);
	}
}

static void copies_arrived(void)
{
	for (size_t i = 0; i < COUNT; i++)
		assert_int_equal(FUTURE_OUTPUT(&copies[i])->result, VDM_SUCCESS);
	assert_memory_equal(dest, source, sizeof(dest));
}

static void operations_are_waited_for_one_by_one(void **state)
{
	struct runtime *runtime = runtime_new();
	make_copies(vdm_of(state), 1);
	for (size_t i = 0; i < COUNT; i++)
		runtime_wait(i % 2 == 0 ? runtime : NULL, pointers[i]);
	copies_arrived();
	runtime_delete(runtime);
}

static void operations_are_waited_for_all_at_once(void **state)
{
	make_copies(vdm_of(state), 2);
	runtime_wait_multiple(NULL, pointers, COUNT);
	copies_arrived();
}

static void a_runtime_comes_late_to_operations_that_run(void **state)
{
	make_copies(vdm_of(state), 3);
	for (size_t i = 0; i < COUNT; i++)
		future_poll(pointers[i], NULL);
	runtime_wait_multiple(NULL, pointers, COUNT);
	copies_arrived();
}

static void runtimes_take_operations_over_from_each_other(void **state)
{
	make_copies(vdm_of(state), 4);
	struct counting_waker waker;
	counting_waker_init(&waker);
	struct future_notifier notifier = counting_waker_notifier(&waker);
	for (size_t i = 0; i < COUNT; i++)
		future_poll(pointers[i], &notifier);
	runtime_wait_multiple(NULL, pointers, COUNT / 2);
	runtime_wait_multiple(NULL, pointers + COUNT / 2, COUNT - COUNT / 2);
	copies_arrived();
}

/* A future whose poll releases the engine: what was started before it had to wait until then. */
struct releasing_data {
	void *mover;
};
struct releasing_output {
	char unused;
};
FUTURE(releasing_future, struct releasing_data, struct releasing_output);

static enum future_state release_in_the_poll(struct future_context *context,
					     struct future_notifier *notifier)
{
	(void)notifier;
	struct releasing_data *data = future_context_get_data(context);
	tested->release(data->mover);
	return FUTURE_STATE_COMPLETE;
}

static void a_waiter_that_left_is_not_called_when_a_runtime_took_over(void **state)
{
	needs_hold(state);
	struct counting_waker left;
	counting_waker_init(&left);
	struct future_notifier notifier = counting_waker_notifier(&left);
	make_copies(vdm_of(state), 5);
	future_poll(pointers[0], &notifier);
	struct releasing_future release = {.data = {*state}};
	FUTURE_INIT(&release, release_in_the_poll);
	struct future *both[] = {FUTURE_AS_RUNNABLE(&release), pointers[0]};

	/* The operation says that it is asynchronous, so the wait polls it first. */
	runtime_wait_multiple(NULL, both, 2);

	assert_int_equal(atomic_load(&left.calls), 0);
	assert_int_equal(FUTURE_OUTPUT(&copies[0])->result, VDM_SUCCESS);
}

static void cancelled_operations_end_their_wait(void **state)
{
	make_copies(vdm_of(state), 6);
	for (size_t i = 0; i < COUNT; i++) {
		if (i % 2 == 0)
			future_poll(pointers[i], NULL);
		future_cancel(pointers[i]);
	}
	runtime_wait_multiple(NULL, pointers, COUNT);
	for (size_t i = 0; i < COUNT; i++) {
		enum vdm_operation_result result = FUTURE_OUTPUT(&copies[i])->result;
		assert_true(result == VDM_ERROR_CANCELED || (result == VDM_SUCCESS && i % 2 == 0));
	}
}

struct two_steps {
	FUTURE_CHAIN_ENTRY(struct vdm_operation_future, set);
	FUTURE_CHAIN_ENTRY_LAST(struct vdm_operation_future, copy);
};
struct no_output {
	char unused;
};
FUTURE(two_steps_chain, struct two_steps, struct no_output);

static void chains_of_operations_run_in_their_order(void **state)
{
	struct vdm *vdm = vdm_of(state);
	static struct two_steps_chain chains[COUNT];
	memset(dest, 0, sizeof(dest));
	for (size_t i = 0; i < COUNT; i++) {
		FUTURE_CHAIN_ENTRY_INIT(&chains[i].data.set,
					vdm_memset(vdm, source[i], (int)i, SLICE, 0), NULL, NULL);
		FUTURE_CHAIN_ENTRY_INIT(&chains[i].data.copy,
					vdm_memcpy(vdm, dest[i], source[i], SLICE, 0), NULL, NULL);
		FUTURE_CHAIN_INIT(&chains[i]);
		pointers[i] = FUTURE_AS_RUNNABLE(&chains[i]);
	}
	runtime_wait_multiple(NULL, pointers, COUNT);
	for (size_t i = 0; i < COUNT; i++)
		assert_true(all_bytes_are(dest[i], SLICE, (unsigned char)i));
}

/* Threads that wait on one runtime, each for its share. */
enum { THREADS = 4 };
static struct runtime *shared_runtime;

static void *wait_for_a_share(void *arg)
{
	size_t first = *(size_t *)arg;
	runtime_wait_multiple(shared_runtime, pointers + first, COUNT / THREADS);
	return NULL;
}

static void threads_share_a_runtime(void **state)
{
	pthread_t threads[THREADS];
	size_t firsts[THREADS];
	shared_runtime = runtime_new();
	make_copies(vdm_of(state), 7);
	for (size_t i = 0; i < THREADS; i++) {
		firsts[i] = i * (COUNT / THREADS);
		assert_int_equal(pthread_create(&threads[i], NULL, wait_for_a_share, &firsts[i]),
				 0);
	}
	for (size_t i = 0; i < THREADS; i++)
		pthread_join(threads[i], NULL);
	copies_arrived();
	runtime_delete(shared_runtime);
}

int runtimes_suite(void)
{
	const struct CMUnitTest tests[] = {
		mover_test(operations_are_waited_for_one_by_one),
		mover_test(operations_are_waited_for_all_at_once),
		mover_test(a_runtime_comes_late_to_operations_that_run),
		mover_test(runtimes_take_operations_over_from_each_other),
		mover_test(a_waiter_that_left_is_not_called_when_a_runtime_took_over),
		mover_test(cancelled_operations_end_their_wait),
		mover_test(chains_of_operations_run_in_their_order),
		mover_test(threads_share_a_runtime),
	};
	return cmocka_run_group_tests_name("runtimes", tests, NULL, NULL);
}
