/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/*
 * yield_point.c -- the scheduler of a build with MINIASYNC_YIELD_POINTS: a random walk, on which
 * every fourth point gives the CPU away. Each thread walks its own way.
 */

#include "concurrent/yield_point.h"

#include <stdint.h>

#include "platform/os.h"

void yield_point(void)
{
	static _Thread_local uint32_t walk;
	if (walk == 0)
		walk = (uint32_t)(uintptr_t)&walk ^ (uint32_t)os_now();
	walk = walk * 1664525 + 1013904223;
	if (walk >> 30 == 0)
		os_yield();
}
