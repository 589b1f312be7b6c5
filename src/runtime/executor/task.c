/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/*
 * task.c -- the life of a future on an executor.
 *
 * A task's state is two bits. BUSY: it is queued, or being polled, or there is no future in it;
 * then it is in one hand, and nobody queues it. WOKEN: somebody called its waker while it was BUSY
 * and since its latest poll began.
 *
 *   wake    turns 0 into BUSY; if it is not 0, sets both bits; whoever finds BUSY not set before
 *           has it in hand, and queues it
 *   run     clears WOKEN if it is set, polls; a pending future is let go by a compare-exchange from
 *           BUSY alone to 0, which fails when it was woken meanwhile: then it is queued again
 *
 * Every step that changes the word is a read-modify-write operation, acquire and release. What the
 * waker's thread wrote that has queued the task comes to the poll by way of the queue. A later
 * waker either comes before the poll's clearing of WOKEN, and then the poll sees what its thread
 * wrote, or after it, and then the task is run again. No wake-up is lost, and a task is in one
 * queue at most.
 *
 * proofs/task.pml checks this.
 */

#include "runtime/executor/executor.h"

#include "concurrent/ready_set.h"
#include "concurrent/yield_point.h"

#define MICROSECONDS UINT64_C(1000)
/* Silent tasks that are woken at a time, of how many that are looked at. */
#define CHECK_COUNT 64
#define CHECK_LOOKS 4096

enum { TASK_WOKEN = 1, TASK_BUSY = 2 };

struct task *task_take(struct executor *executor, struct worker *worker)
{
	if (worker != NULL && worker->spares > 0)
		return worker->spare[--worker->spares];
	uint32_t number = slab_take(&executor->tasks);
	if (number == SLAB_NONE)
		return NULL;
	struct task *task = slab_at(&executor->tasks, number);
	if (task->worker == NULL) { /* of new memory */
		task->number = number;
		atomic_init(&task->state, TASK_BUSY);
	}
	return task;
}

/* Keeps it for this worker's next spawn; all that are kept go back at once. */
static void give(struct worker *worker, struct task *task)
{
	worker->spare[worker->spares++] = task;
	if (worker->spares < WORKER_SPARE)
		return;
	uint32_t numbers[WORKER_SPARE];
	for (size_t i = 0; i < WORKER_SPARE; i++)
		numbers[i] = worker->spare[i]->number;
	slab_give_several(&worker->executor->tasks, numbers, WORKER_SPARE);
	worker->spares = 0;
}

void task_wake(void *data)
{
	struct task *task = data;
	uint32_t before = atomic_load_explicit(&task->state, memory_order_relaxed);
	if (before != 0 ||
	    !atomic_compare_exchange_strong_explicit(&task->state, &before, TASK_BUSY,
						     memory_order_acq_rel, memory_order_relaxed))
		before = atomic_fetch_or_explicit(&task->state, TASK_WOKEN | TASK_BUSY,
						  memory_order_acq_rel);
	yield_point();
	if (!(before & TASK_BUSY))
		executor_submit(task);
}

/* Whoever waits for its future has left a handle and then looked at fut (executor.c). */
void task_vacate(struct task *task)
{
	atomic_store_explicit(&task->fut, NULL, memory_order_seq_cst);
	void *handle = atomic_load_explicit(&task->watcher, memory_order_seq_cst);
	if (handle != NULL)
		ready_set_mark(handle);
}

/* The future is complete: the task stays BUSY, so that a late wake-up does nothing. */
static void end(struct task *task)
{
	struct worker *worker = task->worker;
	struct executor *executor = worker->executor;
	struct future *fut = atomic_load_explicit(&task->fut, memory_order_relaxed);
	if (task->timed)
		timers_clear(executor, task);
	if (task->done != NULL)
		task->done(fut, task->arg);
	atomic_store_explicit(&task->silent, false, memory_order_relaxed);
	task_vacate(task);
	give(worker, task);
	atomic_store_explicit(&worker->ended,
			      atomic_load_explicit(&worker->ended, memory_order_relaxed) + 1,
			      memory_order_release);
}

void task_tell_drainer(struct worker *worker)
{
	struct executor *executor = worker->executor;
	size_t ended = atomic_load_explicit(&worker->ended, memory_order_relaxed);
	atomic_store_explicit(&worker->ended, ended, memory_order_seq_cst);
	void *handle = atomic_load_explicit(&executor->drainer, memory_order_seq_cst);
	if (handle != NULL && executor_live(executor) == 0)
		ready_set_mark(handle);
}

/* Heeds the answer of a pending future; whether it wants another poll soon. */
static bool heed_answer(struct task *task, const struct future_notifier *notifier)
{
	uint32_t within = notifier->poll_within_us;
	bool wakes = notifier->notifier_used == FUTURE_NOTIFIER_WAKER;
	bool waits = notifier->notifier_used == FUTURE_NOTIFIER_NONE && within != 0;

	if (atomic_load_explicit(&task->silent, memory_order_relaxed) != wakes)
		atomic_store_explicit(&task->silent, wakes, memory_order_relaxed);
	if (!wakes && !waits)
		return true;
	if (within == 0 && task->timed)
		timers_clear(task->worker->executor, task);
	return within != 0 &&
	       !timers_set(task->worker->executor, task, os_now() + within * MICROSECONDS);
}

void task_run(struct worker *worker, struct task *task)
{
	struct future_notifier notifier = {.waker = {task, task_wake}};

	task->worker = worker;
	if (atomic_load_explicit(&task->state, memory_order_relaxed) & TASK_WOKEN)
		atomic_fetch_and_explicit(&task->state, ~(uint32_t)TASK_WOKEN,
					  memory_order_acq_rel);
	yield_point();
	if (future_poll(task->fut, &notifier) == FUTURE_STATE_COMPLETE) {
		worker->eager = 0;
		end(task);
		return;
	}
	if (heed_answer(task, &notifier)) {
		worker->eager++;
		run_queue_push(&worker->queue, &task->runnable);
		return;
	}
	worker->eager = 0;
	yield_point();
	uint32_t busy = TASK_BUSY;
	if (!atomic_compare_exchange_strong_explicit(&task->state, &busy, 0, memory_order_acq_rel,
						     memory_order_acquire))
		run_queue_push(&worker->queue, &task->runnable);
}

void task_check_silent(struct executor *executor)
{
	uint32_t count = slab_count(&executor->tasks);
	uint32_t number = atomic_load_explicit(&executor->cursor, memory_order_relaxed);
	unsigned woken = 0;
	for (uint32_t looked = 0; looked < count && looked < CHECK_LOOKS; looked++) {
		number = number + 1 < count ? number + 1 : 0;
		struct task *task = slab_at(&executor->tasks, number);
		if (!atomic_load_explicit(&task->silent, memory_order_relaxed))
			continue;
		task_wake(task);
		if (++woken == CHECK_COUNT)
			break;
	}
	atomic_store_explicit(&executor->cursor, number, memory_order_relaxed);
}
