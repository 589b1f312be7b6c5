/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/*
 * pattern.h -- bytes that tell whether they are in their place: no two neighbourhoods look alike.
 */

#ifndef MINIASYNC_TESTS_PATTERN_H
#define MINIASYNC_TESTS_PATTERN_H

#include <stddef.h>
#include <stdint.h>

static inline unsigned char pattern_byte(size_t i, unsigned seed)
{
	return (unsigned char)(((uint32_t)i * 2654435761U + seed * 40503U) >> 24);
}

static inline void pattern_fill(void *memory, size_t n, unsigned seed)
{
	for (size_t i = 0; i < n; i++)
		((unsigned char *)memory)[i] = pattern_byte(i, seed);
}

static inline int pattern_holds(const void *memory, size_t n, unsigned seed)
{
	for (size_t i = 0; i < n; i++) {
		if (((const unsigned char *)memory)[i] != pattern_byte(i, seed))
			return 0;
	}
	return 1;
}

/* Whether n bytes are all the same byte. */
static inline int all_bytes_are(const void *memory, size_t n, unsigned char byte)
{
	for (size_t i = 0; i < n; i++) {
		if (((const unsigned char *)memory)[i] != byte)
			return 0;
	}
	return 1;
}

#endif
