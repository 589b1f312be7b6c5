/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/*
 * memory.h -- what is copied, and where to.
 */

#ifndef MINIASYNC_BENCH_MEMORY_H
#define MINIASYNC_BENCH_MEMORY_H

#include <stddef.h>

struct memory {
	char *source;
	char *destination;
	size_t size; /* of each */
	void *mapped;
};

/* memory_open -- so much of each, ordinary pages that have been touched; -1 with errno. */
int memory_open(struct memory *memory, size_t size);
void memory_close(struct memory *memory);

#endif
