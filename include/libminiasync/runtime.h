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

/*
 * Where futures are waited for. Any number of threads may wait on one runtime at the same time; its
 * growing set (runtime_add and what follows) is used by one thread at a time.
 */
struct runtime;

/* runtime_new -- a runtime, or NULL with errno ENOMEM. */
MINIASYNC_API struct runtime *runtime_new(void);

/*
 * runtime_delete -- ends a runtime on which nobody waits. Futures of its set that are pending stay
 * valid, and may be polled or waited for elsewhere. NULL is nothing to delete.
 */
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

/*
 * Times are nanoseconds; UINT64_MAX waits for ever, 0 polls and does not wait.
 *
 * runtime_wait_timeout, runtime_wait_multiple_timeout -- the same waits with an end: 0 when all is
 * complete, -1 with errno ETIMEDOUT when the time came first. The futures stay valid and can be
 * waited for again. What they work on is theirs until they are complete: to give up on them, cancel
 * them and wait once more.
 */
MINIASYNC_API int runtime_wait_timeout(struct runtime *runtime, struct future *fut,
				       uint64_t timeout);
MINIASYNC_API int runtime_wait_multiple_timeout(struct runtime *runtime, struct future *futs[],
						size_t n, uint64_t timeout);

/*
 * runtime_wait_any -- returns when one of n futures is complete, with its index. They are started
 * as by runtime_wait_multiple, up to one that completes at its first poll: those in front of it in
 * the array, and ASYNC ones behind it too. The others stay valid, and pending if they were started.
 *
 * 0, or -1 with errno ETIMEDOUT, or EINVAL when n is 0.
 */
MINIASYNC_API int runtime_wait_any(struct runtime *runtime, struct future *futs[], size_t n,
				   uint64_t timeout, size_t *index);

/*
 * runtime_add -- puts a future into the runtime's set, where it is polled by runtime_next until it
 * is complete. It stays the caller's and must stay where it is until then. The cookie is given back
 * with it. May be called from within a poll.
 *
 * 0, or -1 with errno ENOMEM (no memory, or 2^24 futures are in the set), or, in debug builds,
 * EEXIST for a future that is in the set already.
 * Costs O(1), some 50 bytes for each future in amortised doublings.
 */
MINIASYNC_API int runtime_add(struct runtime *runtime, struct future *fut, void *cookie);

/*
 * runtime_next -- polls the set until one of its futures is complete, takes that one out of it and
 * returns it. The cookie may be NULL for one that is not wanted.
 *
 * NULL with errno ETIMEDOUT when the time came first, or ENOENT when the set is empty. With a
 * timeout of 0 it polls a bounded number of futures, once. Costs O(1) for each wake-up and each
 * completion, however many futures are in the set.
 */
MINIASYNC_API struct future *runtime_next(struct runtime *runtime, uint64_t timeout, void **cookie);

/* runtime_count -- how many futures are in the set: added, and not returned or removed since. */
MINIASYNC_API size_t runtime_count(struct runtime *runtime);

/*
 * runtime_remove -- takes a future out of the set, pending or not; it stays valid. 0, or -1 with
 * errno ENOENT. Looks at every future in the set.
 */
MINIASYNC_API int runtime_remove(struct runtime *runtime, struct future *fut);

/*
 * runtime_fd -- a descriptor for poll(2), epoll(7) or an event loop: readable whenever runtime_next
 * with a timeout of 0 could make progress, and now and then when it could not. Call that until it
 * returns NULL or enough has been done; never read from the descriptor nor close it: it is the
 * runtime's, and the same at every call. The child of a fork calls this again, for one of its own.
 *
 * Beside a future that wants another poll soon it is readable at once, and after some dozens of
 * polls that brought nothing every 20 microseconds, growing to a millisecond, so that the loop
 * sleeps as a wait would.
 *
 * -1 with errno ENOMEM, EMFILE, ENFILE or ENOSPC. Made at the first call; from then on each call of
 * runtime_next costs some system calls more.
 */
MINIASYNC_API int runtime_fd(struct runtime *runtime);

MINIASYNC_END_DECLARATIONS

#endif /* LIBMINIASYNC_RUNTIME_H */
