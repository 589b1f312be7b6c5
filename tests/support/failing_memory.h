/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/*
 * failing_memory.h -- os_allocate, which can be told to find no memory. Any thread may allocate;
 * one tells it, while the others do not.
 */

#ifndef MINIASYNC_TESTS_FAILING_MEMORY_H
#define MINIASYNC_TESTS_FAILING_MEMORY_H

#include <stdatomic.h>
#include <stdbool.h>

struct failing_memory {
	atomic_uint allocations; /* how often it was asked, successful or not */
	unsigned failing;        /* the number of calls that fail: from this one ... */
	unsigned failures;       /* ... on, so many; 0: none */
	void (*during)(void);    /* called once, inside the next allocation; then NULL again */
};

extern struct failing_memory failing_memory;

/* Of the calls from now on, the nth (0: the first) and the next ones, so many, will fail. */
void failing_memory_set(unsigned nth, unsigned failures);

/* Every call succeeds again; whether any has failed. */
bool failing_memory_end(void);

#endif
