/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/*
 * timers.c -- the times at which an executor's tasks want to be polled.
 *
 * One heap for all workers, under a lock: only tasks that ask for a time come here, and wakers
 * never. The earliest time is kept in a word beside it, which workers read without the lock. Among
 * the workers that sleep one is the timekeeper: it sleeps until that time, the others until they
 * are woken. Whoever makes the earliest time earlier wakes the keeper, which then looks again.
 */

#include "runtime/executor/executor.h"

#include <string.h>

/* Makes room for a task's number. */
static bool reserve(struct timers *timers, uint32_t number)
{
	uint32_t capacity = timers->capacity != 0 ? timers->capacity : 64;
	while (capacity <= number)
		capacity *= 2;
	if (capacity == timers->capacity)
		return true;
	struct deadline *heap =
		os_allocate_zeroed(capacity * (sizeof(struct deadline) + sizeof(uint32_t)));
	if (heap == NULL)
		return false;
	struct deadlines *deadlines = &timers->deadlines;
	uint32_t *places = (uint32_t *)(heap + capacity);
	if (timers->capacity != 0) {
		memcpy(heap, deadlines->heap, deadlines->count * sizeof(*heap));
		memcpy(places, deadlines->places, timers->capacity * sizeof(*places));
	}
	os_free(deadlines->heap);
	deadlines->heap = heap;
	deadlines->places = places;
	timers->capacity = capacity;
	return true;
}

/* Under the lock: publishes the earliest time; whether it has become earlier. */
static bool publish(struct timers *timers)
{
	uint64_t first = timers->deadlines.count > 0 ? timers->deadlines.heap[0].time : OS_NEVER;
	/* Sequentially consistent, for a keeper looks at it before it sleeps. */
	return atomic_exchange_explicit(&timers->first, first, memory_order_seq_cst) > first;
}

static void wake_keeper(struct executor *executor)
{
	if (!atomic_load_explicit(&executor->kept, memory_order_seq_cst))
		return;
	size_t keeper = atomic_load_explicit(&executor->keeper, memory_order_seq_cst);
	event_signal(&executor->workers[keeper]->event);
}

bool timers_set(struct executor *executor, struct task *task, uint64_t time)
{
	struct timers *timers = &executor->timers;
	bool earlier = false;
	lock_acquire(&timers->lock);
	bool room = reserve(timers, task->number);
	if (room) {
		deadlines_set(&timers->deadlines, task->number, time);
		earlier = publish(timers);
	}
	lock_release(&timers->lock);
	task->timed = room;
	if (earlier)
		wake_keeper(executor);
	return room;
}

void timers_clear(struct executor *executor, struct task *task)
{
	struct timers *timers = &executor->timers;
	lock_acquire(&timers->lock);
	deadlines_clear(&timers->deadlines, task->number);
	publish(timers);
	lock_release(&timers->lock);
	task->timed = false;
}

void timers_expire(struct executor *executor, uint64_t now)
{
	struct timers *timers = &executor->timers;
	struct deadlines *deadlines = &timers->deadlines;
	if (atomic_load_explicit(&timers->first, memory_order_relaxed) > now)
		return;
	lock_acquire(&timers->lock);
	while (deadlines->count > 0 && deadlines->heap[0].time <= now) {
		uint32_t number = deadlines->heap[0].future;
		deadlines_clear(deadlines, number);
		task_wake(slab_at(&executor->tasks, number));
	}
	publish(timers);
	lock_release(&timers->lock);
}
