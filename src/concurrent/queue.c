/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/* queue.c -- see queue.h. */

#include "concurrent/queue.h"

#include <errno.h>

#include "concurrent/yield_point.h"

int queue_begin(struct queue *queue, uint32_t size)
{
	uint32_t rounded =
		2; /* with one cell, "filled" and "free for the next round" are the same */
	while (rounded < size)
		rounded *= 2;
	queue->cells = os_allocate_zeroed(rounded * sizeof(*queue->cells));
	if (queue->cells == NULL)
		return ENOMEM;
	queue->mask = rounded - 1;
	for (uint32_t i = 0; i < rounded; i++) {
		atomic_init(&queue->cells[i].turn, i);
		atomic_init(&queue->cells[i].number, QUEUE_NOTHING);
	}
	atomic_init(&queue->head, 0);
	atomic_init(&queue->tail, 0);
	atomic_init(&queue->gone, 0);
	return 0;
}

void queue_end(struct queue *queue)
{
	os_free(queue->cells);
}

uint32_t queue_depth(struct queue *queue)
{
	uint32_t head = atomic_load_explicit(&queue->head, memory_order_relaxed);
	uint32_t tail = atomic_load_explicit(&queue->tail, memory_order_relaxed);
	uint32_t gone = atomic_load_explicit(&queue->gone, memory_order_relaxed);
	int32_t depth = (int32_t)(tail - head - gone);
	return depth > 0 ? (uint32_t)depth : 0; /* they may have changed in between */
}

bool queue_push(struct queue *queue, uint32_t number, uint32_t limit, _Atomic uint32_t *place)
{
	uint32_t tail = atomic_load_explicit(&queue->tail, memory_order_relaxed);
	for (;;) {
		struct queue_cell *cell = &queue->cells[tail & queue->mask];
		uint32_t turn = atomic_load_explicit(&cell->turn, memory_order_acquire);
		if (turn == tail) {
			if (queue_depth(queue) >= limit)
				return false;
			if (atomic_compare_exchange_weak_explicit(&queue->tail, &tail, tail + 1,
								  memory_order_relaxed,
								  memory_order_relaxed)) {
				yield_point();
				atomic_store_explicit(place, tail, memory_order_relaxed);
				atomic_store_explicit(&cell->number, number, memory_order_release);
				yield_point();
				atomic_store_explicit(&cell->turn, tail + 1, memory_order_seq_cst);
				return true;
			}
		} else if ((int32_t)(turn - tail) < 0) {
			return false; /* the cell still holds the number of one round before */
		} else {
			tail = atomic_load_explicit(&queue->tail, memory_order_relaxed);
		}
	}
}

/* How many positions to pop for so many numbers: with what was taken back before and behind. */
static uint32_t reach(struct queue *queue, uint32_t head, uint32_t limit)
{
	uint32_t found = 0;
	for (uint32_t count = 0;; count++) {
		struct queue_cell *cell = &queue->cells[(head + count) & queue->mask];
		if (atomic_load_explicit(&cell->turn, memory_order_seq_cst) != head + count + 1)
			return count; /* it is not filled */
		if (atomic_load_explicit(&cell->number, memory_order_seq_cst) != QUEUE_NOTHING &&
		    found++ == limit)
			return count;
	}
}

/* Empties the cells of positions that were claimed: how many numbers there were. */
static uint32_t empty(struct queue *queue, uint32_t head, uint32_t count, uint32_t numbers[])
{
	uint32_t found = 0;
	for (uint32_t i = 0; i < count; i++) {
		struct queue_cell *cell = &queue->cells[(head + i) & queue->mask];
		uint32_t number = atomic_load_explicit(&cell->number, memory_order_relaxed);
		yield_point();
		if (number != QUEUE_NOTHING)
			number = atomic_exchange_explicit(&cell->number, QUEUE_NOTHING,
							  memory_order_acquire);
		if (number != QUEUE_NOTHING)
			numbers[found++] = number;
		atomic_store_explicit(&cell->turn, head + i + queue->mask + 1,
				      memory_order_release);
	}
	if (found < count)
		atomic_fetch_sub_explicit(&queue->gone, count - found, memory_order_relaxed);
	return found;
}

uint32_t queue_pop(struct queue *queue, uint32_t numbers[], uint32_t limit)
{
	uint32_t found = 0;
	for (;;) {
		uint32_t head = atomic_load_explicit(&queue->head, memory_order_seq_cst);
		uint32_t count = reach(queue, head, found == 0 ? limit : 0);
		if (count == 0 && (found > 0 || limit == 0 || queue_is_empty(queue)))
			return found;
		yield_point();
		if (count > 0 && atomic_compare_exchange_weak_explicit(
					 &queue->head, &head, head + count, memory_order_seq_cst,
					 memory_order_relaxed))
			found += empty(queue, head, count, numbers + found);
	}
}

bool queue_take_back(struct queue *queue, uint32_t number, uint32_t place)
{
	struct queue_cell *cell = &queue->cells[place & queue->mask];
	yield_point();
	if (atomic_load_explicit(&cell->number, memory_order_relaxed) != number ||
	    !atomic_compare_exchange_strong_explicit(&cell->number, &number, QUEUE_NOTHING,
						     memory_order_seq_cst, memory_order_relaxed))
		return false;
	atomic_fetch_add_explicit(&queue->gone, 1, memory_order_relaxed);
	yield_point();
	queue_pop(queue, &number, 0); /* what has come to the head by this, and no number */
	return true;
}

bool queue_is_empty(struct queue *queue)
{
	uint32_t head = atomic_load_explicit(&queue->head, memory_order_relaxed);
	struct queue_cell *cell = &queue->cells[head & queue->mask];
	uint32_t turn = atomic_load_explicit(&cell->turn, memory_order_seq_cst);
	return (int32_t)(turn - (head + 1)) <
	       0; /* a head that moved on meanwhile means that there is something */
}
