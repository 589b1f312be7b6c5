/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/*
 * queue.h -- a bounded queue of numbers; any thread pushes, any thread pops. It is the ring of
 * Dmitry Vyukov's bounded MPMC queue.
 *
 * Position p of the queue lives in cell p mod size, whose turn tells whose it is: p, it is free for
 * the push of position p; p + 1, it holds that push's number for the pop of position p. Pushing
 * claims a position by moving the tail, then fills the cell and sets its turn; popping claims one
 * or several that are filled by moving the head, empties the cells, and sets their turns for the
 * push one round later. A cell belongs to whoever claimed its position until it sets the turn:
 * release there pairs with the acquire of the next claimant. What was filled stays so while the
 * head stands there, and the head never comes back. Turns wrap around and are compared by
 * difference.
 *
 * A push sets the turn with memory_order_seq_cst and a pop looks at it so, which lets "the queue is
 * not empty" be the condition of an event (event.h). A pop may find nothing while a push is under
 * way; that push's setting of the turn is then what counts.
 */

#ifndef MINIASYNC_CONCURRENT_QUEUE_H
#define MINIASYNC_CONCURRENT_QUEUE_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "platform/os.h"

struct queue_cell {
	_Atomic uint32_t turn;
	uint32_t number;
};

struct queue {
	struct queue_cell *cells;
	uint32_t mask;
	_Alignas(CACHE_LINE) _Atomic uint32_t head;
	_Alignas(CACHE_LINE) _Atomic uint32_t tail;
};

/* Room for size numbers at least, 2 at the smallest. 0, or ENOMEM. */
int queue_begin(struct queue *queue, uint32_t size);
void queue_end(struct queue *queue);

/* False when the queue holds limit numbers or more, or is full. */
bool queue_push(struct queue *queue, uint32_t number, uint32_t limit);
/* Takes the first ones that are there, limit at most, in one step: how many. */
uint32_t queue_pop(struct queue *queue, uint32_t numbers[], uint32_t limit);

/* Whether there is nothing to pop: the condition of an event. */
bool queue_is_empty(struct queue *queue);

/* How many numbers it holds; exact while nobody pushes or pops. */
uint32_t queue_depth(struct queue *queue);

#endif
