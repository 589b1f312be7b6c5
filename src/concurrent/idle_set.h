/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/*
 * idle_set.h -- which workers sleep, or are about to. A bit for each.
 *
 * A worker that found nothing to do prepares its event, enters, and looks for work once more; only
 * then does it sleep. Whoever makes work publishes it, then looks for an idle worker. Both orders
 * are sequentially consistent, so one of the two sees the other. Whoever clears a worker's bit has
 * claimed it and signals its event, so each claim wakes a worker of its own, and nobody is woken
 * while all are busy.
 *
 * proofs/pool.pml and proofs/executor.pml check this.
 */

#ifndef MINIASYNC_CONCURRENT_IDLE_SET_H
#define MINIASYNC_CONCURRENT_IDLE_SET_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>

#include "platform/os.h"

#define IDLE_SET_MAX 4096
#define IDLE_SET_NOBODY SIZE_MAX

/* Zeroed memory is a set without anybody in it. */
struct idle_set {
	_Atomic size_t count; /* of workers; set before the first enters */
	_Alignas(CACHE_LINE) _Atomic uint64_t bits[IDLE_SET_MAX / 64];
};

static inline void idle_set_enter(struct idle_set *set, size_t worker)
{
	atomic_fetch_or_explicit(&set->bits[worker / 64], UINT64_C(1) << worker % 64,
				 memory_order_seq_cst);
}

/* Takes a worker out: true for the one caller that did. */
static inline bool idle_set_claim(struct idle_set *set, size_t worker)
{
	uint64_t bit = UINT64_C(1) << worker % 64;
	_Atomic uint64_t *bits = &set->bits[worker / 64];
	return (atomic_load_explicit(bits, memory_order_seq_cst) & bit) != 0 &&
	       (atomic_fetch_and_explicit(bits, ~bit, memory_order_seq_cst) & bit) != 0;
}

static inline bool idle_set_is_empty(struct idle_set *set)
{
	size_t count = atomic_load_explicit(&set->count, memory_order_relaxed);
	for (size_t i = 0; i * 64 < count; i++)
		if (atomic_load_explicit(&set->bits[i], memory_order_seq_cst) != 0)
			return false;
	return true;
}

/* Claims some worker, or IDLE_SET_NOBODY. */
static inline size_t idle_set_claim_any(struct idle_set *set)
{
	size_t count = atomic_load_explicit(&set->count, memory_order_relaxed);
	for (size_t i = 0; i * 64 < count; i++) {
		uint64_t bits = atomic_load_explicit(&set->bits[i], memory_order_seq_cst);
		for (; bits != 0; bits &= bits - 1) {
			size_t worker = i * 64 + (size_t)__builtin_ctzll(bits);
			if (idle_set_claim(set, worker))
				return worker;
		}
	}
	return IDLE_SET_NOBODY;
}

#endif
