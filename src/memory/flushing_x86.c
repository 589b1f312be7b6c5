/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/*
 * flushing_x86.c -- writing cache lines back, by the three instructions that x86-64 has for it.
 * Compiled with -mclwb and -mclflushopt.
 *
 * CLWB keeps the line, the others evict it. CLWB and CLFLUSHOPT are ordered by SFENCE; CLFLUSH, by
 * AMD's manual, only by MFENCE. A line's own earlier stores come before its write-back in each.
 */

#include <immintrin.h>
#include <stdint.h>

#include "memory/kernels.h"
#include "platform/os.h"

static const char *line_start(const char *address)
{
	return address - (uintptr_t)address % CACHE_LINE;
}

static void write_back_clflush(const char *start, const char *end)
{
	for (const char *line = line_start(start); line < end; line += CACHE_LINE)
		_mm_clflush(line);
}

static void write_back_clflushopt(const char *start, const char *end)
{
	for (const char *line = line_start(start); line < end; line += CACHE_LINE)
		_mm_clflushopt((void *)(uintptr_t)line);
}

static void write_back_clwb(const char *start, const char *end)
{
	for (const char *line = line_start(start); line < end; line += CACHE_LINE)
		_mm_clwb((void *)(uintptr_t)line);
}

static void fence_stores(void)
{
	_mm_sfence();
}

static void fence_all(void)
{
	_mm_mfence();
}

const struct memory_flushing memory_flushing_clflush = {write_back_clflush, fence_all};
const struct memory_flushing memory_flushing_clflushopt = {write_back_clflushopt, fence_stores};
const struct memory_flushing memory_flushing_clwb = {write_back_clwb, fence_stores};
