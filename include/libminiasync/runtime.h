/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/*
 * libminiasync/runtime.h -- waiting for futures without busy polling.
 *
 * A wait polls each future once, then again only when its answer (future.h) says that it is worth
 * while: its waker was called, its time has come, or it asked to be polled again soon. In between
 * the thread spins briefly, then sleeps. Waking one future costs O(1) however many are waited for;
 * complete ones cost nothing. A future that promised to call its waker and does not is polled every
 * now and then all the same, after 32 ms at first, so that a wait ends in spite of it.
 *
 * Before it sleeps, a waiting thread may lend itself to the engines it waits for, and do a piece of
 * their queued work.
 */

#ifndef LIBMINIASYNC_RUNTIME_H
#define LIBMINIASYNC_RUNTIME_H 1

#include <libminiasync/future.h>

MINIASYNC_BEGIN_DECLARATIONS

/* Where futures are waited for. Any number of threads may wait on one runtime at the same time. */
struct runtime;

/* runtime_new -- a runtime, or NULL with errno ENOMEM. */
MINIASYNC_API struct runtime *runtime_new(void);

/* runtime_delete -- ends a runtime on which nobody waits. NULL is nothing to delete. */
MINIASYNC_API void runtime_delete(struct runtime *runtime);

/*
 * runtime_wait -- returns when the future is complete; at once if it is already.
 *
 * The runtime may be NULL: a wait needs nothing of it. The future must not be polled by anyone else
 * meanwhile. Allocates nothing once a thread has waited before.
 */
MINIASYNC_API void runtime_wait(struct runtime *runtime, struct future *fut);

/*
 * runtime_wait_multiple -- returns when all n futures are complete. Those that have the property
 * FUTURE_PROPERTY_ASYNC are started first; otherwise they start in the array's order, and the array
 * is left as it is.
 *
 * Takes some 24 bytes of memory for each future while it waits, and keeps one byte each for the
 * waits to come. When there is no memory it polls more than it must, and still ends.
 */
MINIASYNC_API void runtime_wait_multiple(struct runtime *runtime, struct future *futs[], size_t n);

MINIASYNC_END_DECLARATIONS

#endif /* LIBMINIASYNC_RUNTIME_H */
