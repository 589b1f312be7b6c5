/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/* segments.c -- see segments.h. */

#include "movers/segments.h"

#include <string.h>

#include "movers/kernel.h"

void segments_skip(struct segments *rest, uint64_t work)
{
	struct vdm_segment skipped;
	while (segments_take(rest, &work, &skipped))
		continue;
}

static void copy_segment(const struct vdm_segment *segment, unsigned how)
{
	if (how != 0 || segment->n >= MEMORY_ALWAYS_CACHED)
		memory_move(segment->dest, segment->src, segment->n, how);
	else if (segment->n != 0) /* libc does not take NULL, which an empty one may have */
		memcpy(segment->dest, segment->src, segment->n);
}

/* All that bypasses the cache, or is to be durable, shares one fence. */
void segments_run(const struct vdm_operation *operation, struct segments rest, uint64_t work)
{
	unsigned how = kernel_how(operation, (unsigned)operation->data.memcpyv.flags, 2);
	struct vdm_segment segment;

	if (how != 0)
		how |= MEMORY_FENCE_LATER;
	while (segments_take(&rest, &work, &segment))
		copy_segment(&segment, how);
	if (how != 0)
		memory_fence();
}
