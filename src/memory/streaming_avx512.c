/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/* streaming_avx512.c -- a line is one register of 64 bytes. Compiled with -mavx512f. */

#include <immintrin.h>

struct line {
	__m512i all;
};

static inline struct line line_load(const char *src)
{
	return (struct line){_mm512_loadu_si512(src)};
}

static inline void line_stream(char *dest, struct line line)
{
	_mm512_stream_si512((void *)dest, line.all);
}

#include "memory/streaming.h"

static void fence(void)
{
	_mm_sfence();
}

const struct memory_streaming memory_streaming_avx512 = {copy_forward, copy_backward, fill, fence,
							 1};
