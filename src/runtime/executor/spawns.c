/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/*
 * spawns.c -- the tasks that threads from outside have spawned and no worker has taken yet.
 *
 * One queue for all workers, as the global run queue of Go's scheduler: a ring that grows, under a
 * lock. A worker takes its share of what waits, half of its own ring at most, so that it takes the
 * lock once for many tasks and what it leaves is there for the others. Spawning wakes a worker only
 * when nothing waited before (worker.c).
 *
 * The tasks themselves are not touched here. A worker that comes to know many of them at once can
 * fetch several at the same time; a list would make it wait for one after the other, and they come
 * from the cache of another CPU, or from memory when very many wait.
 *
 * Nobody else writes head and tail, but workers read them without the lock to see whether anything
 * waits. The tail is stored sequentially consistently, for this is a condition under which workers
 * sleep.
 */

#include "runtime/executor/executor.h"

#define CAPACITY_FIRST 64

/* Under the lock: twice the room. What waits lies at the same numbers, modulo the new capacity. */
static bool grow(struct spawns *spawns, size_t head, size_t tail)
{
	size_t capacity = spawns->capacity != 0 ? spawns->capacity * 2 : CAPACITY_FIRST;
	struct task **ring = os_allocate(capacity * sizeof(*ring));
	if (ring == NULL)
		return false;
	for (size_t i = head; i != tail; i++)
		ring[i & (capacity - 1)] = spawns->ring[i & (spawns->capacity - 1)];
	os_free(spawns->ring);
	spawns->ring = ring;
	spawns->capacity = capacity;
	return true;
}

bool spawns_put(struct spawns *spawns, struct task *task, bool *first)
{
	lock_acquire(&spawns->lock);
	size_t head = atomic_load_explicit(&spawns->head, memory_order_relaxed);
	size_t tail = atomic_load_explicit(&spawns->tail, memory_order_relaxed);
	bool room = tail - head < spawns->capacity || grow(spawns, head, tail);
	if (room) {
		spawns->ring[tail & (spawns->capacity - 1)] = task;
		atomic_store_explicit(&spawns->tail, tail + 1, memory_order_seq_cst);
	}
	lock_release(&spawns->lock);
	*first = head == tail;
	return room;
}

size_t spawns_take(struct spawns *spawns, struct worker *worker)
{
	if (spawns_are_none(spawns))
		return 0;
	lock_acquire(&spawns->lock);
	size_t head = atomic_load_explicit(&spawns->head, memory_order_relaxed);
	size_t waiting = atomic_load_explicit(&spawns->tail, memory_order_relaxed) - head;
	size_t workers = worker->executor->count;
	size_t share = (waiting + workers - 1) / workers;
	if (share > RUN_QUEUE_SIZE / 2)
		share = RUN_QUEUE_SIZE / 2;
	for (size_t i = head; i != head + share; i++)
		run_queue_put(&worker->queue, &spawns->ring[i & (spawns->capacity - 1)]->runnable);
	run_queue_show(&worker->queue);
	atomic_store_explicit(&spawns->head, head + share, memory_order_relaxed);
	lock_release(&spawns->lock);
	return share;
}
