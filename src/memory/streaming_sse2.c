/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/* streaming_sse2.c -- a line is four registers of 16 bytes: what every x86-64 has. */

#include <emmintrin.h>

struct line {
	__m128i quarter[4];
};

static inline struct line line_load(const char *src)
{
	const __m128i *from = (const void *)src;
	return (struct line){{_mm_loadu_si128(from), _mm_loadu_si128(from + 1),
			      _mm_loadu_si128(from + 2), _mm_loadu_si128(from + 3)}};
}

static inline void line_stream(char *dest, struct line line)
{
	__m128i *to = (void *)dest;
	_mm_stream_si128(to, line.quarter[0]);
	_mm_stream_si128(to + 1, line.quarter[1]);
	_mm_stream_si128(to + 2, line.quarter[2]);
	_mm_stream_si128(to + 3, line.quarter[3]);
}

#include "memory/streaming.h"

static void fence(void)
{
	_mm_sfence();
}

const struct memory_streaming memory_streaming_sse2 = {copy_forward, copy_backward, fill, fence, 1};
