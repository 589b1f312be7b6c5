/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/* counters.c -- see counters.h. Threads are numbered from 1 as they come; no number comes twice. */

#include "concurrent/counters.h"

#include <stdbool.h>

static uint32_t thread_number(void)
{
	static _Atomic uint32_t last;
	static _Thread_local uint32_t mine;
	if (mine == 0)
		mine = atomic_fetch_add_explicit(&last, 1, memory_order_relaxed) + 1;
	return mine;
}

static bool shard_is_mine(struct counters_shard *shard, uint32_t me)
{
	uint32_t owner = atomic_load_explicit(&shard->owner, memory_order_relaxed);
	if (owner == 0)
		atomic_compare_exchange_strong_explicit(&shard->owner, &owner, me,
							memory_order_relaxed, memory_order_relaxed);
	return owner == me || owner == 0;
}

void counters_add(struct counters *counters, unsigned figure, uint64_t amount)
{
	uint32_t me = thread_number();
	struct counters_shard *shard = &counters->shards[me % COUNTERS_SHARDS];
	if (shard_is_mine(shard, me)) {
		uint64_t sum = atomic_load_explicit(&shard->figures[figure], memory_order_relaxed);
		atomic_store_explicit(&shard->figures[figure], sum + amount, memory_order_relaxed);
		return;
	}
	shard = &counters->shards[COUNTERS_SHARDS];
	atomic_fetch_add_explicit(&shard->figures[figure], amount, memory_order_relaxed);
}

uint64_t counters_sum(struct counters *counters, unsigned figure)
{
	uint64_t sum = 0;
	for (unsigned i = 0; i <= COUNTERS_SHARDS; i++)
		sum += atomic_load_explicit(&counters->shards[i].figures[figure],
					    memory_order_relaxed);
	return sum;
}
