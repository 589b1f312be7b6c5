/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/*
 * segments.h -- the array of a memcpyv, front to back: for the movers that use the CPU.
 *
 * How far one has come is told in work. A segment's work is its bytes and SEGMENT_WORK more, for
 * what each one costs however short it is. So a piece of so much work takes a bounded time also
 * where segments are tiny or empty, and how many pieces there are is known without a look at the
 * array: the work of all never is more than that of the bytes and the count. A piece may begin and
 * end anywhere; each holds many small segments, or a part of a large one.
 */

#ifndef MINIASYNC_MOVERS_SEGMENTS_H
#define MINIASYNC_MOVERS_SEGMENTS_H

#include <stdbool.h>

#include "vdm/polled.h"

/* What a CPU copies in the time that a segment by itself costs. */
#define SEGMENT_WORK 64

/* The segments that remain. */
struct segments {
	const struct vdm_segment *first;
	size_t count;
	size_t done; /* work of the first one that does not remain */
	size_t n;    /* bytes that remain, should the segments have more */
};

static inline struct segments segments_of(const struct vdm_operation *operation)
{
	const struct vdm_operation_data_memcpyv *copy = &operation->data.memcpyv;
	return (struct segments){copy->segments, copy->count, 0, copy->n};
}

static inline uint64_t segments_work(const struct vdm_operation *operation)
{
	const struct vdm_operation_data_memcpyv *copy = &operation->data.memcpyv;
	uint64_t segments = (uint64_t)copy->count * SEGMENT_WORK;
	return copy->n < UINT64_MAX - segments ? copy->n + segments : UINT64_MAX;
}

/* So many bytes of a segment are copied by so much work on it. */
static inline size_t segment_bytes(size_t work)
{
	return work > SEGMENT_WORK ? work - SEGMENT_WORK : 0;
}

/* The part of the first segment that so much work, or what remains of n, lets one take. */
static inline struct vdm_segment segments_take_part(struct segments *rest, size_t left, size_t work)
{
	const struct vdm_segment *first = rest->first;
	size_t begin = segment_bytes(rest->done);
	size_t n = segment_bytes(rest->done + work) - begin;
	struct vdm_segment part = {(char *)first->dest + begin, (char *)first->src + begin,
				   n < rest->n ? n : rest->n};
	rest->n -= part.n;
	rest->done += work;
	if (work == left) {
		rest->first++;
		rest->count--;
		rest->done = 0;
	}
	return part;
}

/*
 * Takes the next copy, which may be one of no bytes, off the segments and off the work that is
 * wanted; false: none is left of either. Mostly it is a whole segment.
 */
static inline bool segments_take(struct segments *rest, uint64_t *wanted, struct vdm_segment *copy)
{
	if (rest->count == 0 || rest->n == 0 || *wanted == 0)
		return false;
	size_t left = rest->first->n + SEGMENT_WORK - rest->done;
	if (rest->done == 0 && left <= *wanted && rest->first->n <= rest->n) {
		*copy = *rest->first++;
		rest->count--;
		rest->n -= copy->n;
		*wanted -= left;
		return true;
	}
	size_t work = *wanted < left ? (size_t)*wanted : left;
	*wanted -= work;
	*copy = segments_take_part(rest, left, work);
	return true;
}

/* Goes past so much work of them. */
void segments_skip(struct segments *rest, uint64_t work);

/* Runs so much work, or all, of a memcpyv that was validated, on the segments of it that remain. */
#define SEGMENTS_ALL UINT64_MAX
void segments_run(const struct vdm_operation *operation, struct segments rest, uint64_t work);

#endif
