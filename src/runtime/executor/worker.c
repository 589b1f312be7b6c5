/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/*
 * worker.c -- the loop of an executor's thread: runs what is in its own queue, then what was
 * spawned from outside, then what it finds in others' queues, then sleeps.
 *
 * With nothing to do, one worker at a time searches for a moment before it sleeps: meanwhile nobody
 * wakes another one, for that costs the waker more than most polls take. Whoever makes work for
 * sleeping workers wakes one of them and says in its place that it searches; so at most one is on
 * its way, however much work is made before it arrives. A searcher says first that it searches no
 * more and looks everywhere after that; when it has found work and there is more, it wakes the
 * next.
 *
 * To submit is to post, then to look for a searcher, then for an idle worker. A worker that goes to
 * sleep enters the idle set, then looks everywhere once more (idle_set.h). All these steps are
 * sequentially consistent. So whoever posts either sees a searcher, which looks after that; or sees
 * an idle worker and wakes it; or sees neither, and then every worker looks after that before it
 * sleeps. One that has said that somebody searches, and then finds nobody to wake, takes that back
 * and looks again, for the sake of those that have relied on it meanwhile.
 *
 * Nobody is woken for what is put beside something else: whoever put the first has done that, and
 * whoever takes it finds the others. Nor for a task that comes to a worker that has no other: it
 * keeps that one for itself (run_queue.h).
 *
 * A worker whose futures all want another poll soon naps after a while. It enters the idle set as
 * well, then looks at what nobody else may come to in time, its inbox and the spawns.
 *
 * Sleeping workers leave the clock to one of them, the timekeeper (timers.c); busy ones look at it
 * themselves now and then, so that none is needed while the former one works. Whoever polled a task
 * last is awake, and becomes the keeper when it goes to sleep, unless there is one; that one either
 * sleeps until a time, or is about to leave and comes here again. A worker that finds no task need
 * not keep the time: whoever comes to poll the next one will.
 *
 * proofs/executor.pml checks this, and proofs/drain.pml how draining ends.
 */

#include "runtime/executor/executor.h"

#include "concurrent/spin.h"
#include "concurrent/yield_point.h"
#include "platform/cpu.h"

#define MILLISECONDS UINT64_C(1000000)
/*
 * A worker that has taken so few spawns waits for this long, about a microsecond, before it takes
 * more: one that comes for each of them slows down the spawning thread, which needs the same lines.
 */
#define SCANT 16
#define SCANT_PAUSES 24
/* Busy workers look at the clock, and at what others have for them, once in so many turns. */
#define LOOK_EVERY 64
/*
 * After so many polls of futures that all wanted another soon, and then whenever each has been
 * polled once more, it yields; after so many times, it naps.
 */
#define EAGER_SPINS 1024
#define EAGER_YIELDS 64
#define NAP_MIN (MILLISECONDS / 50)
#define NAP_MAX MILLISECONDS
/* How often tasks are polled that have been silent. */
#define CHECK_FIRST (32 * MILLISECONDS)
#define CHECK_EVERY (64 * MILLISECONDS)

static OS_THREAD_LOCAL struct worker *current;

struct worker *worker_current(void)
{
	return current;
}

void worker_wake_one(struct executor *executor, size_t rather)
{
	while (!atomic_load_explicit(&executor->searching, memory_order_seq_cst) &&
	       !idle_set_is_empty(&executor->idle) &&
	       !atomic_exchange_explicit(&executor->searching, 1, memory_order_seq_cst)) {
		size_t worker = rather;
		if (rather == IDLE_SET_NOBODY || !idle_set_claim(&executor->idle, rather))
			worker = idle_set_claim_any(&executor->idle);
		if (worker != IDLE_SET_NOBODY) {
			event_signal(&executor->workers[worker]->event);
			return;
		}
		atomic_store_explicit(&executor->searching, 0, memory_order_seq_cst);
	}
}

void executor_submit(struct task *task)
{
	struct worker *to = task->worker;
	struct executor *executor = to->executor;
	bool own = current != NULL && current->executor == executor;
	size_t rather = to->index; /* the task may be gone once it is posted */
	bool first = own ? run_queue_push(&current->queue, &task->runnable)
			 : run_queue_post(&to->queue, &task->runnable);
	if (own)
		current->eager = 0;
	/* To its first a worker comes by itself; the first in an inbox needs somebody. */
	if (own != first)
		worker_wake_one(executor, own ? IDLE_SET_NOBODY : rather);
}

static struct runnable *steal(struct worker *worker)
{
	struct executor *executor = worker->executor;
	for (size_t i = 1; i < executor->count; i++) {
		struct worker *victim = executor->workers[(worker->index + i) % executor->count];
		if (run_queue_steal(&worker->queue, &victim->queue))
			return run_queue_next(&worker->queue);
	}
	return NULL;
}

static bool anything_to_do(struct executor *executor)
{
	for (size_t i = 0; i < executor->count; i++)
		if (!run_queue_is_empty(&executor->workers[i]->queue))
			return true;
	return !spawns_are_none(&executor->spawns) ||
	       atomic_load_explicit(&executor->ending, memory_order_seq_cst);
}

/* Takes from the spawns: after a moment in which they gather, if there were few the last time. */
static bool take_spawns(struct worker *worker)
{
	if (worker->scant)
		for (unsigned i = 0; i < SCANT_PAUSES; i++)
			cpu_pause();
	size_t taken = spawns_take(&worker->executor->spawns, worker);
	worker->scant = taken != 0 && taken < SCANT;
	return taken != 0;
}

