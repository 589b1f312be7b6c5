/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/* pool.c -- see pool.h. */

#include "movers/threads/pool.h"

#include <errno.h>

/* Tickets that a worker may hold back from others: some 100 us of work. */
#define SHARE_MAX 8

void pool_wake(struct pool *pool)
{
	size_t worker = idle_set_claim_any(&pool->idle);
	if (worker == IDLE_SET_NOBODY)
		return;
	event_signal(&pool->workers[worker].event);
	atomic_fetch_add_explicit(&pool->woken, 1, memory_order_relaxed);
}

static bool run_from(struct pool *pool, struct queue *queue, uint32_t limit, bool lends)
{
	uint32_t tickets[SHARE_MAX];
	uint32_t taken = queue_pop(queue, tickets, limit);
	if (taken == 0)
		return false;
	if (!queue_is_empty(queue))
		pool_wake(pool);
	for (uint32_t i = 0; i < taken; i++)
		pool->run(pool->owner, tickets[i], lends);
	return true;
}

bool pool_lend(struct pool *pool)
{
	return run_from(pool, &pool->common, 1, true);
}

/* How many tickets a worker takes at once; a thread that lends itself has a part in them, too. */
static uint32_t share(struct pool *pool)
{
	size_t workers = atomic_load_explicit(&pool->idle.count, memory_order_relaxed);
	size_t half = queue_depth(&pool->common) / (2 * (workers + 1));
	return half > SHARE_MAX ? SHARE_MAX : half > 1 ? (uint32_t)half : 1;
}

/*
 * Sleeps, unless there is something to do. Where there are CPUs enough it spins first, for work
 * comes in bursts; only those spin whom a wake-up finds, so none takes what others will run.
 */
static void park(struct pool_worker *worker)
{
	struct pool *pool = worker->pool;

	event_prepare_to_spin(&worker->event);
	idle_set_enter(&pool->idle, worker->index);
	yield_point();
	if (queue_is_empty(&pool->common) && queue_is_empty(&pool->reserved) &&
	    !atomic_load_explicit(&pool->ending, memory_order_seq_cst)) {
		uint64_t now = os_now();
		if (!event_spin(&worker->event, now + spin_time(&worker->spin)))
			event_sleep(&worker->event, OS_NEVER);
		spin_learn(&worker->spin, os_now() - now);
	} else {
		event_cancel(&worker->event);
	}
	idle_set_claim(&pool->idle, worker->index);
}

/* Neither queue waits for the other to be empty: workers take from them in turn. */
static void work(void *arg)
{
	struct pool_worker *worker = arg;
	struct pool *pool = worker->pool;

	for (;;) {
		bool ending = atomic_load_explicit(&pool->ending, memory_order_acquire);
		bool ran = run_from(pool, &pool->common, share(pool), false);
		ran |= run_from(pool, &pool->reserved, 1, false);
		if (ran)
			continue;
		if (ending)
			return;
		park(worker);
	}
}

bool pool_submit(struct pool *pool, uint32_t ticket, bool reserved, _Atomic uint32_t *place)
{
	return queue_push(reserved ? &pool->reserved : &pool->common, ticket, pool->depth, place);
}

bool pool_resubmit(struct pool *pool, uint32_t ticket, _Atomic uint32_t *place)
{
	return queue_push(&pool->common, ticket, UINT32_MAX, place);
}

static void join_workers(struct pool *pool)
{
	if (pool_is_inherited(pool))
		return;
	atomic_store_explicit(&pool->ending, true, memory_order_seq_cst);
	for (size_t i = 0; i < pool->count; i++)
		event_signal(&pool->workers[i].event);
	for (size_t i = 0; i < pool->count; i++)
		os_thread_join(&pool->workers[i].thread);
}

void pool_end(struct pool *pool)
{
	join_workers(pool);
	os_free(pool->workers);
	queue_end(&pool->common);
	queue_end(&pool->reserved);
}

int pool_begin(struct pool *pool, size_t workers, uint32_t depth,
	       const struct os_thread_options *options, pool_run_fn run, void *owner)
{
	pool->depth = depth;
	pool->run = run;
	pool->owner = owner;
	pool->idle.count = workers;
	pool->generation = forks_generation();
	int error = forks_notice();
	if (error == 0) {
		pool->workers = os_allocate_zeroed(workers * sizeof(*pool->workers));
		error = pool->workers == NULL ? ENOMEM : 0;
	}
	if (error == 0)
		error = queue_begin(&pool->common, 2 * depth);
	if (error == 0)
		error = queue_begin(&pool->reserved, depth);
	while (error == 0 && pool->count < workers) {
		struct pool_worker *worker = &pool->workers[pool->count];
		worker->pool = pool;
		worker->index = pool->count;
		error = os_thread_start(&worker->thread, options, work, worker);
		if (error == 0)
			pool->count++;
	}
	if (error != 0)
		pool_end(pool);
	return error;
}
