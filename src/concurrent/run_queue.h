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
 * The owner may fill several places before it shows them all by one store of the tail.
 *
 * What comes while there is nothing else the owner keeps for itself: it is the next to be run
 * anyway, and neither putting nor taking it is an atomic step. What comes after that goes to the
 * end of the ring. What finds the ring full is the backlog, a list, and goes into the ring when
 * there is room. The inbox is taken in behind all of these, at the latest when they are empty; an
 * owner that has always something to run calls run_queue_refill now and then.
 *
 * The inbox is a stack of links (Treiber's), taken as a whole by the owner or by a thief, so links
 * are never compared with ones that came back: there is no ABA problem.
 *
 * Workers sleep under the condition that all rings and inboxes are empty, so posting and storing
 * the tail are sequentially consistent. What its owner keeps is not part of it, for the owner is
 * awake and comes to it by itself.
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
	_Alignas(CACHE_LINE) struct runnable *next; /* the owner's, as all below: before the ring */
	uint32_t filled;          /* places of the ring: the tail, once they are shown */
	struct runnable *backlog; /* the oldest */
	struct runnable *newest;  /* of the backlog, while there is one */
	_Atomic(struct runnable *) ring[RUN_QUEUE_SIZE];
};

/* Anybody but the owner: puts it into the inbox; whether that was empty. */
bool run_queue_post(struct run_queue *queue, struct runnable *runnable);

/*
 * The owner: puts it behind all that it has; whether that was nothing. Others see it once it is
 * shown, with all that was put before.
 */
bool run_queue_put(struct run_queue *queue, struct runnable *runnable);
void run_queue_show(struct run_queue *queue);

/* Both. */
static inline bool run_queue_push(struct run_queue *queue, struct runnable *runnable)
{
	bool alone = run_queue_put(queue, runnable);
	run_queue_show(queue);
	return alone;
}

/* The owner: what is next, or NULL: then it has nothing. */
struct runnable *run_queue_next(struct run_queue *queue);

/*
 * The owner: fills the ring from its backlog, and takes in its inbox behind that; whether there was
 * anything in the inbox.
 */
bool run_queue_refill(struct run_queue *queue);

/*
 * Another worker, by its own queue: moves half of the ring there, or all of the inbox; whether
 * there was anything.
 */
bool run_queue_steal(struct run_queue *queue, struct run_queue *from);

/* Whether the inbox holds anything, and whether neither it nor the ring holds any. */
bool run_queue_is_posted(struct run_queue *queue);
bool run_queue_is_empty(struct run_queue *queue);

#endif
