/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/* streaming_avx2.c -- a line is two registers of 32 bytes. Compiled with -mavx2. */

#include <immintrin.h>

struct line {
	__m256i half[2];
};

static inline struct line line_load(const char *src)
{
	const __m256i *from = (const void *)src;
	return (struct line){{_mm256_loadu_si256(from), _mm256_loadu_si256(from + 1)}};
}

static inline void line_stream(char *dest, struct line line)
{
	__m256i *to = (void *)dest;
	_mm256_stream_si256(to, line.half[0]);
	_mm256_stream_si256(to + 1, line.half[1]);
}

#include "memory/streaming.h"

static void fence(void)
{
	_mm_sfence();
}

const struct memory_streaming memory_streaming_avx2 = {copy_forward, copy_backward, fill, fence, 1};
