/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/*
 * kernel.h -- an operation meets the kernels of src/memory: for the movers that use the CPU.
 */

#ifndef MINIASYNC_MOVERS_KERNEL_H
#define MINIASYNC_MOVERS_KERNEL_H

#include <stdbool.h>
#include <string.h>

#include "memory/memory.h"
#include "movers/segments.h"
#include "vdm/polled.h"

_Static_assert(MEMORY_DURABLE == VDM_F_MEM_DURABLE && MEMORY_BYPASS_CACHE == VDM_F_NO_CACHE_HINT,
	       "an operation's flags are handed to the kernels as they are");

/* What the CPU can do here. */
static inline unsigned kernel_capabilities(void)
{
	unsigned all = VDM_CAPABILITY_OPERATIONS | VDM_CAPABILITY_MEMCPYV | VDM_F_VALID_FLAGS;
	return memory_can_flush() ? all : all & ~(VDM_CAPABILITY_FLUSH | VDM_F_MEM_DURABLE);
}

/* How to write an operation or a piece of one, which as a whole may not fit the cache. */
static inline unsigned kernel_how(const struct vdm_operation *operation, unsigned flags,
				  size_t streams)
{
	size_t n = vdm_operation_size(operation);
	if (n < MEMORY_ALWAYS_CACHED || n < memory_cached_limit() / streams)
		return flags;
	return flags | MEMORY_BYPASS_CACHE;
}

/*
 * Runs what is asked most, a small operation without wishes: every machine supports it and libc
 * does it best. False: it is not below so many bytes, or is something else, and is kernel_run's.
 */
static inline bool kernel_run_plain(const struct vdm_operation *operation, size_t below)
{
	size_t n = operation->data.memcpy.n;
	if ((unsigned)operation->type > VDM_OPERATION_MEMSET || operation->data.memcpy.flags != 0 ||
	    n >= below)
		return false;
	if (n == 0)
		return true; /* libc does not take NULL, which an empty operation may have */
	if (operation->type == VDM_OPERATION_MEMSET)
		memset(operation->data.memset.str, operation->data.memset.c, n);
	else
		memmove(operation->data.memmove.dest, operation->data.memmove.src, n);
	return true;
}

/* What an operation costs, in bytes of a copy: by this it is cut into pieces. */
static inline uint64_t kernel_work(const struct vdm_operation *operation)
{
	return operation->type == VDM_OPERATION_MEMCPYV ? segments_work(operation)
							: vdm_operation_size(operation);
}

/*
 * Runs n bytes of an operation that was validated, from an offset on. A move whose ranges overlap
 * is to be run whole, and so is a memcpyv, whose pieces are in segments.h.
 */
static inline void kernel_run(const struct vdm_operation *operation, size_t offset, size_t n)
{
	const struct vdm_operation_data_memmove *move = &operation->data.memmove;
	const struct vdm_operation_data_memset *set = &operation->data.memset;

	switch (operation->type) {
	case VDM_OPERATION_MEMCPY: /* its parts lie where a move has them */
	case VDM_OPERATION_MEMMOVE:
		memory_move((char *)move->dest + offset, (const char *)move->src + offset, n,
			    kernel_how(operation, (unsigned)move->flags, 2));
		break;
	case VDM_OPERATION_MEMSET:
		memory_fill((char *)set->str + offset, set->c, n,
			    kernel_how(operation, (unsigned)set->flags, 1));
		break;
	case VDM_OPERATION_FLUSH:
		memory_flush((const char *)operation->data.flush.dest + offset, n);
		break;
	case VDM_OPERATION_MEMCPYV:
		segments_run(operation, segments_of(operation), SEGMENTS_ALL);
		break;
	}
}

#endif
