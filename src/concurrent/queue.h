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
 * Whoever pushed a number, or was told its place, may take it back out of the queue's middle. A pop
 * and a taking back both swap the cell's number for NOTHING, and one of them gets it: it is stored
 * with release, and they acquire. The cell keeps its turn, and its position is popped with its
 * neighbours. None stays at the head: of two that take away neighbours at once, one sees what the
 * other did, for moving the head and taking back are sequentially consistent, and so is looking at
 * both afterwards. A number is in one place at most, so a place that is out of date holds another
 * number, or nothing.
 *
 * A push sets the turn with memory_order_seq_cst and a pop looks at it so, which lets "the queue is
 * not empty" be the condition of an event (event.h). A pop may find nothing while a push is under
 * way; that push's setting of the turn is then what counts.
 *
 * proofs/pool.pml checks this.
 */

#ifndef MINIASYNC_CONCURRENT_QUEUE_H
#define MINIASYNC_CONCURRENT_QUEUE_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "platform/os.h"

#define QUEUE_NOTHING UINT32_MAX

struct queue_cell {
	_Atomic uint32_t turn;
	_Atomic uint32_t number;
};

struct queue {
	struct queue_cell *cells;
	uint32_t mask;
	_Alignas(CACHE_LINE) _Atomic uint32_t head;
	_Alignas(CACHE_LINE) _Atomic uint32_t tail;
	_Alignas(CACHE_LINE) _Atomic uint32_t gone; /* positions whose numbers were taken back */
};

/* Room for size numbers at least, 2 at the smallest. 0, or ENOMEM. */
int queue_begin(struct queue *queue, uint32_t size);
void queue_end(struct queue *queue);

/*
 * Pushes a number below QUEUE_NOTHING; false when the queue holds limit numbers or more, or is
 * full. The place is where it is, for taking it back, and is written before anybody can pop it.
 */
bool queue_push(struct queue *queue, uint32_t number, uint32_t limit, _Atomic uint32_t *place);

/* Pops the first ones that are there, limit at most: how many. */
uint32_t queue_pop(struct queue *queue, uint32_t numbers[], uint32_t limit);

/* Takes a number back from the place that it was pushed to last, if nobody has popped it. */
bool queue_take_back(struct queue *queue, uint32_t number, uint32_t place);

/* Whether there is nothing to pop: the condition of an event. */
bool queue_is_empty(struct queue *queue);

/* How many numbers it holds; exact while nobody changes it. */
uint32_t queue_depth(struct queue *queue);

#endif
