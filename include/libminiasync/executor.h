/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/*
 * libminiasync/executor.h -- futures on several threads.
 *
 * An executor polls the futures that are spawned on it, each on one worker at a time, when it is
 * spawned, when its waker is called, and when its time has come. A worker runs what was woken on
 * it; idle workers take work from busy ones, then sleep at no cost. Spawning and waking are cheap,
 * also from within a poll, and wakers may be called from any thread and from signal handlers.
 */

#ifndef LIBMINIASYNC_EXECUTOR_H
#define LIBMINIASYNC_EXECUTOR_H 1

#include <libminiasync/future.h>

MINIASYNC_BEGIN_DECLARATIONS

/* Workers, and the futures that run on them. Any thread may use an executor. */
struct executor;

/*
 * executor_new -- an executor with so many worker threads; 0: as many as there are CPUs that this
 * process may use.
 *
 * NULL on failure, with errno: EINVAL (more than 1024), ENOMEM, EAGAIN (a thread could not be
 * started). Nothing is left behind then.
 */
MINIASYNC_API struct executor *executor_new(size_t threads);

/*
 * executor_spawn -- has a future run to its end.
 *
 * The future stays the caller's, must stay where it is, and may be polled by nobody else until it
 * is complete. Then done (NULL for none) is called, once, on a worker, with the future and arg; in
 * it the future may be freed, and others be spawned. May be called from within a poll.
 *
 * 0, or -1 with errno ENOMEM, or ESRCH in the child of a fork, for the workers are the parent's.
 */
MINIASYNC_API int executor_spawn(struct executor *executor, struct future *fut,
				 void (*done)(struct future *fut, void *arg), void *arg);

/*
 * executor_wait -- returns when a future that was spawned is complete and its done has returned; at
 * once when there is no such future any more. Looks for it among all that are running.
 *
 * 0, or -1 with errno EDEADLK on one of the executor's own workers, ESRCH in the child of a fork.
 */
MINIASYNC_API int executor_wait(struct executor *executor, struct future *fut);

/*
 * executor_drain -- returns when every future is complete and every done has returned, those
 * included that were spawned meanwhile.
 *
 * 0, or -1 with errno EDEADLK on one of the executor's own workers, ESRCH in the child of a fork.
 */
MINIASYNC_API int executor_drain(struct executor *executor);

/*
 * executor_delete -- drains the executor, then ends its workers. Not to be called on one of these,
 * nor while others still spawn. In the child of a fork it waits for nothing. NULL is nothing to
 * delete.
 */
MINIASYNC_API void executor_delete(struct executor *executor);

MINIASYNC_END_DECLARATIONS

#endif /* LIBMINIASYNC_EXECUTOR_H */
