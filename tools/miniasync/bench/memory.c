/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/*
 * memory.c -- one mapping for both. Pages of zeros may all be the same one, so both are written.
 */

#include "memory.h"

#include <string.h>
#include <sys/mman.h>

/*
 * Caches find lines by some bits of their address: two that lie a power of two apart drive each
 * other out, and a copy of 4 KiB takes three times as long.
 */
#define APART ((size_t)37 * 4096)

static size_t mapped_size(size_t size)
{
	return 2 * size + APART;
}

int memory_open(struct memory *memory, size_t size)
{
	char *mapped = mmap(NULL, mapped_size(size), PROT_READ | PROT_WRITE,
			    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (mapped == MAP_FAILED)
		return -1;
	*memory = (struct memory){mapped, mapped + size + APART, size, mapped};
	memset(memory->source, 's', size);
	memset(memory->destination, 'd', size);
	return 0;
}

void memory_close(struct memory *memory)
{
	if (memory->mapped != NULL)
		munmap(memory->mapped, mapped_size(memory->size));
}
