/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/*
 * executor.h -- the executor's parts know each other: executor.c makes it and answers its users,
 * worker.c is the loop of a thread, task.c the life of a future, spawns.c what comes from outside,
 * timers.c the times that futures ask for.
 *
 * Everything that a waker touches outlives its executor: executors come from a slab that is never
 * ended, and keep their tasks and workers when they are given back. So a late wake-up is a spurious
 * one to whichever task, worker or executor it finds.
 */

#ifndef MINIASYNC_RUNTIME_EXECUTOR_H
#define MINIASYNC_RUNTIME_EXECUTOR_H

#include <libminiasync/executor.h>

#include "concurrent/event.h"
#include "concurrent/idle_set.h"
#include "concurrent/lock.h"
#include "concurrent/run_queue.h"
#include "concurrent/slab.h"
#include "runtime/deadlines.h"

#define EXECUTOR_WORKERS_MAX 1024
#define WORKER_SPARE 32

/* A future that was spawned: one cache line, for there may be a million of them. */
struct task {
	struct runnable runnable;
	_Atomic uint32_t state; /* see task.c */
	uint32_t number;
	struct worker
		*worker; /* that ran it last, or is to run it first; its executor's for ever */
	_Atomic(struct future *) fut;
	void (*done)(struct future *fut, void *arg);
	void *arg;
	_Atomic(void *) watcher; /* handle of a thread in executor_wait */
	bool timed;              /* it may be among the timers */
	_Atomic bool silent;     /* it promised to call its waker */
};
_Static_assert(sizeof(struct task) <= CACHE_LINE, "see above");

/* The times at which tasks want to be polled. */
struct timers {
	struct lock lock;
	struct deadlines deadlines; /* by the tasks' numbers */
	uint32_t capacity;          /* tasks that the lists are made for */
	_Atomic uint64_t first;     /* the earliest; OS_NEVER: none */
};

/* The tasks from outside that no worker has taken yet; see spawns.c. */
struct spawns {
	_Alignas(CACHE_LINE) struct lock lock;
	size_t capacity; /* of the ring; 0 or a power of two */
	struct task **ring;
	_Atomic size_t head; /* how many were taken */
	_Atomic size_t tail; /* how many were put */
};

struct worker {
	struct run_queue queue;
	struct event event;
	struct executor *executor;
	size_t index;
	unsigned turns; /* that the loop has made */
	size_t eager;   /* polls in a row that wanted another soon, with nothing new in between */
	size_t calm;    /* at so many of them it lets others have the CPU */
	const struct runnable *first; /* or when this one is polled again; NULL: none yet */
	unsigned calms;               /* how often it has, since one did not */
	struct os_thread thread;
	struct task *spare[WORKER_SPARE]; /* tasks that ended here, for the next ones */
	size_t spares;
	bool scant;             /* it has found few spawns the last time */
	_Atomic size_t spawned; /* tasks, from here; only this worker writes the two */
	_Atomic size_t ended;
};

struct executor {
	uint32_t number;     /* in the slab of executors */
	uint32_t generation; /* of the process with the workers (forks.h) */
	size_t count;        /* of workers */
	struct worker *workers[EXECUTOR_WORKERS_MAX]; /* more than count from former lives */
	struct slab tasks;
	struct timers timers;
	struct idle_set idle;
	_Atomic uint32_t
		searching; /* 1: a worker is awake, or being woken, that will look for work */
	_Atomic bool ending;
	_Atomic uint32_t kept;   /* 1: some sleeping worker is the timekeeper */
	_Atomic size_t keeper;   /* which one */
	_Atomic uint64_t check;  /* when to poll tasks that are silent */
	_Atomic uint32_t cursor; /* where to go on with that */
	_Atomic(void *) drainer; /* handle of a thread in executor_drain */
	struct spawns spawns;
};

/* How many tasks have not ended, or more; 0 only when there was a moment without any. */
size_t executor_live(struct executor *executor);

/* The worker that the calling thread is; NULL: none. */
struct worker *worker_current(void);
void worker_run(void *worker);

/* Has a task run: on this worker, when it is one of the executor's, or on the one that ran it. */
void executor_submit(struct task *task);

/* Wakes a worker that sleeps, if none is on its way: the one given if it can be, or any. */
void worker_wake_one(struct executor *executor, size_t rather);

static inline bool spawns_are_none(struct spawns *spawns)
{
	return atomic_load_explicit(&spawns->head, memory_order_relaxed) ==
	       atomic_load_explicit(&spawns->tail, memory_order_seq_cst);
}

/* False when there is no memory; else whether it is the first that waits. */
bool spawns_put(struct spawns *spawns, struct task *task, bool *first);
/* Moves a worker's share of what waits into its queue: how many. */
size_t spawns_take(struct spawns *spawns, struct worker *worker);

/* A task with no future in it; NULL: no memory. The worker is the calling one, or NULL. */
struct task *task_take(struct executor *executor, struct worker *worker);
/* There is no future in it any more: tells who waits for it. */
void task_vacate(struct task *task);
/* A waker's function. */
void task_wake(void *task);
/* Polls a task that was taken from a queue. */
void task_run(struct worker *worker, struct task *task);
/* A worker that has found nothing to run: whoever drains the executor may be done. */
void task_tell_drainer(struct worker *worker);
/* Wakes a number of tasks that have been silent for long. */
void task_check_silent(struct executor *executor);

/* False when there is no memory. */
bool timers_set(struct executor *executor, struct task *task, uint64_t time);
void timers_clear(struct executor *executor, struct task *task);
/* Wakes every task whose time has come. */
void timers_expire(struct executor *executor, uint64_t now);

#endif
