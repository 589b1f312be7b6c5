/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/*
 * libminiasync/data_mover_threads.h -- the mover that works on a pool of threads.
 *
 * An operation runs where it is cheapest. One that is smaller than what handing it over costs runs
 * inside its first poll. A larger one is queued; a large one is cut into pieces that the workers
 * share, among them a thread that waits for it in runtime_wait and would otherwise sleep. When the
 * queue is full an operation is not started; it asks to be polled again, and nothing is lost.
 *
 * The child of a fork has no workers: there an operation that needs one, or that was started
 * before, ends as VDM_ERROR_JOB_CORRUPTED, and smaller ones run in their first poll as ever.
 *
 * It supports all operations; VDM_F_MEM_DURABLE and flush need a CPU that can write back cache
 * lines.
 */

#ifndef LIBMINIASYNC_DATA_MOVER_THREADS_H
#define LIBMINIASYNC_DATA_MOVER_THREADS_H 1

#include <libminiasync/vdm.h>

MINIASYNC_BEGIN_DECLARATIONS

struct data_mover_threads;

/*
 * Copy functions of one's own: called once per operation, or for each segment of a memcpyv that is
 * not empty, on a worker, with its flags as given.
 */
typedef void *(*memcpy_fn)(void *dst, const void *src, size_t n, unsigned flags);
typedef void *(*memmove_fn)(void *dst, const void *src, size_t n, unsigned flags);
typedef void *(*memset_fn)(void *str, int c, size_t n, unsigned flags);

/*
 * data_mover_threads_new -- a mover with nthreads workers and a queue of ringbuf_size operations.
 *
 * nthreads           0: as many as pay on the CPUs that this process may use
 * ringbuf_size       1 or more, rounded up to a power of two
 * desired_notifier   how pending operations say that they are done (future.h): WAKER suits
 *                    runtime_wait; with NONE they are polled
 *
 * NULL on failure, with errno: EINVAL (a size of 0, an absurd size or count, no such notifier),
 * ENOMEM, EAGAIN (a thread could not be started). Nothing is left behind then.
 */
MINIASYNC_API struct data_mover_threads *data_mover_threads_new(
	size_t nthreads, size_t ringbuf_size, enum future_notifier_type desired_notifier);

/* data_mover_threads_default -- a mover as the defaults of the options below make it. */
MINIASYNC_API struct data_mover_threads *data_mover_threads_default(void);

/*
 * What a mover can be made with. Set it up with DATA_MOVER_THREADS_OPTIONS_INIT, which chooses
 * every default, then change members; the size tells the library which members the program knew.
 */
struct data_mover_threads_options {
	size_t size;                        /* bytes of this struct */
	size_t threads;                     /* workers; 0: as many as pay */
	size_t queue_depth;                 /* operations queued at most; 0: 1024 */
	enum future_notifier_type notifier; /* FUTURE_NOTIFIER_WAKER */
	const char *thread_name;            /* up to 15 bytes of it are kept; NULL: "miniasync" */
	const unsigned *cpus;               /* the numbers of CPUs to keep to; NULL: any */
	size_t cpu_count;                   /* how many numbers there are */
	size_t stack_size;                  /* bytes of a worker's stack; 0: the system's default */
};

#define DATA_MOVER_THREADS_OPTIONS_INIT                                                       \
	{                                                                                     \
		sizeof(struct data_mover_threads_options), 0, 0, FUTURE_NOTIFIER_WAKER, NULL, \
			NULL, 0, 0                                                            \
	}

/*
 * data_mover_threads_new_with -- a mover made to order; the options are read, not kept.
 *
 * NULL on failure, with errno as data_mover_threads_new; EINVAL as well when the options' size is
 * not one that a release had, or a CPU is named that this process cannot use.
 */
MINIASYNC_API struct data_mover_threads *data_mover_threads_new_with(
	const struct data_mover_threads_options *options);

/* data_mover_threads_get_vdm -- the mover as a vdm, valid until the mover is deleted. */
MINIASYNC_API struct vdm *data_mover_threads_get_vdm(struct data_mover_threads *mover);

/*
 * data_mover_threads_set_memcpy_fn and its siblings -- use a function of one's own for an
 * operation; that for memcpy serves memcpyv too. Set them before the first operation is polled.
 * Such operations always run on a worker, uncut.
 */
MINIASYNC_API void data_mover_threads_set_memcpy_fn(struct data_mover_threads *mover,
						    memcpy_fn op_memcpy);
MINIASYNC_API void data_mover_threads_set_memmove_fn(struct data_mover_threads *mover,
						     memmove_fn op_memmove);
MINIASYNC_API void data_mover_threads_set_memset_fn(struct data_mover_threads *mover,
						    memset_fn op_memset);

/*
 * data_mover_threads_set_inline_size -- operations of up to so many bytes run inside their first
 * poll; 0: none does. A segment of a memcpyv counts as 64 bytes more than it has. Set it before the
 * first operation is polled.
 */
MINIASYNC_API void data_mover_threads_set_inline_size(struct data_mover_threads *mover,
						      size_t bytes);

/* What a mover has done so far. Counted per thread and summed here: each figure is exact once the
 * operations it counts are complete, and the figures need not agree with each other before. */
struct data_mover_threads_stats {
	size_t size;                 /* bytes of this struct: set it before the call */
	uint64_t operations[4];      /* completed, by enum vdm_operation_type, memcpyv aside */
	uint64_t bytes[4];           /* moved by those, likewise */
	uint64_t inlined;            /* of the operations, those that ran inside their first poll */
	uint64_t queued;             /* operations left to workers and to who waits */
	uint64_t refused;            /* polls that found the queue full */
	uint64_t canceled;           /* operations that ended as VDM_ERROR_CANCELED */
	uint64_t queue_depth;        /* entries queued now */
	uint64_t queue_depth_max;    /* and at most, so far */
	uint64_t woken;              /* times that a worker which slept was woken */
	uint64_t memcpyv_operations; /* completed: each one operation, whatever its segments */
	uint64_t memcpyv_bytes;      /* moved by those */
};

#define DATA_MOVER_THREADS_STATS_INIT                                                            \
	{                                                                                        \
		sizeof(struct data_mover_threads_stats), {0, 0, 0, 0}, {0, 0, 0, 0}, 0, 0, 0, 0, \
			0, 0, 0, 0, 0                                                            \
	}

/* data_mover_threads_get_stats -- fills in the figures; from any thread, at any time. */
MINIASYNC_API void data_mover_threads_get_stats(struct data_mover_threads *mover,
						struct data_mover_threads_stats *stats);

/*
 * data_mover_threads_delete -- waits for every operation that was started, then ends the mover.
 * Pending futures of the mover may not be polled any more. In the child of a fork it waits for
 * nothing. NULL is nothing to delete.
 */
MINIASYNC_API void data_mover_threads_delete(struct data_mover_threads *mover);

MINIASYNC_END_DECLARATIONS

#endif /* LIBMINIASYNC_DATA_MOVER_THREADS_H */
