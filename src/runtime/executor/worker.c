/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/*
 * worker.c -- the loop of an executor's thread: runs what is in its own queue, then what it finds
 * in others', then sleeps.
 *
 * With nothing to do, one worker at a time searches for a moment before it sleeps: meanwhile nobody
 * wakes another one, for that costs the waker more than most polls take. So a searcher that found
 * work wakes another worker if there is more. It says first that it searches no more, and looks
 * once more after that; whoever submits posts first and looks for a searcher then.
 *
 * Before it sleeps it enters the idle set and looks everywhere once more; whoever submits posts
 * first and looks for an idle worker then (idle_set.h).
 *
 * Sleeping workers leave the clock to one of them, the timekeeper (timers.c); busy ones look at it
 * themselves now and then, so that none is needed while the former one works. Whoever polled a task
 * last is awake, and becomes the keeper when it goes to sleep, unless there is one; that one either
 * sleeps until a time, or is about to leave and comes here again. A worker that finds no task need
 * not keep the time: whoever comes to poll the next one will.
 *
 * proofs/executor.pml checks this.
 */

#include "runtime/executor/executor.h"

#include "concurrent/yield_point.h"
#include "platform/cpu.h"
#include "concurrent/spin.h"

#define MILLISECONDS UINT64_C(1000000)
/* Busy workers look at the clock once in so many turns. */
#define CLOCK_EVERY 64
/*
 * After so many polls of futures that all wanted another soon, and then whenever each has been
 * polled once more, it yields; after so many times, it naps.
 */
#define EAGER_SPINS 1024
#define EAGER_YIELDS 64
#define NAP_MIN (MILLISECONDS / 50)
#define NAP_MAX MILLISECONDS
/* How often tasks are polled that have been silent. */
#define CHECK_EVERY (64 * MILLISECONDS)

static OS_THREAD_LOCAL struct worker *current;

struct worker *worker_current(void)
{
	return current;
}

/* Wakes a worker that sleeps, if none is searching: the one given, or any. */
static void wake_one(struct executor *executor, size_t rather)
{
	size_t worker = rather;
	if (atomic_load_explicit(&executor->searching, memory_order_seq_cst))
		return;
	if (rather == IDLE_SET_NOBODY || !idle_set_claim(&executor->idle, rather))
		worker = idle_set_claim_any(&executor->idle);
	if (worker != IDLE_SET_NOBODY)
		event_signal(&executor->workers[worker]->event);
}

void executor_submit(struct task *task)
{
	struct worker *to = task->worker;
	struct executor *executor = to->executor;
	bool own = current != NULL && current->executor == executor;
	size_t rather = to->index; /* the task may be gone once it is posted */
	if (own)
		to = current;
	bool only = run_queue_post(&to->queue, &task->runnable);
	/* A worker comes to the only task in its inbox by itself, sooner than another one wakes. */
	if (!own)
		wake_one(executor, rather);
	else if (!only)
		wake_one(executor, IDLE_SET_NOBODY);
}

static struct runnable *steal(struct worker *worker)
{
	struct executor *executor = worker->executor;
	for (size_t i = 1; i < executor->count; i++) {
		struct worker *victim = executor->workers[(worker->index + i) % executor->count];
		struct runnable *stolen = run_queue_steal(&worker->queue, &victim->queue);
		if (stolen != NULL)
			return stolen;
	}
	return NULL;
}

static bool anything_to_do(struct executor *executor)
{
	for (size_t i = 0; i < executor->count; i++)
		if (!run_queue_is_empty(&executor->workers[i]->queue))
			return true;
	return atomic_load_explicit(&executor->ending, memory_order_seq_cst);
}

static struct runnable *find(struct worker *worker)
{
	struct runnable *found = run_queue_next(&worker->queue);
	return found != NULL ? found : steal(worker);
}

