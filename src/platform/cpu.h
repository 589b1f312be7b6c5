/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/*
 * cpu.h -- what we ask of a CPU. x86-64 and aarch64 have answers of their own; any other CPU has no
 * features, and works.
 *
 * All is found out on first use. Threads that ask for the first time together find out the same, so
 * each may store its answer: an atomic word is enough.
 */

#ifndef MINIASYNC_PLATFORM_CPU_H
#define MINIASYNC_PLATFORM_CPU_H

#include <stddef.h>

/* Which CPU the library is compiled for. */
#if defined(__x86_64__) && defined(__LP64__)
#define CPU_X86_64 1
#else
#define CPU_X86_64 0
#endif
#if defined(__aarch64__) && defined(__LP64__)
#define CPU_ARM64 1
#else
#define CPU_ARM64 0
#endif

/* Instructions that this process may use: the CPU has them, and the system keeps their state. */
enum cpu_feature {
	CPU_SSE2 = 1 << 0,
	CPU_AVX2 = 1 << 1,
	CPU_AVX512F = 1 << 2,
	CPU_CLFLUSH = 1 << 3,
	CPU_CLFLUSHOPT = 1 << 4,
	CPU_CLWB = 1 << 5,
	CPU_WAITPKG = 1 << 6, /* umonitor, umwait, tpause */
	CPU_STNP = 1 << 7,    /* aarch64: stores with the non-temporal hint */
	CPU_DC_CVAC = 1 << 8, /* aarch64: write a line back to the point of coherency */
	CPU_DC_CVAP = 1 << 9, /* aarch64: ... to the point of persistence */
};

/* The features of this machine, as a mask of enum cpu_feature. */
unsigned cpu_features(void);

/* The size in bytes of the last cache before memory; a guess where nothing tells. */
size_t cpu_cache_size(void);

/* Tells the CPU that the thread spins. */
static inline void cpu_pause(void)
{
#if defined(__x86_64__) || defined(__i386__)
	__asm__ volatile("pause" ::: "memory");
#elif defined(__aarch64__)
	/* yield is no more than a nop on most cores; isb empties the pipeline, as pause does. */
	__asm__ volatile("isb" ::: "memory");
#else
	__asm__ volatile("" ::: "memory");
#endif
}

#endif
