/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/*
 * deadlines.h -- the times at which the futures of one wait want to be polled: a binary heap, the
 * earliest on top, in which each future's place is known, so that its time can be changed.
 */

#ifndef MINIASYNC_RUNTIME_DEADLINES_H
#define MINIASYNC_RUNTIME_DEADLINES_H

#include <stddef.h>
#include <stdint.h>

struct deadline {
	uint64_t time;
	uint32_t future;
};

struct deadlines {
	struct deadline *heap;
	uint32_t *places; /* by future: its place in the heap plus one; 0: it has no time */
	uint32_t count;
};

/* Gives a future its time, instead of the one it had. */
void deadlines_set(struct deadlines *deadlines, uint32_t future, uint64_t time);

/* Takes a future's time from it, which it has. */
void deadlines_remove(struct deadlines *deadlines, uint32_t future);

/* The same, if it has one. */
static inline void deadlines_clear(struct deadlines *deadlines, uint32_t future)
{
	if (deadlines->places[future] != 0)
		deadlines_remove(deadlines, future);
}

#endif
