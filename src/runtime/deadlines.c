/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/* deadlines.c -- see deadlines.h. */

#include "runtime/deadlines.h"

static void place(struct deadlines *deadlines, uint32_t at, struct deadline deadline)
{
	deadlines->heap[at] = deadline;
	deadlines->places[deadline.future] = at + 1;
}

/* Moves a deadline up from a free place until what is above it is not later; where that was. */
static uint32_t sift_up(struct deadlines *deadlines, uint32_t at, struct deadline deadline)
{
	while (at > 0 && deadlines->heap[(at - 1) / 2].time > deadline.time) {
		place(deadlines, at, deadlines->heap[(at - 1) / 2]);
		at = (at - 1) / 2;
	}
	place(deadlines, at, deadline);
	return at;
}

static void sift_down(struct deadlines *deadlines, uint32_t at, struct deadline deadline)
{
	for (;;) {
		uint32_t child = 2 * at + 1;
		if (child >= deadlines->count)
			break;
		if (child + 1 < deadlines->count &&
		    deadlines->heap[child + 1].time < deadlines->heap[child].time)
			child++;
		if (deadlines->heap[child].time >= deadline.time)
			break;
		place(deadlines, at, deadlines->heap[child]);
		at = child;
	}
	place(deadlines, at, deadline);
}

/* Settles a deadline at a place whose neighbours it may be too early or too late for. */
static void settle(struct deadlines *deadlines, uint32_t at, struct deadline deadline)
{
	if (sift_up(deadlines, at, deadline) == at)
		sift_down(deadlines, at, deadline);
}

void deadlines_set(struct deadlines *deadlines, uint32_t future, uint64_t time)
{
	uint32_t at = deadlines->places[future];
	at = at != 0 ? at - 1 : deadlines->count++;
	settle(deadlines, at, (struct deadline){time, future});
}

void deadlines_remove(struct deadlines *deadlines, uint32_t future)
{
	uint32_t at = deadlines->places[future];
	deadlines->places[future] = 0;
	struct deadline last = deadlines->heap[--deadlines->count];
	if (last.future != future)
		settle(deadlines, at - 1, last);
}
