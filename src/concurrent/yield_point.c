/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/*
 * yield_point.c -- the scheduler of a build with MINIASYNC_YIELD_POINTS: a random walk, on which
 * every fourth point gives the CPU away. Threads are numbered as they come to their first point;
 * each walks its own way, which the environment's MINIASYNC_SEED and its number decide.
 *
 * The seed brings the same walks again, not the same interleaving: threads still run at the same
 * time, and the system chooses who goes on. tests/support/schedule.h runs them one at a time, and
 * repeats interleavings.
 */

#include "concurrent/yield_point.h"

#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>

#include "platform/os.h"

static uint32_t first_step(void)
{
	static _Atomic uint32_t threads;
	const char *text = getenv("MINIASYNC_SEED");
	uint32_t seed = text != NULL ? (uint32_t)strtoul(text, NULL, 10) : (uint32_t)os_now();
	uint32_t number = atomic_fetch_add_explicit(&threads, 1, memory_order_relaxed);
	return (seed + number * UINT32_C(0x9e3779b9)) | 1;
}

void yield_point(void)
{
	static OS_THREAD_LOCAL uint32_t walk; /* 0: no step taken yet */
	if (walk == 0)
		walk = first_step();
	walk = walk * 1664525 + 1013904223;
	if (walk >> 30 == 0)
		os_yield();
}
