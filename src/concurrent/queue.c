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

/* How many cells from this position on are filled, up to a limit. */
static uint32_t filled_from(struct queue *queue, uint32_t head, uint32_t limit)
{
	uint32_t count = 0;
	while (count < limit &&
	       atomic_load_explicit(&queue->cells[(head + count) & queue->mask].turn,
				    memory_order_seq_cst) == head + count + 1)
		count++;
	return count;
}

/* Empties cells that were claimed: how many of their numbers had not been taken back. */
static uint32_t empty_from(struct queue *queue, uint32_t head, uint32_t count, uint32_t numbers[])
{
	uint32_t found = 0;
	for (uint32_t i = 0; i < count; i++) {
		struct queue_cell *cell = &queue->cells[(head + i) & queue->mask];
		uint32_t number = atomic_exchange_explicit(&cell->number, QUEUE_NOTHING,
							   memory_order_acquire);
		atomic_store_explicit(&cell->turn, head + i + queue->mask + 1,
				      memory_order_release);
		if (number != QUEUE_NOTHING)
			numbers[found++] = number;
	}
	return found;
}

/* Claims the first positions, which have been seen to be filled. */
static bool claim(struct queue *queue, uint32_t *head, uint32_t count)
{
	return atomic_compare_exchange_weak_explicit(&queue->head, head, *head + count,
						     memory_order_seq_cst, memory_order_relaxed);
}

/* Pops positions from the head on, as far as their numbers were taken back. */
static void drop_taken_back(struct queue *queue)
{
	for (;;) {
		uint32_t head = atomic_load_explicit(&queue->head, memory_order_seq_cst);
		struct queue_cell *cell = &queue->cells[head & queue->mask];
		if (filled_from(queue, head, 1) == 0 ||
		    atomic_load_explicit(&cell->number, memory_order_seq_cst) != QUEUE_NOTHING)
			return;
		yield_point();
		if (claim(queue, &head, 1))
			atomic_store_explicit(&cell->turn, head + queue->mask + 1,
					      memory_order_release);
	}
}

uint32_t queue_pop(struct queue *queue, uint32_t numbers[], uint32_t limit)
{
	uint32_t found = 0;
	uint32_t head = atomic_load_explicit(&queue->head, memory_order_relaxed);
	while (found == 0) {
		uint32_t count = filled_from(queue, head, limit);
		if (count == 0 && queue_is_empty(queue))
			return 0;
		if (count != 0 && claim(queue, &head, count)) {
			yield_point();
			found = empty_from(queue, head, count, numbers);
			drop_taken_back(queue);
		}
		head = atomic_load_explicit(&queue->head, memory_order_relaxed);
	}
	return found;
}

bool queue_take_back(struct queue *queue, uint32_t number, uint32_t place)
{
	struct queue_cell *cell = &queue->cells[place & queue->mask];
	if (atomic_load_explicit(&cell->number, memory_order_relaxed) != number ||
	    !atomic_compare_exchange_strong_explicit(&cell->number, &number, QUEUE_NOTHING,
						     memory_order_seq_cst, memory_order_relaxed))
		return false;
	yield_point();
	drop_taken_back(queue);
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
