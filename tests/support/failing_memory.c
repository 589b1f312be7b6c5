/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/* failing_memory.c -- see failing_memory.h. */

#include "support/failing_memory.h"

#include <stddef.h>

void *__real_os_allocate(size_t size);
void *__wrap_os_allocate(size_t size);

struct failing_memory failing_memory;

void failing_memory_set(unsigned nth, unsigned failures)
{
	failing_memory.allocations = 0;
	failing_memory.failing = nth;
	failing_memory.failures = failures;
}

bool failing_memory_end(void)
{
	bool failed = failing_memory.allocations > failing_memory.failing;
	failing_memory.failures = 0;
	return failed;
}

void *__wrap_os_allocate(size_t size)
{
	unsigned call = failing_memory.allocations++;
	if (call >= failing_memory.failing &&
	    call - failing_memory.failing < failing_memory.failures)
		return NULL;
	void (*during)(void) = failing_memory.during;
	if (during != NULL) {
		failing_memory.during = NULL;
		during();
	}
	return __real_os_allocate(size);
}
