/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/*
 * run_queue.h -- what one worker has to run: a ring that it fills and empties and that idle workers
 * steal from, and an inbox that anybody fills, a signal handler too.
 *
 * The ring is the run queue of Go's scheduler (and of tokio's workers): one producer, the owner, at
 * the tail; owner and thieves take at the head by compare-exchange, a thief half of what there is
 * at once. An element is read before the head is moved, and counts only if that succeeds; the tail
 * is stored with release after the element and read with acquire before it, and the owner reads the
 * head with acquire before it writes over an element, which pairs with the release that took it.
 *
 * What the owner has taken out of an inbox and not yet put into the ring is its backlog. So all
 * that is posted is run in turn: ring, backlog, inbox; nothing goes into the ring past the others.
 *
 * The inbox is a stack of links (Treiber's), taken as a whole by the owner or by a thief, so links
 * are never compared with ones that came back: there is no ABA problem. Pushing is sequentially
 * consistent, since "the inbox is not empty" is the condition under which workers sleep.
 *
 * proofs/run_queue.pml checks this.
 */

#ifndef MINIASYNC_CONCURRENT_RUN_QUEUE_H
#define MINIASYNC_CONCURRENT_RUN_QUEUE_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>

#include "platform/os.h"

#define RUN_QUEUE_SIZE 256

/* What can be run begins with this. It is in one queue at a time. */
struct runnable {
	struct runnable *below; /* in an inbox or a list */
};

/* Zeroed memory is an empty queue. */
struct run_queue {
	_Alignas(CACHE_LINE) _Atomic(struct runnable *) inbox;
	_Alignas(CACHE_LINE) _Atomic uint32_t head;
	_Alignas(CACHE_LINE) _Atomic uint32_t tail;
	struct runnable *backlog; /* the owner's: the oldest */
	_Atomic(struct runnable *) ring[RUN_QUEUE_SIZE];
};

/* Anybody: puts it into the inbox; whether that was empty. */
bool run_queue_post(struct run_queue *queue, struct runnable *runnable);

/* The owner: what is next, or NULL. */
struct runnable *run_queue_next(struct run_queue *queue);

/*
 * Another worker, by its own queue: takes half of the ring, or all of the inbox; the oldest of it,
 * or NULL when there was nothing.
 */
struct runnable *run_queue_steal(struct run_queue *queue, struct run_queue *from);

/* Whether it holds anything; for the inbox, the condition of an event. */
bool run_queue_is_empty(struct run_queue *queue);

#endif
