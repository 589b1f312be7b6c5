/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/*
 * memory.c -- which way each operation goes: libc, which is best at all that fits the cache, or a
 * streaming kernel; and what is to be written back after it.
 */

#include "memory/memory.h"

#include <stdint.h>
#include <string.h>

#include "memory/kernels.h"
#include "platform/cpu.h"
#include "platform/os.h"

/* Asked to bypass the cache: below this the fence, 100 ns and more, costs what fetching does. */
#define BYPASS_FROM ((size_t)1 << 10)

/*
 * Overlapping ranges closer than this are libc's: lines would be streamed that have just been read.
 * 64 MiB moved by 4 KiB: libc 16 GB/s, AVX2 13, AVX-512 18; by 16 KiB: 12.5, 13, 18.
 */
#define OVERLAP_APART ((size_t)16 << 10)

static struct memory_kernels kernels_of_this_machine(void)
{
	return memory_kernels_for(cpu_features(), cpu_cache_size());
}

/*
 * Durable data must leave the cache anyway: streamed it does so in no more time than copied and
 * written back, and in half of it from some KiB on.
 */
static int streams(const struct memory_kernels *kernels, size_t n, size_t touched, unsigned how)
{
	if (kernels->streaming == NULL)
		return 0;
	if (how & MEMORY_DURABLE && kernels->streaming->leaves_cache)
		return 1;
	if (how & MEMORY_BYPASS_CACHE && n >= BYPASS_FROM)
		return 1;
	return touched >= kernels->cached;
}

/* Only the lines that a streaming kernel does not own whole are still in the cache. */
static void write_back_ends(const struct memory_flushing *flushing, const char *start,
			    const char *end)
{
	if ((uintptr_t)start % CACHE_LINE != 0)
		flushing->write_back(start, start + 1);
	if ((uintptr_t)end % CACHE_LINE != 0)
		flushing->write_back(end - 1, end);
}

/* What is left to do behind the stores. One fence serves all, for each takes a hundred ns. */
static void finish(const struct memory_kernels *kernels, const char *start, size_t n, unsigned how,
		   int streamed)
{
	const struct memory_flushing *flushing = kernels->flushing;
	int fences = !(how & MEMORY_FENCE_LATER);

	if (!(how & MEMORY_DURABLE) || flushing == NULL) {
		if (streamed && fences)
			kernels->streaming->fence();
		return;
	}
	if (streamed && kernels->streaming->leaves_cache)
		write_back_ends(flushing, start, start + n);
	else
		flushing->write_back(start, start + n);
	if (fences)
		flushing->fence();
}

void memory_fence_by(const struct memory_kernels *kernels)
{
	if (kernels->flushing != NULL)
		kernels->flushing->fence();
	else if (kernels->streaming != NULL)
		kernels->streaming->fence();
}

void memory_move_by(const struct memory_kernels *kernels, void *dest, const void *src, size_t n,
		    unsigned how)
{
	if (n == 0)
		return;
	uintptr_t to = (uintptr_t)dest, from = (uintptr_t)src;
	size_t distance = to < from ? from - to : to - from;
	size_t touched = n + (distance < n ? distance : n);
	int streamed =
		(distance >= n || distance >= OVERLAP_APART) && streams(kernels, n, touched, how);

	if (!streamed)
		memmove(dest, src, n);
	else if (to < from || distance >= n)
		kernels->streaming->copy_forward(dest, src, n);
	else
		kernels->streaming->copy_backward(dest, src, n);
	finish(kernels, dest, n, how, streamed);
}

void memory_fill_by(const struct memory_kernels *kernels, void *dest, int c, size_t n, unsigned how)
{
	if (n == 0)
		return;
	int streamed = streams(kernels, n, n, how);

	if (streamed)
		kernels->streaming->fill(dest, c, n);
	else
		memset(dest, c, n);
	finish(kernels, dest, n, how, streamed);
}

void memory_flush_by(const struct memory_kernels *kernels, const void *start, size_t n)
{
	if (n == 0 || kernels->flushing == NULL)
		return;
	kernels->flushing->write_back(start, (const char *)start + n);
	kernels->flushing->fence();
}

void memory_move(void *dest, const void *src, size_t n, unsigned how)
{
	struct memory_kernels kernels = kernels_of_this_machine();
	memory_move_by(&kernels, dest, src, n, how);
}

void memory_fill(void *dest, int c, size_t n, unsigned how)
{
	struct memory_kernels kernels = kernels_of_this_machine();
	memory_fill_by(&kernels, dest, c, n, how);
}

void memory_fence(void)
{
	struct memory_kernels kernels = kernels_of_this_machine();
	memory_fence_by(&kernels);
}

void memory_flush(const void *start, size_t n)
{
	struct memory_kernels kernels = kernels_of_this_machine();
	memory_flush_by(&kernels, start, n);
}

int memory_can_flush(void)
{
	return kernels_of_this_machine().flushing != NULL;
}

size_t memory_cached_limit(void)
{
	return kernels_of_this_machine().cached;
}
