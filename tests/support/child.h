/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/*
 * child.h -- a function that runs in the child of a fork, and has to end well there.
 *
 * cmocka's assertions belong to the parent; the child's are CHECK, which ends it.
 */

#ifndef MINIASYNC_TESTS_CHILD_H
#define MINIASYNC_TESTS_CHILD_H

#include <stdio.h>
#include <stdlib.h>

#define CHECK(_condition)                                                                \
	do {                                                                             \
		if (!(_condition)) {                                                     \
			fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, #_condition); \
			_Exit(1);                                                        \
		}                                                                        \
	} while (0)

/*
 * Forks, and returns when the child has run the function. The test fails if the child ended in any
 * other way than by returning from it, or hangs, for then a signal ends it after a minute.
 */
void run_in_child(void (*run)(void *arg), void *arg);

/* The same for a function that skips what it cannot do there: false if it did. */
#define CHILD_SKIPPED 77
int child_ran(void (*run)(void *arg), void *arg);

#endif
