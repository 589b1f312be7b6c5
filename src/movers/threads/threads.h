/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/*
 * threads.h -- the threads mover's parts know each other: threads.c makes it, operation.c is what
 * its users poll, pieces.c what its workers run.
 */

#ifndef MINIASYNC_MOVERS_THREADS_THREADS_H
#define MINIASYNC_MOVERS_THREADS_THREADS_H

#include <libminiasync/data_mover_threads.h>

#include "concurrent/counters.h"
#include "concurrent/slab.h"
#include "movers/threads/pool.h"
#include "vdm/polled.h"

#define OPERATION_TYPES (VDM_OPERATION_MEMCPYV + 1)

/* The figures that are counted; the first three are one for each type of operation. */
enum threads_figure {
	THREADS_FINISHED = 0,                                 /* on workers, or in pieces */
	THREADS_INLINED = THREADS_FINISHED + OPERATION_TYPES, /* within their first poll */
	THREADS_BYTES = THREADS_INLINED + OPERATION_TYPES,
	THREADS_QUEUED = THREADS_BYTES + OPERATION_TYPES,
	THREADS_REFUSED,
	THREADS_CANCELED,
	THREADS_FIGURES
};
_Static_assert(THREADS_FIGURES <= COUNTERS_MAX, "there is a counter for each");

struct data_mover_threads {
	struct vdm_polled polled;
	enum future_notifier_type notifier;
	size_t inline_size; /* bytes up to which an operation runs inside its first poll */
	size_t plain_below; /* bytes below which one without wishes runs there as libc does it */
	memcpy_fn memcpy_fn;
	memmove_fn memmove_fn;
	memset_fn memset_fn;
	struct slab slots;
	struct counters counters;
	_Atomic uint32_t depth_max;
	struct pool pool;
};

/* Counts a successful operation of so many bytes, as FINISHED or INLINED. */
static inline void threads_count(struct data_mover_threads *mover, enum threads_figure how,
				 const struct vdm_operation *operation, size_t n)
{
	struct counters_shard *shard = counters_shard(&mover->counters);
	unsigned type = (unsigned)operation->type;
	counters_add_to(&mover->counters, shard, how + type, 1);
	counters_add_to(&mover->counters, shard, THREADS_BYTES + type, n);
}

/* The op_poll of the mover. */
enum future_state threads_poll(struct vdm *vdm, struct vdm_operation *operation,
			       struct future_notifier *notifier, unsigned flags);

/* Runs a piece of the operation in a slot: what the pool does with a ticket. */
void threads_run(void *mover, uint32_t slot_number, bool lends);

#endif
