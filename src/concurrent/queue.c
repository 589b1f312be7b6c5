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
	for (uint32_t i = 0; i < rounded; i++)
		atomic_init(&queue->cells[i].turn, i);
	atomic_init(&queue->head, 0);
	atomic_init(&queue->tail, 0);
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
	return (int32_t)(tail - head) > 0 ? tail - head
					  : 0; /* the head may have passed meanwhile */
}

bool queue_push(struct queue *queue, uint32_t number, uint32_t limit)
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
				cell->number = number;
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

/* How many cells from this position on hold their numbers, up to a limit. */
static uint32_t filled_from(struct queue *queue, uint32_t head, uint32_t limit)
{
	uint32_t count = 0;
	while (count < limit &&
	       atomic_load_explicit(&queue->cells[(head + count) & queue->mask].turn,
				    memory_order_seq_cst) == head + count + 1)
		count++;
	return count;
}

/* Empties cells that were claimed. */
static void empty_from(struct queue *queue, uint32_t head, uint32_t count, uint32_t numbers[])
{
	for (uint32_t i = 0; i < count; i++) {
		struct queue_cell *cell = &queue->cells[(head + i) & queue->mask];
		numbers[i] = cell->number;
		atomic_store_explicit(&cell->turn, head + i + queue->mask + 1,
				      memory_order_release);
	}
}

uint32_t queue_pop(struct queue *queue, uint32_t numbers[], uint32_t limit)
{
	uint32_t head = atomic_load_explicit(&queue->head, memory_order_relaxed);
	for (;;) {
		uint32_t count = filled_from(queue, head, limit);
		if (count == 0) {
			if (queue_is_empty(queue))
				return 0;
			head = atomic_load_explicit(&queue->head, memory_order_relaxed);
		} else if (atomic_compare_exchange_weak_explicit(&queue->head, &head, head + count,
								 memory_order_relaxed,
								 memory_order_relaxed)) {
			yield_point();
			empty_from(queue, head, count, numbers);
			return count;
		}
	}
}

bool queue_is_empty(struct queue *queue)
{
	uint32_t head = atomic_load_explicit(&queue->head, memory_order_relaxed);
	struct queue_cell *cell = &queue->cells[head & queue->mask];
	uint32_t turn = atomic_load_explicit(&cell->turn, memory_order_seq_cst);
	return (int32_t)(turn - (head + 1)) <
	       0; /* a head that moved on meanwhile means that there is something */
}
