/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/*
 * tested_ready_set.h -- the sizes of the sets that are tested, on both sides of each level's end.
 *
 * Whoever sleeps in these tests sleeps without a limit: a mark that is lost hangs the test, and
 * ctest ends it.
 */

#ifndef MINIASYNC_TESTS_TESTED_READY_SET_H
#define MINIASYNC_TESTS_TESTED_READY_SET_H

#include "concurrent/ready_set.h"
#include "support/test.h"

#define NUMBERS_MAX (262144 + 1)

static const size_t capacities[] = {1, 2, 63, 64, 65, 4095, 4096, 4097, 262144, NUMBERS_MAX};

/* Takes all that is marked, and forgets it. */
static inline void drain(struct ready_set *set)
{
	size_t number;
	void *handle;
	while (ready_set_is_marked(set))
		for (ready_set_take(set); ready_set_next(set, &number, &handle);)
			continue;
}

#endif
