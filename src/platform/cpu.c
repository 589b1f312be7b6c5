/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/*
 * cpu.c -- asks the CPU itself (x86-64) or the kernel (aarch64) which instructions there are.
 */

#include "platform/cpu.h"

#include <stdatomic.h>

#include "platform/os.h"

#if CPU_X86_64
#include <cpuid.h>
#elif CPU_ARM64 && defined(__linux__)
#include <sys/auxv.h>
#endif

/* Set in every answer, so that "none" differs from "not asked yet". */
#define DETECTED (1U << 31)

/* For machines that do not tell: large enough that data which does fit is not kept out of it. */
#define CACHE_SIZE_GUESS ((size_t)16 << 20)

#if CPU_X86_64

#define XCR0_AVX 0x06U    /* the system saves the halves of ymm registers */
#define XCR0_AVX512 0xe6U /* ... and zmm and mask registers */

static unsigned saved_state(void)
{
	unsigned low, high;
	__asm__("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
	return low;
}

static unsigned detect(void)
{
	unsigned eax, ebx, ecx, edx, features = 0;

	if (!__get_cpuid(1, &eax, &ebx, &ecx, &edx))
		return 0;
	unsigned saved = ecx & bit_OSXSAVE ? saved_state() : 0;
	if (edx & bit_SSE2)
		features |= CPU_SSE2;
	if (edx & (1U << 19))
		features |= CPU_CLFLUSH;

	if (!__get_cpuid_count(7, 0, &eax, &ebx, &ecx, &edx))
		return features;
	if (ebx & bit_AVX2 && (saved & XCR0_AVX) == XCR0_AVX)
		features |= CPU_AVX2;
	if (ebx & bit_AVX512F && (saved & XCR0_AVX512) == XCR0_AVX512)
		features |= CPU_AVX512F;
	if (ebx & bit_CLFLUSHOPT)
		features |= CPU_CLFLUSHOPT;
	if (ebx & bit_CLWB)
		features |= CPU_CLWB;
	if (ecx & (1U << 5))
		features |= CPU_WAITPKG;
	return features;
}

#elif CPU_ARM64

static unsigned detect(void)
{
	unsigned features = CPU_STNP | CPU_DC_CVAC;
#ifdef __linux__
	if (getauxval(AT_HWCAP) & (1UL << 16)) /* HWCAP_DCPOP */
		features |= CPU_DC_CVAP;
#endif
	return features;
}

#else

static unsigned detect(void)
{
	return 0;
}

#endif

unsigned cpu_features(void)
{
	static _Atomic unsigned answer;

	/* Relaxed: the word is all there is to see. */
	unsigned features = atomic_load_explicit(&answer, memory_order_relaxed);
	if (features == 0) {
		features = detect() | DETECTED;
		atomic_store_explicit(&answer, features, memory_order_relaxed);
	}
	return features & ~DETECTED;
}

size_t cpu_cache_size(void)
{
	static _Atomic size_t answer;

	size_t size = atomic_load_explicit(&answer, memory_order_relaxed);
	if (size == 0) {
		size = os_cache_size();
		if (size == 0)
			size = CACHE_SIZE_GUESS;
		atomic_store_explicit(&answer, size, memory_order_relaxed);
	}
	return size;
}
