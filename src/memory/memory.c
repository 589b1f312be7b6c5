/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/*
 * memory.c -- the kernels as libc has them.
 */

#include "memory/memory.h"

#include <string.h>

void memory_copy(void *dest, const void *src, size_t n, unsigned how)
{
	(void)how;
	memcpy(dest, src, n);
}

void memory_move(void *dest, const void *src, size_t n, unsigned how)
{
	(void)how;
	memmove(dest, src, n);
}

void memory_fill(void *dest, int c, size_t n, unsigned how)
{
	(void)how;
	memset(dest, c, n);
}

void memory_flush(const void *start, size_t n)
{
	(void)start;
	(void)n;
}

int memory_can_flush(void)
{
	return 0;
}
