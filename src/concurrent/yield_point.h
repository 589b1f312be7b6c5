/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/*
 * yield_point.h -- marks the places between two atomic steps at which another thread might come in
 * between. Nothing in a release; a build with MINIASYNC_YIELD_POINTS links a scheduler that gives
 * the CPU away there, so that interleavings which chance would take years to meet are met in tests.
 */

#ifndef MINIASYNC_CONCURRENT_YIELD_POINT_H
#define MINIASYNC_CONCURRENT_YIELD_POINT_H

#ifdef MINIASYNC_YIELD_POINTS
void yield_point(void);
#else
static inline void yield_point(void)
{
}
#endif

#endif
