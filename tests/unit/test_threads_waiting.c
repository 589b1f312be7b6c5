/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/*
 * test_threads_waiting.c -- the threads mover and who waits for it: a waiter that lends its time
 * spares the wake-up of a worker, and is kept while there is work for it.
 */

#include <sched.h>
#include <semaphore.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <string.h>

#include "movers/threads/slot.h"
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
	assert_int_equal(stats_of(*state).queue_depth_max, 0);
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

static atomic_int queue_is_full; /* for what goes on to its next piece */

bool __real_queue_push(struct queue *queue, uint32_t number, uint32_t limit,
		       _Atomic uint32_t *place);
bool __wrap_queue_push(struct queue *queue, uint32_t number, uint32_t limit,
		       _Atomic uint32_t *place);

bool __wrap_queue_push(struct queue *queue, uint32_t number, uint32_t limit,
		       _Atomic uint32_t *place)
{
	bool goes_on = limit == UINT32_MAX; /* to its next piece */
	if (goes_on && atomic_load(&queue_is_full))
		return false;
	if (goes_on && atomic_exchange(&hand.asked, 0)) {
		sem_post(&hand.holds);
		sem_wait(&hand.go);
	}
	return __real_queue_push(queue, number, limit, place);
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

static void a_promise_broken_while_the_queue_is_full_loses_nothing(void **state)
{
	struct future_notifier notifier = {.waker = {NULL, ignore_wake}};
	struct vdm_operation_future copy = promised_copy(*state, &notifier);
	atomic_store(&queue_is_full, 1);
	FUTURE_BUSY_POLL(&copy);
	atomic_store(&queue_is_full, 0);
	assert_memory_equal(dest, source, 512 << 10);
	assert_int_equal(stats_of(*state).queue_depth_max, 0);
}

/* A function of the program's own, which a worker is in while the queue fills. */
static void *hold_worker(void *str, int c, size_t n, unsigned flags)
{
	(void)flags;
	sem_post(&hand.holds);
	sem_wait(&hand.go);
	return memset(str, c, n);
}

#define COPY ((size_t)64 << 10)

static enum future_state poll_with(struct vdm_operation_future *operation, uint64_t *offer)
{
	struct future_notifier notifier = {.waker = {NULL, ignore_wake}, .poller = {offer}};
	return future_poll(FUTURE_AS_RUNNABLE(operation), &notifier);
}

static bool has_arrived(size_t copy)
{
	return memcmp(dest + copy * COPY, source + copy * COPY, COPY) == 0;
}

static void offered_time_goes_to_the_operation_that_is_polled(void **state)
{
	(void)state;
	struct data_mover_threads *mover = data_mover_threads_new(1, 16, FUTURE_NOTIFIER_WAKER);
	assert_non_null(mover);
	struct vdm *vdm = data_mover_threads_get_vdm(mover);
	sem_init(&hand.holds, 0, 0);
	sem_init(&hand.go, 0, 0);
	data_mover_threads_set_memset_fn(mover, hold_worker);
	struct vdm_operation_future set = vdm_memset(vdm, dest + LARGE / 2, 1, COPY, 0);
	assert_int_equal(poll_with(&set, NULL), FUTURE_STATE_RUNNING);
	sem_wait(&hand.holds);

	memset(source, 's', 4 * COPY);
	memset(dest, 0, 4 * COPY);
	struct vdm_operation_future copies[4];
	for (size_t i = 0; i < 4; i++) {
		copies[i] = vdm_memcpy(vdm, dest + i * COPY, source + i * COPY, COPY, 0);
		assert_int_equal(poll_with(&copies[i], NULL), FUTURE_STATE_RUNNING);
	}
	assert_int_equal(poll_with(&copies[3], &future_time_offer), FUTURE_STATE_COMPLETE);
	assert_int_equal(poll_with(&copies[1], &future_time_offer), FUTURE_STATE_COMPLETE);
	assert_true(!has_arrived(0) && has_arrived(1) && !has_arrived(2) && has_arrived(3));

	/* One whose ticket is not to be had: the first in the queue, then the next that is there.
	 */
	assert_int_equal(poll_with(&set, &future_time_offer), FUTURE_STATE_RUNNING);
	assert_true(has_arrived(0) && !has_arrived(2));
	assert_int_equal(poll_with(&set, &future_time_offer), FUTURE_STATE_RUNNING);
	assert_true(has_arrived(2));
	assert_int_equal(stats_of(mover).queue_depth, 0);
	assert_int_equal(poll_with(&copies[0], NULL), FUTURE_STATE_COMPLETE);
	assert_int_equal(poll_with(&copies[2], NULL), FUTURE_STATE_COMPLETE);

	sem_post(&hand.go);
	FUTURE_BUSY_POLL(&set);
	data_mover_threads_delete(mover);
	sem_destroy(&hand.holds);
	sem_destroy(&hand.go);
}

/* Its worker sleeps when a lender has put the ticket into the queue, and is woken for it. */
static void what_a_lender_leaves_is_done_by_a_worker(void **state)
{
	struct data_mover_threads *mover = *state;
	struct future_notifier notifier = {.waker = {NULL, ignore_wake}};
	struct vdm_operation_future copy = promised_copy(mover, &notifier);
	uint32_t number = copy.data.operation.progress - 1;
	struct slot *slot = slab_at(&mover->slots, number);
	slot->quiet =
		false; /* as if it had been started by no promise, and its worker slept again */
	while (atomic_load(&mover->pool.idle.bits[0]) != 3)
		sched_yield();
	assert_true(pool_resubmit(&mover->pool, number, &slot->place));
	poll_with(&copy, &future_time_offer);
	FUTURE_BUSY_POLL(&copy);
	assert_memory_equal(dest, source, 512 << 10);
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
		threads_test(a_promise_broken_while_the_queue_is_full_loses_nothing),
		cmocka_unit_test(offered_time_goes_to_the_operation_that_is_polled),
		threads_test(what_a_lender_leaves_is_done_by_a_worker),
		threads_test(a_wait_for_a_small_operation_wakes_no_worker_even_when_marked),
		threads_test(a_wait_for_a_large_operation_wakes_workers),
		cmocka_unit_test(a_waiter_is_kept_while_more_is_left_than_there_are_hands),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
