/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/*
 * executor.c -- executors are made, given futures, waited for, and ended.
 */

#include "runtime/executor/executor.h"

#include <errno.h>

#include "concurrent/forks.h"
#include "concurrent/ready_set.h"

#define TASKS_FIRST 64
/* How long a waiting thread sleeps when it could not leave its handle. */
#define LOOK_EVERY UINT64_C(1000000)

static struct slab executors = SLAB_INIT(sizeof(struct executor), 4);

/* Makes the workers that no former life has made; 0, or ENOMEM. */
static int make_workers(struct executor *executor)
{
	for (size_t i = 0; i < executor->count; i++) {
		if (executor->workers[i] != NULL) {
			executor->workers[i]->spawned = 0;
			executor->workers[i]->ended = 0;
			continue;
		}
		struct worker *worker = os_allocate_zeroed(sizeof(*worker));
		if (worker == NULL)
			return ENOMEM;
		worker->executor = executor;
		worker->index = i;
		executor->workers[i] = worker;
	}
	return 0;
}

static void end_workers(struct executor *executor, size_t started)
{
	atomic_store_explicit(&executor->ending, true, memory_order_seq_cst);
	for (size_t i = 0; i < started; i++)
		event_signal(&executor->workers[i]->event);
	for (size_t i = 0; i < started; i++)
		os_thread_join(&executor->workers[i]->thread);
}

static int start_workers(struct executor *executor)
{
	struct os_thread_options options = {.name = "miniasync"};
	size_t started = 0;
	int error = make_workers(executor);
	while (started < executor->count && error == 0) {
		struct worker *worker = executor->workers[started];
		error = os_thread_start(&worker->thread, &options, worker_run, worker);
		started += error == 0;
	}
	if (error != 0)
		end_workers(executor, started);
	return error;
}

static void begin_anew(void)
{
	slab_begin_anew(&executors);
}

struct executor *executor_new(size_t threads)
{
	static atomic_bool begins_anew;
	uint32_t number = SLAB_NONE;
	int error = threads > EXECUTOR_WORKERS_MAX ? EINVAL : 0;
	if (error == 0)
		error = forks_begin_anew(begin_anew, &begins_anew);
	if (error == 0) {
		number = slab_take(&executors);
		error = number == SLAB_NONE ? ENOMEM : 0;
	}
	if (error == 0) {
		struct executor *executor = slab_at(&executors, number);
		executor->number = number;
		executor->generation = forks_generation();
		executor->count = threads != 0 ? threads : os_usable_cpus();
		if (executor->count > EXECUTOR_WORKERS_MAX)
			executor->count = EXECUTOR_WORKERS_MAX;
		if (executor->tasks.item_size == 0) {
			executor->tasks = (struct slab)SLAB_INIT(sizeof(struct task), TASKS_FIRST);
			atomic_init(&executor->timers.first, OS_NEVER);
			atomic_init(&executor->check, OS_NEVER);
		}
		atomic_store_explicit(&executor->idle.count, executor->count, memory_order_relaxed);
		atomic_store_explicit(&executor->ending, false, memory_order_relaxed);
		atomic_store_explicit(&executor->spawns.head, 0, memory_order_relaxed);
		atomic_store_explicit(&executor->spawns.tail, 0, memory_order_relaxed);
		error = start_workers(executor);
		if (error == 0)
			return executor;
		slab_give(&executors, number);
	}
	errno = error;
	return NULL;
}

/* Its workers are in the process that this one was forked from. */
static bool is_inherited(const struct executor *executor)
{
	return executor->generation != forks_generation();
}

static bool is_own_worker(const struct executor *executor)
{
	const struct worker *worker = worker_current();
	return worker != NULL && worker->executor == executor;
}

/* From outside: by way of the queue that all workers take from. */
static int spawn_from_outside(struct executor *executor, struct task *task)
{
	bool first;
	task->worker = executor->workers[0]; /* any, until one runs it */
	if (!spawns_put(&executor->spawns, task, &first)) {
		task_vacate(task);
		slab_give(&executor->tasks, task->number);
		return ENOMEM;
	}
	if (first)
		worker_wake_one(executor, IDLE_SET_NOBODY);
	return 0;
}

static void spawn_on(struct worker *worker, struct task *task)
{
	size_t spawned = atomic_load_explicit(&worker->spawned, memory_order_relaxed);
	atomic_store_explicit(&worker->spawned, spawned + 1, memory_order_relaxed);
	task->worker = worker;
	executor_submit(task);
}

