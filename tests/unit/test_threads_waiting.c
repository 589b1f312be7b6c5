/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/*
 * test_threads_waiting.c -- the threads mover and who waits for it: a waiter that lends its time
 * spares the wake-up of a worker, and is kept while there is work for it.
 */

#include <semaphore.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <string.h>

#include "concurrent/queue.h"
#include "tested_threads.h"

/* A first poll by somebody who says that its time will be offered next. */
static struct vdm_operation_future promised_copy(struct data_mover_threads *mover,
						 struct future_notifier *notifier)
{
	memset(source, 'p', LARGE);
	memset(dest, 0, LARGE);
	struct vdm_operation_future copy =
		vdm_memcpy(data_mover_threads_get_vdm(mover), dest, source, 512 << 10, 0);
	notifier->poller.ptr_to_monitor = &future_time_promise;
	future_poll(FUTURE_AS_RUNNABLE(&copy), notifier);
	return copy;
}

static void ignore_wake(void *data)
{
	(void)data;
}

static void a_promise_that_is_not_kept_loses_nothing(void **state)
{
	for (int i = 0; i < 100; i++) { /* the workers have gone to sleep by then */
		struct future_notifier notifier = {.waker = {NULL, ignore_wake}};
		struct vdm_operation_future copy = promised_copy(*state, &notifier);
		FUTURE_BUSY_POLL(&copy);
		assert_memory_equal(dest, source, 512 << 10);
	}
}

static void a_promise_that_is_kept_is_enough(void **state)
{
	for (int i = 0; i < 100; i++) {
		struct future_notifier notifier = {.waker = {NULL, ignore_wake}};
		struct vdm_operation_future copy = promised_copy(*state, &notifier);
		do
			notifier.poller.ptr_to_monitor = &future_time_offer;
		while (future_poll(FUTURE_AS_RUNNABLE(&copy), &notifier) != FUTURE_STATE_COMPLETE);
		assert_memory_equal(dest, source, 512 << 10);
	}
}

/* A future that passes polls on to another, and marks itself once, as a late waker does. */
struct marked_data {
	struct future *fut;
	int marked;
};
struct marked_output {
	char unused;
};
FUTURE(marked, struct marked_data, struct marked_output);

static enum future_state marked_task(struct future_context *context,
				     struct future_notifier *notifier)
{
	struct marked_data *data = future_context_get_data(context);
	enum future_state state = future_poll(data->fut, notifier);
	if (state != FUTURE_STATE_COMPLETE && !data->marked) {
		FUTURE_WAKER_WAKE(&notifier->waker);
		data->marked = 1;
	}
	return state;
}

static void a_wait_for_a_small_operation_wakes_no_worker_even_when_marked(void **state)
{
	struct vdm *vdm = data_mover_threads_get_vdm(*state);
	for (int i = 0; i < 100; i++) {
		struct vdm_operation_future set = vdm_memset(vdm, dest, i, 512 << 10, 0);
		struct marked marked = {.data = {FUTURE_AS_RUNNABLE(&set), 0}};
		FUTURE_INIT(&marked, marked_task);
		runtime_wait(NULL, FUTURE_AS_RUNNABLE(&marked));
		assert_int_equal(marked.data.marked, 1);
	}
	assert_int_equal(stats_of(*state).queued, 100);
	/* None, but for a waiter that had no CPU for 32 ms and looks whether it was forgotten. */
	assert_in_range(stats_of(*state).woken, 0, 10);
}

static void a_wait_for_a_large_operation_wakes_workers(void **state)
{
	do /* until one was asleep at that moment */
		run(vdm_memset(data_mover_threads_get_vdm(*state), dest, 1, LARGE, 0));
	while (stats_of(*state).woken == 0);
}

/* The worker is held while its hand, not the queue, has the ticket of the operation it runs. */
static struct {
	atomic_int asked;
	sem_t holds, go;
} hand;

bool __real_queue_push(struct queue *queue, uint32_t number, uint32_t limit);
bool __wrap_queue_push(struct queue *queue, uint32_t number, uint32_t limit);

bool __wrap_queue_push(struct queue *queue, uint32_t number, uint32_t limit)
{
	bool goes_on = limit == UINT32_MAX; /* to its next piece */
	if (goes_on && atomic_exchange(&hand.asked, 0)) {
		sem_post(&hand.holds);
		sem_wait(&hand.go);
	}
	return __real_queue_push(queue, number, limit);
}

/* What a poll answers at that moment: whether the poller is to offer its time again. */
static bool invites(struct data_mover_threads *mover, size_t n)
{
	struct vdm_operation_future set =
		vdm_memset(data_mover_threads_get_vdm(mover), dest, 7, n, 0);
	struct future_notifier notifier = {.waker = {NULL, ignore_wake}};
	atomic_store(&hand.asked, 1);
	future_poll(FUTURE_AS_RUNNABLE(&set), &notifier);
	sem_wait(&hand.holds);
	notifier.poller.ptr_to_monitor = &future_time_offer;
	future_poll(FUTURE_AS_RUNNABLE(&set), &notifier);
	sem_post(&hand.go);
	bool invited = notifier.poller.ptr_to_monitor == &future_time_offer;
	FUTURE_BUSY_POLL(&set);
	return invited;
}

static void a_waiter_is_kept_while_more_is_left_than_there_are_hands(void **state)
{
	(void)state;
	struct data_mover_threads *mover = data_mover_threads_new(1, 16, FUTURE_NOTIFIER_WAKER);
	assert_non_null(mover);
	sem_init(&hand.holds, 0, 0);
	sem_init(&hand.go, 0, 0);
	assert_true(invites(mover, LARGE));
	assert_false(invites(mover, 256 << 10)); /* two pieces: the worker's, and the ticket's */
	data_mover_threads_delete(mover);
	sem_destroy(&hand.holds);
	sem_destroy(&hand.go);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		threads_test(a_promise_that_is_not_kept_loses_nothing),
		threads_test(a_promise_that_is_kept_is_enough),
		threads_test(a_wait_for_a_small_operation_wakes_no_worker_even_when_marked),
		threads_test(a_wait_for_a_large_operation_wakes_workers),
		cmocka_unit_test(a_waiter_is_kept_while_more_is_left_than_there_are_hands),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
