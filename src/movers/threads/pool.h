/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/*
 * pool.h -- workers that run tickets. A ticket is a number, and stands for one bounded piece of
 * work; what it means is the business of whoever made the pool.
 *
 * Two queues: common tickets may be run by anyone, also by a thread that lends itself for a moment;
 * reserved ones, whose work cannot be cut into pieces, by workers only.
 *
 * A worker takes its share of the common tickets at once, so that threads meet less often at the
 * queue's head: half of what would be its part, and a few at most, so the last ones are taken one
 * by one and all are busy to the end. What it has taken waits for it alone; what is queued may be
 * taken back by whoever knows its place.
 *
 * A worker without work sleeps on an event of its own, as idle_set.h tells; a ticket wakes one
 * worker, and none while all are busy. That one may look while a push under way still hides the
 * ticket, and sleep again; so whoever takes a ticket and sees another behind it wakes a worker for
 * that one. So does whoever puts one there, unless it is a worker, which will look again before it
 * sleeps.
 *
 * proofs/pool.pml checks this.
 */

#ifndef MINIASYNC_MOVERS_THREADS_POOL_H
#define MINIASYNC_MOVERS_THREADS_POOL_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>

#include "concurrent/event.h"
#include "concurrent/forks.h"
#include "concurrent/idle_set.h"
#include "concurrent/queue.h"
#include "concurrent/spin.h"
#include "platform/os.h"

#define POOL_WORKERS_MAX IDLE_SET_MAX
#define POOL_DEPTH_MAX (UINT32_C(1) << 22)

/* Runs a ticket, on a worker or on a thread that lends itself. */
typedef void (*pool_run_fn)(void *owner, uint32_t ticket, bool lends);

struct pool_worker {
	_Alignas(CACHE_LINE) struct event event;
	struct spin spin;
	struct pool *pool;
	size_t index;
	struct os_thread thread;
};

struct pool {
	struct queue common;
	struct queue reserved;
	uint32_t depth; /* tickets that may be submitted to a queue */
	pool_run_fn run;
	void *owner;
	struct pool_worker *workers;
	size_t count;
	uint32_t generation; /* of the process that has the workers (forks.h) */
	_Atomic bool ending;
	struct idle_set idle;
	_Atomic uint64_t woken; /* how often a worker was woken, so far */
};

/* Starts the workers of a zeroed pool: 0, or an errno value and nothing is left behind. */
int pool_begin(struct pool *pool, size_t workers, uint32_t depth,
	       const struct os_thread_options *options, pool_run_fn run, void *owner);

/* Runs what is queued, then ends. Nobody may submit any more. */
void pool_end(struct pool *pool);

/* Queues a ticket, and says where; false when the queue holds its depth already. */
bool pool_submit(struct pool *pool, uint32_t ticket, bool reserved, _Atomic uint32_t *place);

/* Wakes a worker for what was queued, if one sleeps: not needed for what others will run. */
void pool_wake(struct pool *pool);

/*
 * For a common ticket that goes on to its next piece: twice the depth is there for these. So it
 * fails only when as many threads as the depth do this at the same time, or positions of as many
 * that were taken back are left behind others.
 */
bool pool_resubmit(struct pool *pool, uint32_t ticket, _Atomic uint32_t *place);

/* Takes a common ticket back from its place in the queue, if it is still there. */
static inline bool pool_take_back(struct pool *pool, uint32_t ticket, uint32_t place)
{
	return queue_take_back(&pool->common, ticket, place);
}

/* Lends the calling thread: runs one common ticket; false when there is none. */
bool pool_lend(struct pool *pool);

/* Whether its workers are in the process that this one was forked from: then nobody runs tickets,
 * and the pool can but be ended. */
static inline bool pool_is_inherited(const struct pool *pool)
{
	return pool->generation != forks_generation();
}

static inline bool pool_has_common(struct pool *pool)
{
	return !queue_is_empty(&pool->common);
}

/* Tickets that are queued now. */
static inline uint32_t pool_depth(struct pool *pool)
{
	return queue_depth(&pool->common) + queue_depth(&pool->reserved);
}

#endif
