/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/*
 * schedule.h -- threads that run one at a time and change over only where a seed says: the same
 * seed, the same interleaving.
 *
 * A program that links schedule.c compiles the parts it is about with MINIASYNC_YIELD_POINTS, and
 * wraps os.h's functions of threads, sleeping and waking (-Wl,--wrap=os_sleep and so on, see
 * tests/schedules/CMakeLists.txt). At each yield point, and where a thread would sleep or wait, the
 * seed chooses who goes on: half of the seeds walk at random; the others give each thread a
 * priority and lower that of the running one at a few points (PCT). A sleep may end for no reason.
 *
 * What is deterministic: which thread runs from one yield point to the next. What is not: addresses
 * and the time, so code under test must not decide by them. What is not explored: orders that are
 * weaker than sequentially consistent, and changes between two steps without a yield point.
 *
 * When nobody can go on, a wake-up was lost: the program says which seed it was, and ends with
 * SCHEDULE_FAILED, as it does when a scenario's check fails.
 */

#ifndef MINIASYNC_TESTS_SCHEDULE_H
#define MINIASYNC_TESTS_SCHEDULE_H

#include <stdint.h>

#define SCHEDULE_FAILED 3

/* Says what is wrong and under which seed, and ends the program: for any thread of a scenario. */
_Noreturn void schedule_fail(const char *what);

#define SCHEDULE_CHECK(_condition)                  \
	do {                                        \
		if (!(_condition))                  \
			schedule_fail(#_condition); \
	} while (0)

/*
 * Runs a scenario, which starts its threads with os_thread_start and joins them, under a seed (not
 * 0). Returns a number that tells interleavings apart.
 */
uint64_t schedule_run(uint32_t seed, void (*scenario)(void));

/*
 * Runs it under many seeds; or only under MINIASYNC_SEED, if the environment has that. Returns how
 * many interleavings were different.
 */
unsigned schedule_run_many(void (*scenario)(void));

#endif
