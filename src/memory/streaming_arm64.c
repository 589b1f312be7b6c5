/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/*
 * streaming_arm64.c -- a line is four registers of 16 bytes, stored in pairs with STNP.
 *
 * To aarch64 "non-temporal" is a hint: the data may stay in a cache all the same, so it is not yet
 * in memory, and the stores are ordered as any others are: no fence of their own.
 */

#include <arm_neon.h>

struct line {
	uint8x16_t quarter[4];
};

static inline struct line line_load(const char *src)
{
	const uint8_t *from = (const void *)src;
	return (struct line){
		{vld1q_u8(from), vld1q_u8(from + 16), vld1q_u8(from + 32), vld1q_u8(from + 48)}};
}

static inline void line_stream(char *dest, struct line line)
{
	__asm__ volatile("stnp %q1, %q2, [%0]\n\t"
			 "stnp %q3, %q4, [%0, #32]"
			 :
			 : "r"(dest), "w"(line.quarter[0]), "w"(line.quarter[1]),
			   "w"(line.quarter[2]), "w"(line.quarter[3])
			 : "memory");
}

#include "memory/streaming.h"

static void fence(void)
{
}

const struct memory_streaming memory_streaming_arm64 = {copy_forward, copy_backward, fill, fence,
							0};
