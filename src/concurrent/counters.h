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
 */

#ifndef MINIASYNC_CONCURRENT_COUNTERS_H
#define MINIASYNC_CONCURRENT_COUNTERS_H

#include <stdatomic.h>
#include <stdint.h>

#include "platform/os.h"

#define COUNTERS_MAX 14
#define COUNTERS_SHARDS 16

struct counters_shard {
	_Alignas(CACHE_LINE) _Atomic uint32_t owner; /* 0: nobody yet */
	_Atomic uint64_t figures[COUNTERS_MAX];
};

/* Zeroed memory is a set of counters. */
struct counters {
	struct counters_shard shards[COUNTERS_SHARDS + 1];
};

void counters_add(struct counters *counters, unsigned figure, uint64_t amount);
uint64_t counters_sum(struct counters *counters, unsigned figure);

#endif
