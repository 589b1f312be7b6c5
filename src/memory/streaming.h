/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/*
 * streaming.h -- the kernels of struct memory_streaming, made of an instruction set's words for a
 * cache line. The file that includes this has defined
 *
 *     struct line;                                       a line in registers
 *     struct line line_load(const char *src);            from any address
 *     void line_stream(char *dest, struct line line);    to an aligned one, past the cache
 *
 * Overlapping ranges: each step loads all that it stores before it stores any of it, and goes on
 * towards the side from which the data comes, so that no step writes what a later one reads.
 */

#ifndef MINIASYNC_MEMORY_STREAMING_H
#define MINIASYNC_MEMORY_STREAMING_H

#include <stdint.h>
#include <string.h>

#include "memory/kernels.h"
#include "platform/os.h"

_Static_assert(sizeof(struct line) == CACHE_LINE, "a line is streamed whole");

/* Four lines at a time keep more loads under way than the loop's own overhead would. */
#define LINES_AT_ONCE 4

/* How far an address lies behind the start of its line. */
static size_t line_offset(const char *address)
{
	return (uintptr_t)address % CACHE_LINE;
}

static inline void lines_copy(char *dest, const char *src)
{
	struct line first = line_load(src);
	struct line second = line_load(src + CACHE_LINE);
	struct line third = line_load(src + 2 * CACHE_LINE);
	struct line fourth = line_load(src + 3 * CACHE_LINE);
	line_stream(dest, first);
	line_stream(dest + CACHE_LINE, second);
	line_stream(dest + 2 * CACHE_LINE, third);
	line_stream(dest + 3 * CACHE_LINE, fourth);
}

static void copy_forward(char *dest, const char *src, size_t n)
{
	size_t head = (CACHE_LINE - line_offset(dest)) % CACHE_LINE;
	if (n < head + CACHE_LINE) {
		memmove(dest, src, n);
		return;
	}
	memmove(dest, src, head);
	dest += head;
	src += head;
	n -= head;
	for (; n >= LINES_AT_ONCE * CACHE_LINE; n -= LINES_AT_ONCE * CACHE_LINE) {
		lines_copy(dest, src);
		dest += LINES_AT_ONCE * CACHE_LINE;
		src += LINES_AT_ONCE * CACHE_LINE;
	}
	for (; n >= CACHE_LINE; n -= CACHE_LINE) {
		line_stream(dest, line_load(src));
		dest += CACHE_LINE;
		src += CACHE_LINE;
	}
	memmove(dest, src, n);
}

static void copy_backward(char *dest, const char *src, size_t n)
{
	size_t tail = line_offset(dest + n);
	if (n < tail + CACHE_LINE) {
		memmove(dest, src, n);
		return;
	}
	n -= tail;
	memmove(dest + n, src + n, tail);
	while (n >= LINES_AT_ONCE * CACHE_LINE) {
		n -= LINES_AT_ONCE * CACHE_LINE;
		lines_copy(dest + n, src + n);
	}
	while (n >= CACHE_LINE) {
		n -= CACHE_LINE;
		line_stream(dest + n, line_load(src + n));
	}
	memmove(dest, src, n);
}

static void fill(char *dest, int c, size_t n)
{
	size_t head = (CACHE_LINE - line_offset(dest)) % CACHE_LINE;
	if (n < head + CACHE_LINE) {
		memset(dest, c, n);
		return;
	}
	memset(dest, c, head);
	dest += head;
	n -= head;

	char pattern[CACHE_LINE];
	memset(pattern, c, sizeof(pattern));
	struct line line = line_load(pattern);
	for (; n >= CACHE_LINE; n -= CACHE_LINE) {
		line_stream(dest, line);
		dest += CACHE_LINE;
	}
	memset(dest, c, n);
}

#endif
