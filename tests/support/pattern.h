/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/*
 * pattern.h -- bytes that tell whether they are in their place. They repeat after a prime number
 * of bytes, so that no shift by a line, a page or a piece looks right.
 */

#ifndef MINIASYNC_TESTS_PATTERN_H
#define MINIASYNC_TESTS_PATTERN_H

#include <stddef.h>

void pattern_fill(void *memory, size_t n, unsigned seed);
int pattern_holds(const void *memory, size_t n, unsigned seed);

/* Whether n bytes are all the same byte. */
int all_bytes_are(const void *memory, size_t n, unsigned char byte);

#endif
