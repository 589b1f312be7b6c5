/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/*
 * memory.h -- the kernels: move, fill and flush, each the best that this CPU has.
 *
 * Which instructions serve is found out once, on first use; any thread may call. Stores are ordered
 * as ordinary ones are, those that bypass the cache included: what the caller publishes next with
 * release order publishes them too. An empty operation does nothing, whatever its pointers.
 */

#ifndef MINIASYNC_MEMORY_MEMORY_H
#define MINIASYNC_MEMORY_MEMORY_H

#include <stddef.h>

/* How to write; the values are those of VDM_F_MEM_DURABLE and VDM_F_NO_CACHE_HINT. */
#define MEMORY_DURABLE (1U << 0)      /* in persistent memory before the function returns */
#define MEMORY_BYPASS_CACHE (1U << 1) /* with non-temporal stores, whatever the size */
/* Beside those: without the fence at its end, which is the caller's then, by memory_fence. */
#define MEMORY_FENCE_LATER (1U << 2)

/* The ranges of a move may overlap; that costs one whose ranges do not a comparison. */
void memory_move(void *dest, const void *src, size_t n, unsigned how);
void memory_fill(void *dest, int c, size_t n, unsigned how);

/* Ends what was written with MEMORY_FENCE_LATER: one fence for many, for each takes 100 ns. */
void memory_fence(void);

/* Writes back every cache line that the range touches, and waits until that is done. */
void memory_flush(const void *start, size_t n);

/* Whether this CPU can write back cache lines; else MEMORY_DURABLE and flush may not be asked. */
int memory_can_flush(void);

/*
 * From how many bytes, read and written together, an operation bypasses the cache unasked. Who runs
 * one in pieces compares the whole with it, and then asks MEMORY_BYPASS_CACHE for each piece.
 */
size_t memory_cached_limit(void);

/* No cache is so small that less than this would bypass it unasked: libc serves it as well. */
#define MEMORY_ALWAYS_CACHED ((size_t)64 << 10)

#endif
