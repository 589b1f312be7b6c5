/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/*
 * counters.h -- figures that many threads add to all the time and somebody sums up now and then.
 *
 * Threads add to shards, each on cache lines of its own. A shard belongs to the first thread that
 * comes to it, for good: only the owner writes it, so adding is a load and a store, no locked
 * instruction. Threads that find their shard taken share the last one and add atomically. Figures
 * publish nothing else, so every order is relaxed; a sum sees what the threads that its caller has
 * synchronised with have added.
 *
 * Threads are numbered from 1 as they come; no number comes twice.
 */

#ifndef MINIASYNC_CONCURRENT_COUNTERS_H
#define MINIASYNC_CONCURRENT_COUNTERS_H

#include <stdatomic.h>
#include <stdint.h>

#include "platform/os.h"

#define COUNTERS_MAX 31 /* a shard is 256 bytes: to find it takes a shift */
#define COUNTERS_SHARDS 16

struct counters_shard {
	_Alignas(CACHE_LINE) _Atomic uint32_t owner; /* 0: nobody yet */
	_Atomic uint64_t figures[COUNTERS_MAX];
};

/* Zeroed memory is a set of counters. */
struct counters {
	struct counters_shard shards[COUNTERS_SHARDS + 1];
};

/* The calling thread's number; 0: it has none yet. */
extern OS_THREAD_LOCAL uint32_t counters_thread;

/* The shard of a thread that does not own the one where it looked first. */
struct counters_shard *counters_find_shard(struct counters *counters);

/* The shard that this thread adds to. */
static inline struct counters_shard *counters_shard(struct counters *counters)
{
	uint32_t me = counters_thread;
	struct counters_shard *shard = &counters->shards[me % COUNTERS_SHARDS];
	if (me != 0 && atomic_load_explicit(&shard->owner, memory_order_relaxed) == me)
		return shard;
	return counters_find_shard(counters);
}

/* Adds to the shard that this thread was told to. */
static inline void counters_add_to(struct counters *counters, struct counters_shard *shard,
				   unsigned figure, uint64_t amount)
{
	_Atomic uint64_t *sum = &shard->figures[figure];
	if (shard == &counters->shards[COUNTERS_SHARDS]) /* the shared one */
		atomic_fetch_add_explicit(sum, amount, memory_order_relaxed);
	else
		atomic_store_explicit(sum, atomic_load_explicit(sum, memory_order_relaxed) + amount,
				      memory_order_relaxed);
}

static inline void counters_add(struct counters *counters, unsigned figure, uint64_t amount)
{
	counters_add_to(counters, counters_shard(counters), figure, amount);
}

uint64_t counters_sum(struct counters *counters, unsigned figure);

#endif
