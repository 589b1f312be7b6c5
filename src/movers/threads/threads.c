/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/*
 * threads.c -- the threads mover is made, tuned, asked for its figures, and ended.
 */

#include "movers/threads/slot.h"

#include <errno.h>
#include <string.h>

#include "movers/kernel.h"

#define QUEUE_DEPTH_DEFAULT 1024
/*
 * Up to so many bytes, copying takes less time than waking a worker takes its waker.
 */
#define INLINE_SIZE_DEFAULT ((size_t)32 << 10)

static int threads_has_property(void *future, enum future_property property)
{
	(void)future;
	return property == FUTURE_PROPERTY_ASYNC;
}

/* As many as there are CPUs, less the one of the thread that waits, which lends itself. */
static size_t default_workers(const struct data_mover_threads_options *options)
{
	size_t cpus = options->cpus != NULL ? options->cpu_count : os_usable_cpus();
	return cpus > 1 ? cpus - 1 : 1;
}

static int check_options(const struct data_mover_threads_options *options)
{
	if (options->size != sizeof(*options) || options->threads > POOL_WORKERS_MAX ||
	    options->queue_depth > POOL_DEPTH_MAX ||
	    (unsigned)options->notifier > FUTURE_NOTIFIER_POLLER ||
	    (options->cpus == NULL) != (options->cpu_count == 0))
		return EINVAL;
	for (size_t i = 0; i < options->cpu_count; i++)
		if (!os_cpu_is_usable(options->cpus[i]))
			return EINVAL;
	return 0;
}

static int begin(struct data_mover_threads *mover, const struct data_mover_threads_options *options)
{
	vdm_polled_init(&mover->polled, threads_poll, kernel_capabilities(), threads_has_property);
	mover->notifier = options->notifier;
	data_mover_threads_set_inline_size(mover, INLINE_SIZE_DEFAULT);
	mover->slots = (struct slab)SLAB_INIT(sizeof(struct slot), 64);

	struct os_thread_options thread = {
		.name = options->thread_name != NULL ? options->thread_name : "miniasync",
		.cpus = options->cpus,
		.cpu_count = options->cpu_count,
		.stack_size = options->stack_size,
	};
	size_t workers = options->threads != 0 ? options->threads : default_workers(options);
	size_t depth = options->queue_depth != 0 ? options->queue_depth : QUEUE_DEPTH_DEFAULT;
	uint32_t rounded = 1;
	while (rounded < depth)
		rounded *= 2;
	return pool_begin(&mover->pool, workers, rounded, &thread, threads_run, mover);
}

struct data_mover_threads *data_mover_threads_new_with(
	const struct data_mover_threads_options *options)
{
	struct data_mover_threads *mover = NULL;
	int error = check_options(options);
	if (error == 0) {
		mover = os_allocate_zeroed(sizeof(*mover));
		error = mover != NULL ? begin(mover, options) : ENOMEM;
	}
	if (error == 0)
		return mover;
	os_free(mover);
	errno = error;
	return NULL;
}

struct data_mover_threads *data_mover_threads_new(size_t nthreads, size_t ringbuf_size,
						  enum future_notifier_type desired_notifier)
{
	struct data_mover_threads_options options = DATA_MOVER_THREADS_OPTIONS_INIT;
	if (ringbuf_size == 0) {
		errno = EINVAL;
		return NULL;
	}
	options.threads = nthreads;
	options.queue_depth = ringbuf_size;
	options.notifier = desired_notifier;
	return data_mover_threads_new_with(&options);
}

struct data_mover_threads *data_mover_threads_default(void)
{
	struct data_mover_threads_options options = DATA_MOVER_THREADS_OPTIONS_INIT;
	return data_mover_threads_new_with(&options);
}

struct vdm *data_mover_threads_get_vdm(struct data_mover_threads *mover)
{
	return &mover->polled.vdm;
}

/* Follows a change of what it depends on. */
static void set_plain_below(struct data_mover_threads *mover)
{
	bool users_own =
		mover->memcpy_fn != NULL || mover->memmove_fn != NULL || mover->memset_fn != NULL;
	if (users_own || mover->inline_size == 0)
		mover->plain_below = 0;
	else if (mover->inline_size < MEMORY_ALWAYS_CACHED)
		mover->plain_below = mover->inline_size + 1;
	else
		mover->plain_below = MEMORY_ALWAYS_CACHED;
}

void data_mover_threads_set_memcpy_fn(struct data_mover_threads *mover, memcpy_fn op_memcpy)
{
	mover->memcpy_fn = op_memcpy;
	set_plain_below(mover);
}

void data_mover_threads_set_memmove_fn(struct data_mover_threads *mover, memmove_fn op_memmove)
{
	mover->memmove_fn = op_memmove;
	set_plain_below(mover);
}

void data_mover_threads_set_memset_fn(struct data_mover_threads *mover, memset_fn op_memset)
{
	mover->memset_fn = op_memset;
	set_plain_below(mover);
}

void data_mover_threads_set_inline_size(struct data_mover_threads *mover, size_t bytes)
{
	mover->inline_size = bytes;
	set_plain_below(mover);
}

/* Operations of a type. */
static uint64_t completed(struct data_mover_threads *mover, unsigned type)
{
	return counters_sum(&mover->counters, THREADS_FINISHED + type) +
	       counters_sum(&mover->counters, THREADS_INLINED + type);
}

void data_mover_threads_get_stats(struct data_mover_threads *mover,
				  struct data_mover_threads_stats *stats)
{
	struct data_mover_threads_stats now = {.size = stats->size};
	for (unsigned type = 0; type < 4; type++) {
		now.operations[type] = completed(mover, type);
		now.bytes[type] = counters_sum(&mover->counters, THREADS_BYTES + type);
	}
	now.memcpyv_operations = completed(mover, VDM_OPERATION_MEMCPYV);
	now.memcpyv_bytes = counters_sum(&mover->counters, THREADS_BYTES + VDM_OPERATION_MEMCPYV);
	for (unsigned type = 0; type < OPERATION_TYPES; type++)
		now.inlined += counters_sum(&mover->counters, THREADS_INLINED + type);
	now.queued = counters_sum(&mover->counters, THREADS_QUEUED);
	now.refused = counters_sum(&mover->counters, THREADS_REFUSED);
	now.canceled = counters_sum(&mover->counters, THREADS_CANCELED);
	now.queue_depth = pool_depth(&mover->pool);
	now.queue_depth_max = atomic_load_explicit(&mover->depth_max, memory_order_relaxed);
	now.woken = atomic_load_explicit(&mover->pool.woken, memory_order_relaxed);
	memcpy(stats, &now, stats->size < sizeof(now) ? stats->size : sizeof(now));
}

void data_mover_threads_delete(struct data_mover_threads *mover)
{
	if (mover == NULL)
		return;
	pool_end(&mover->pool);
	slab_end(&mover->slots);
	os_free(mover);
}
