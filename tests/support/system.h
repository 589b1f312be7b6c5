/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/*
 * system.h -- every call by which the library asks libc and the kernel for something, one of which
 * can be told to fail.
 *
 * A futex wait fails as a signal would make it. A wake cannot fail.
 */

#ifndef MINIASYNC_TESTS_SYSTEM_H
#define MINIASYNC_TESTS_SYSTEM_H

#include <stdatomic.h>

struct system_calls {
	atomic_long asked;   /* calls since system_fail */
	atomic_long failing; /* the number of the one that fails; -1: none */
	atomic_long live;    /* allocations that are not freed */
};

extern struct system_calls system_calls;

/* Of the calls from now on the nth fails, 0 being the first; with -1 none does. */
void system_fail(long nth);

#endif