/* Looks for a moment, unless another worker does. */
static struct runnable *search(struct worker *worker)
{
	struct executor *executor = worker->executor;
	if (!spinning_pays() ||
	    atomic_exchange_explicit(&executor->searching, 1, memory_order_seq_cst))
		return NULL;
	uint64_t until = os_now() + SPIN_TIME;
	while (!anything_to_do(executor) && os_now() < until)
		cpu_pause();
	atomic_store_explicit(&executor->searching, 0, memory_order_seq_cst);
	struct runnable *found = find(worker);
	if (found != NULL && anything_to_do(executor))
		wake_one(executor, IDLE_SET_NOBODY);
	return found;
}

static void watch_clock(struct executor *executor)
{
	uint64_t now = os_now();
	uint64_t check = atomic_load_explicit(&executor->check, memory_order_relaxed);
	timers_expire(executor, now);
	if (now >= check &&
	    atomic_compare_exchange_strong_explicit(&executor->check, &check, now + CHECK_EVERY,
						    memory_order_relaxed, memory_order_relaxed))
		task_check_silent(executor);
}

/*
 * Makes a worker that is about to sleep the timekeeper, if there are tasks and no other is: until
 * when it may sleep, for a timer or for tasks that are silent; else OS_NEVER.
 */
static uint64_t keep_time(struct worker *worker)
{
	struct executor *executor = worker->executor;
	uint32_t free = 0; /* of whole words: not every CPU compares and swaps bytes */
	if (atomic_load_explicit(&executor->live, memory_order_seq_cst) == 0 ||
	    !atomic_compare_exchange_strong_explicit(&executor->kept, &free, 1,
						     memory_order_seq_cst, memory_order_seq_cst))
		return OS_NEVER;
	atomic_store_explicit(&executor->keeper, worker->index, memory_order_seq_cst);
	uint64_t first = atomic_load_explicit(&executor->timers.first, memory_order_seq_cst);
	uint64_t check = atomic_load_explicit(&executor->check, memory_order_relaxed);
	return first < check ? first : check;
}

static void park(struct worker *worker)
{
	struct executor *executor = worker->executor;

	event_prepare(&worker->event);
	idle_set_enter(&executor->idle, worker->index);
	uint64_t until = keep_time(worker);
	yield_point();
	if (anything_to_do(executor))
		event_cancel(&worker->event);
	else
		event_sleep(&worker->event, until);
	idle_set_claim(&executor->idle, worker->index);
	if (until != OS_NEVER) {
		atomic_store_explicit(&executor->kept, 0, memory_order_seq_cst);
		watch_clock(executor);
	}
}

/* All that this worker polls wants another poll soon: lets others have the CPU. */
static void calm_down(struct worker *worker)
{
	struct executor *executor = worker->executor;
	if (worker->eager == 0) {
		worker->calm = EAGER_SPINS;
		worker->calms = 0;
	}
	if (worker->eager < worker->calm)
		return;
	worker->calm += atomic_load_explicit(&executor->live, memory_order_relaxed);
	unsigned naps = worker->calms++ - EAGER_YIELDS;
	if (worker->calms <= EAGER_YIELDS) {
		os_yield();
		return;
	}
	uint64_t nap = naps < 6 ? NAP_MIN << naps : NAP_MAX;
	event_prepare(&worker->event);
	idle_set_enter(&executor->idle, worker->index);
	event_sleep(&worker->event, os_now() + nap);
	idle_set_claim(&executor->idle, worker->index);
	watch_clock(executor);
}

void worker_run(void *arg)
{
	struct worker *worker = arg;
	struct executor *executor = worker->executor;
	current = worker;
	for (;; worker->turns++) {
		struct runnable *found = find(worker);
		if (found == NULL)
			found = search(worker);
		if (found != NULL) {
			task_run(worker, (struct task *)found);
			if (worker->turns % CLOCK_EVERY == 0)
				watch_clock(executor);
			calm_down(worker);
		} else if (atomic_load_explicit(&executor->ending, memory_order_acquire)) {
			return;
		} else {
			park(worker);
		}
	}
}