static struct runnable *find(struct worker *worker)
{
	struct runnable *found = run_queue_next(&worker->queue);
	while (found == NULL && take_spawns(worker))
		found = run_queue_next(&worker->queue);
	return found != NULL ? found : steal(worker);
}

static bool begin_search(struct executor *executor)
{
	return spinning_pays() &&
	       !atomic_exchange_explicit(&executor->searching, 1, memory_order_seq_cst);
}

/* Looks for a moment, when it was woken to do so or nobody else does. */
static struct runnable *search(struct worker *worker, bool sent)
{
	struct executor *executor = worker->executor;
	if (!sent && !begin_search(executor))
		return NULL;
	uint64_t until = os_now() + SPIN_TIME;
	while (!anything_to_do(executor) && os_now() < until)
		cpu_pause();
	atomic_store_explicit(&executor->searching, 0, memory_order_seq_cst);
	/* One that napped has work of its own, but was woken for another's. */
	struct runnable *found = sent ? steal(worker) : NULL;
	if (found == NULL)
		found = find(worker);
	if (found != NULL && anything_to_do(executor))
		worker_wake_one(executor, IDLE_SET_NOBODY);
	return found;
}

/* When to poll tasks that are silent, counted from when there are tasks and somebody asks. */
static uint64_t check_time(struct executor *executor, uint64_t now)
{
	uint64_t check = atomic_load_explicit(&executor->check, memory_order_relaxed);
	if (check != OS_NEVER)
		return check;
	atomic_store_explicit(&executor->check, now + CHECK_FIRST, memory_order_relaxed);
	return now + CHECK_FIRST;
}

static void watch_clock(struct executor *executor)
{
	uint64_t now = os_now();
	uint64_t check = check_time(executor, now);
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
	if (executor_live(executor) == 0) {
		atomic_store_explicit(&executor->check, OS_NEVER, memory_order_relaxed);
		return OS_NEVER;
	}
	if (!atomic_compare_exchange_strong_explicit(&executor->kept, &free, 1,
						     memory_order_seq_cst, memory_order_seq_cst))
		return OS_NEVER;
	atomic_store_explicit(&executor->keeper, worker->index, memory_order_seq_cst);
	uint64_t first = atomic_load_explicit(&executor->timers.first, memory_order_seq_cst);
	uint64_t check = check_time(executor, os_now());
	return first < check ? first : check;
}

/* Sleeps; whether somebody sent it. */
static bool park(struct worker *worker)
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
	bool sent = !idle_set_claim(&executor->idle, worker->index);
	if (until != OS_NEVER) {
		atomic_store_explicit(&executor->kept, 0, memory_order_seq_cst);
		watch_clock(executor);
	}
	return sent;
}

/* A busy worker comes to what is posted and spawned, too, and has others help with what is left. */
static void look_around(struct worker *worker)
{
	struct executor *executor = worker->executor;
	bool came = run_queue_refill(&worker->queue);
	if (spawns_take(&executor->spawns, worker) != 0 || came)
		worker->eager = 0;
	if (worker->queue.backlog != NULL || !spawns_are_none(&executor->spawns))
		worker_wake_one(executor, IDLE_SET_NOBODY);
	watch_clock(executor);
}

/* Sleeps for so long, unless something comes meanwhile or has come; whether it was sent. */
static bool nap(struct worker *worker, uint64_t length)
{
	struct executor *executor = worker->executor;

	event_prepare(&worker->event);
	idle_set_enter(&executor->idle, worker->index);
	if (run_queue_is_posted(&worker->queue) || !spawns_are_none(&executor->spawns))
		event_cancel(&worker->event);
	else
		event_sleep(&worker->event, os_now() + length);
	return !idle_set_claim(&executor->idle, worker->index);
}

/*
 * When all that it polls wants another poll soon, lets others have the CPU; whether it was sent. It
 * looks around afterwards, for what comes to it has no other reason to wait. Each has been polled
 * once more when the first one has, or, should others have taken that one, after as many polls as
 * there are tasks.
 */
static bool calm_down(struct worker *worker, const struct runnable *polled)
{
	bool sent = false;
	if (worker->eager <= 1) {
		worker->calm = EAGER_SPINS;
		worker->calms = 0;
		worker->first = NULL;
	}
	if (worker->eager < worker->calm && polled != worker->first)
		return false;
	worker->first = polled;
	worker->calm = worker->eager + executor_live(worker->executor);
	unsigned naps = worker->calms++ - EAGER_YIELDS;
	if (worker->calms <= EAGER_YIELDS)
		os_yield();
	else
		sent = nap(worker, naps < 6 ? NAP_MIN << naps : NAP_MAX);
	look_around(worker);
	return sent;
}

void worker_run(void *arg)
{
	struct worker *worker = arg;
	struct executor *executor = worker->executor;
	current = worker;
	bool sent = false; /* somebody has woken it to search */
	for (;; worker->turns++) {
		struct runnable *found = sent ? NULL : find(worker);
		if (found == NULL) {
			task_tell_drainer(worker);
			found = search(worker, sent);
			sent = false;
		}
		if (found != NULL) {
			task_run(worker, (struct task *)found);
			if (worker->turns % LOOK_EVERY == 0)
				look_around(worker);
			sent = calm_down(worker, found);
		} else if (atomic_load_explicit(&executor->ending, memory_order_acquire)) {
			return;
		} else {
			sent = park(worker);
		}
	}
}
