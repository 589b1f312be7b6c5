/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/*
 * fake_time.h -- a clock that moves only when somebody looks at it or sleeps, so that a test can
 * say when things happen and no test waits.
 *
 * The library sees one CPU: nobody spins, for the CPU is what the work would need.
 */

#ifndef MINIASYNC_TESTS_FAKE_TIME_H
#define MINIASYNC_TESTS_FAKE_TIME_H

#include <stddef.h>
#include <stdint.h>

struct fake_time {
	uint64_t now;  /* nanoseconds; each look adds one */
	size_t sleeps; /* that did not return at once */
	size_t yields;
	/* Called when somebody looks at the clock, as if by another thread at that moment. */
	void (*during_look)(void *arg);
	/* Called in a sleep, as if by another thread; the sleep ends early if it wakes somebody. */
	void (*during_sleep)(void *arg);
	void *arg;
};

extern struct fake_time fake_time;

/* Begins at a time of its own, with nobody called. */
void fake_time_begin(void);

#endif