static int spawn(struct executor *executor, struct future *fut,
		 void (*done)(struct future *fut, void *arg), void *arg)
{
	struct worker *worker = is_own_worker(executor) ? worker_current() : NULL;
	if (is_inherited(executor))
		return ESRCH;
	struct task *task = task_take(executor, worker);
	if (task == NULL)
		return ENOMEM;
	task->done = done;
	task->arg = arg;
	atomic_store_explicit(&task->fut, fut, memory_order_release);
	if (worker == NULL)
		return spawn_from_outside(executor, task);
	spawn_on(worker, task);
	return 0;
}

int executor_spawn(struct executor *executor, struct future *fut,
		   void (*done)(struct future *fut, void *arg), void *arg)
{
	int error = spawn(executor, fut, done, arg);
	if (error == 0)
		return 0;
	errno = error;
	return -1;
}

/*
 * Sleeps until something is over. The thread leaves a handle of its ready set in the slot, looks
 * once more and sleeps; whoever makes it over looks at the slot afterwards (task.c). The slot has
 * room for one: another thread looks every now and then.
 */
static void wait_until(bool (*is_over)(const void *arg), const void *arg, _Atomic(void *) *slot)
{
	struct ready_set *ready = ready_set_acquire(1);
	void *handle = ready != NULL ? ready_set_handle(ready, 0) : NULL;
	bool left = false;

	while (!is_over(arg)) {
		void *nobody = NULL;
		if (handle != NULL && !left) {
			left = atomic_compare_exchange_strong_explicit(
				slot, &nobody, handle, memory_order_seq_cst, memory_order_relaxed);
			if (left)
				continue;
		}
		_Atomic uint32_t word = 0;
		if (left) {
			ready_set_sleep(ready, OS_NEVER);
			ready_set_clear(ready);
		} else {
			os_sleep(&word, 0, os_now() + LOOK_EVERY);
		}
	}
	if (left)
		atomic_store_explicit(slot, NULL, memory_order_seq_cst);
	if (ready != NULL)
		ready_set_release(ready);
}

/*
 * Ends are summed up before spawns. Neither sum ever falls, and whoever counts the end of a task
 * counts its spawn too, which came before. So if the two are equal, they were so at the moment
 * between.
 *
 * The tail is the latest: a worker that does not know of a task must not leave the clock alone, for
 * whoever polled that one may rely on it. All that a task has spawned is known once its end is.
 *
 * proofs/drain.pml checks the counts.
 */
size_t executor_live(struct executor *executor)
{
	size_t ended = 0, spawned = 0;
	for (size_t i = 0; i < executor->count; i++)
		ended += atomic_load_explicit(&executor->workers[i]->ended, memory_order_seq_cst);
	for (size_t i = 0; i < executor->count; i++)
		spawned +=
			atomic_load_explicit(&executor->workers[i]->spawned, memory_order_relaxed);
	return spawned + atomic_load_explicit(&executor->spawns.tail, memory_order_seq_cst) - ended;
}

static bool is_drained(const void *executor)
{
	return executor_live((struct executor *)(uintptr_t)executor) == 0;
}

struct watched {
	struct task *task;
	struct future *fut;
};

static bool is_ended(const void *arg)
{
	const struct watched *watched = arg;
	return atomic_load_explicit(&watched->task->fut, memory_order_seq_cst) != watched->fut;
}

/* Whether the calling thread may wait for what workers do; errno says why not. */
static bool can_wait(const struct executor *executor)
{
	if (is_inherited(executor))
		errno = ESRCH;
	else if (is_own_worker(executor))
		errno = EDEADLK;
	else
		return true;
	return false;
}

int executor_wait(struct executor *executor, struct future *fut)
{
	if (!can_wait(executor))
		return -1;
	uint32_t count = slab_count(&executor->tasks);
	for (uint32_t number = 0; number < count; number++) {
		struct watched watched = {slab_at(&executor->tasks, number), fut};
		if (!is_ended(&watched)) {
			wait_until(is_ended, &watched, &watched.task->watcher);
			break;
		}
	}
	return 0;
}

int executor_drain(struct executor *executor)
{
	if (!can_wait(executor))
		return -1;
	wait_until(is_drained, executor, &executor->drainer);
	return 0;
}

void executor_delete(struct executor *executor)
{
	if (executor == NULL || is_inherited(executor))
		return;
	executor_drain(executor);
	end_workers(executor, executor->count);
	slab_give(&executors, executor->number);
}
