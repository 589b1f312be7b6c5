/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/* run_queue.c -- see run_queue.h. */

#include "concurrent/run_queue.h"

#include "concurrent/yield_point.h"

bool run_queue_post(struct run_queue *queue, struct runnable *runnable)
{
	struct runnable *top = atomic_load_explicit(&queue->inbox, memory_order_relaxed);
	do {
		runnable->below = top;
		yield_point();
	} while (!atomic_compare_exchange_weak_explicit(
		&queue->inbox, &top, runnable, memory_order_seq_cst, memory_order_relaxed));
	return top == NULL;
}

/* Puts it in the ring's next place, which nobody else sees yet; false when there is none. */
static bool fill(struct run_queue *queue, struct runnable *runnable)
{
	uint32_t head = atomic_load_explicit(&queue->head, memory_order_acquire);
	if (queue->filled - head == RUN_QUEUE_SIZE)
		return false;
	atomic_store_explicit(&queue->ring[queue->filled++ % RUN_QUEUE_SIZE], runnable,
			      memory_order_relaxed);
	return true;
}

static bool is_alone(struct run_queue *queue)
{
	return queue->next == NULL && queue->backlog == NULL &&
	       atomic_load_explicit(&queue->head, memory_order_relaxed) == queue->filled;
}

bool run_queue_put(struct run_queue *queue, struct runnable *runnable)
{
	if (is_alone(queue)) {
		queue->next = runnable;
		return true;
	}
	if (queue->backlog == NULL && fill(queue, runnable))
		return false;
	runnable->below = NULL;
	if (queue->backlog == NULL)
		queue->backlog = runnable;
	else
		queue->newest->below = runnable;
	queue->newest = runnable;
	return false;
}

void run_queue_show(struct run_queue *queue)
{
	yield_point();
	if (queue->filled != atomic_load_explicit(&queue->tail, memory_order_relaxed))
		atomic_store_explicit(&queue->tail, queue->filled, memory_order_seq_cst);
}

/* Takes the first of the ring, or NULL. */
static struct runnable *pop(struct run_queue *queue)
{
	uint32_t head = atomic_load_explicit(&queue->head, memory_order_relaxed);
	uint32_t tail = atomic_load_explicit(&queue->tail, memory_order_relaxed);
	while (head != tail) {
		struct runnable *runnable = atomic_load_explicit(
			&queue->ring[head % RUN_QUEUE_SIZE], memory_order_relaxed);
		if (atomic_compare_exchange_weak_explicit(&queue->head, &head, head + 1,
							  memory_order_release,
							  memory_order_relaxed))
			return runnable;
	}
	return NULL;
}

/* Takes an inbox and turns it over: the oldest first. */
static struct runnable *take_inbox(struct run_queue *from)
{
	struct runnable *oldest = NULL;
	if (atomic_load_explicit(&from->inbox, memory_order_relaxed) == NULL)
		return NULL;
	struct runnable *top = atomic_exchange_explicit(&from->inbox, NULL, memory_order_acquire);
	while (top != NULL) {
		struct runnable *below = top->below;
		top->below = oldest;
		oldest = top;
		top = below;
	}
	return oldest;
}

/* A list, the oldest first, behind all that is there. */
static void append(struct run_queue *queue, struct runnable *oldest)
{
	while (oldest != NULL) {
		struct runnable *after = oldest->below; /* which the backlog needs */
		run_queue_put(queue, oldest);
		oldest = after;
	}
	run_queue_show(queue);
}

bool run_queue_refill(struct run_queue *queue)
{
	while (queue->backlog != NULL && fill(queue, queue->backlog))
		queue->backlog = queue->backlog->below;
	struct runnable *oldest = take_inbox(queue);
	append(queue, oldest);
	return oldest != NULL;
}

/* Takes what is alone, or the first of the ring; NULL when there is neither. */
static struct runnable *take(struct run_queue *queue)
{
	struct runnable *next = queue->next;
	if (next == NULL)
		return pop(queue);
	queue->next = NULL;
	return next;
}

struct runnable *run_queue_next(struct run_queue *queue)
{
	struct runnable *next;
	while ((next = take(queue)) == NULL &&
	       (queue->backlog != NULL ||
		atomic_load_explicit(&queue->inbox, memory_order_relaxed) != NULL))
		run_queue_refill(queue);
	return next;
}

/* Half of another's ring, as a list, the oldest first. */
static struct runnable *take_half(struct run_queue *from)
{
	uint32_t head = atomic_load_explicit(&from->head, memory_order_acquire);
	for (;;) {
		struct runnable *taken[RUN_QUEUE_SIZE / 2];
		uint32_t tail = atomic_load_explicit(&from->tail, memory_order_acquire);
		uint32_t count = tail - head - (tail - head) / 2;
		if (count == 0)
			return NULL;
		if (count > RUN_QUEUE_SIZE / 2) { /* the head has moved on between the two loads */
			head = atomic_load_explicit(&from->head, memory_order_acquire);
			continue;
		}
		for (uint32_t i = 0; i < count; i++)
			taken[i] = atomic_load_explicit(&from->ring[(head + i) % RUN_QUEUE_SIZE],
							memory_order_relaxed);
		yield_point();
		if (!atomic_compare_exchange_strong_explicit(&from->head, &head, head + count,
							     memory_order_acq_rel,
							     memory_order_acquire))
			continue;
		for (uint32_t i = 0; i + 1 < count; i++)
			taken[i]->below = taken[i + 1];
		taken[count - 1]->below = NULL;
		return taken[0];
	}
}

bool run_queue_steal(struct run_queue *queue, struct run_queue *from)
{
	struct runnable *oldest = take_half(from);
	if (oldest == NULL)
		oldest = take_inbox(from);
	append(queue, oldest);
	return oldest != NULL;
}

bool run_queue_is_posted(struct run_queue *queue)
{
	return atomic_load_explicit(&queue->inbox, memory_order_seq_cst) != NULL;
}

bool run_queue_is_empty(struct run_queue *queue)
{
	return !run_queue_is_posted(queue) &&
	       atomic_load_explicit(&queue->head, memory_order_relaxed) ==
		       atomic_load_explicit(&queue->tail, memory_order_seq_cst);
}
