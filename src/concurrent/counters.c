/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/* counters.c -- see counters.h. */

#include "concurrent/counters.h"

OS_THREAD_LOCAL uint32_t counters_thread;

struct counters_shard *counters_find_shard(struct counters *counters)
{
	static _Atomic uint32_t last;
	if (counters_thread == 0)
		counters_thread = atomic_fetch_add_explicit(&last, 1, memory_order_relaxed) + 1;

	struct counters_shard *shard = &counters->shards[counters_thread % COUNTERS_SHARDS];
	uint32_t owner = 0;
	if (atomic_compare_exchange_strong_explicit(&shard->owner, &owner, counters_thread,
						    memory_order_relaxed, memory_order_relaxed) ||
	    owner == counters_thread)
		return shard;
	return &counters->shards[COUNTERS_SHARDS]; /* which nobody owns */
}

uint64_t counters_sum(struct counters *counters, unsigned figure)
{
	uint64_t sum = 0;
	for (unsigned i = 0; i <= COUNTERS_SHARDS; i++)
		sum += atomic_load_explicit(&counters->shards[i].figures[figure],
					    memory_order_relaxed);
	return sum;
}
