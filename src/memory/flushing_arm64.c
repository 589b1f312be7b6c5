/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/*
 * flushing_arm64.c -- writing cache lines back, to the point of persistence where the CPU knows one
 * (DC CVAP), else to the point of coherency, which is then as far as a program can send data.
 *
 * DC CVAP is written by its number, for assemblers that are set to an architecture older than it.
 */

#include <stdint.h>

#include "memory/kernels.h"

/* CTR_EL0 tells the smallest line of any data cache, in words of four bytes, as a power of two. */
static uintptr_t line_size(void)
{
	uint64_t cache_type;
	__asm__("mrs %0, ctr_el0" : "=r"(cache_type));
	return (uintptr_t)4 << (cache_type >> 16 & 15);
}

static void write_back_dc_cvac(const char *start, const char *end)
{
	uintptr_t size = line_size();
	uintptr_t line = (uintptr_t)start & ~(size - 1);
	for (; line < (uintptr_t)end; line += size)
		__asm__ volatile("dc cvac, %0" ::"r"(line) : "memory");
}

static void write_back_dc_cvap(const char *start, const char *end)
{
	uintptr_t size = line_size();
	uintptr_t line = (uintptr_t)start & ~(size - 1);
	for (; line < (uintptr_t)end; line += size)
		__asm__ volatile("sys #3, c7, c12, #1, %0" ::"r"(line) : "memory");
}

static void fence(void)
{
	__asm__ volatile("dsb sy" ::: "memory");
}

const struct memory_flushing memory_flushing_dc_cvac = {write_back_dc_cvac, fence};
const struct memory_flushing memory_flushing_dc_cvap = {write_back_dc_cvap, fence};
