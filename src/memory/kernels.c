/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/*
 * kernels.c -- which kernels a set of features gives, and from which size they are used unasked.
 *
 * Streaming pays when the data would not have stayed in the cache: from where what is read and
 * written together is half of the last cache. On a two-core AMD Zen 4 virtual machine, 32 MiB of
 * L3, one thread, GB/s, medians of 15 rounds in which each way has its turn:
 *
 *                                        libc   rep movsb   SSE2   AVX2   AVX-512
 *      4 MiB copied again and again        44          45     26     26        26
 *      8 MiB                               26          25     27     26        26
 *     16 MiB                               12          18     21     26        26
 *     64 MiB                                8          14     17     17        16
 *      1 MiB, in no cache                   8          11     17     16        16
 *     64 MiB, in no cache                   9          16     18     17        17
 *                                        libc   rep stosb          AVX2   AVX-512
 *      8 MiB filled again and again        62          73            27        28
 *     16 MiB                               20          26            27        28
 *    128 MiB                               25          25            27        26
 *
 * Two threads at once cross over at the same size. rep movsb is behind streaming wherever it is
 * ahead of libc, so it has no kernel. AVX-512 writes a line at once and so keeps its rate where
 * ranges overlap closely: 18 against AVX2's 13, hence first. What lies in no cache gains from 16
 * KiB on, but only the caller knows: MEMORY_BYPASS_CACHE. On aarch64, where nothing was measured,
 * streaming is only done when asked for.
 */

#include "memory/kernels.h"

#include <stdint.h>

#include "platform/cpu.h"

static const struct memory_streaming *streaming_for(unsigned features)
{
#if CPU_X86_64
	if (features & CPU_AVX512F)
		return &memory_streaming_avx512;
	if (features & CPU_AVX2)
		return &memory_streaming_avx2;
	if (features & CPU_SSE2)
		return &memory_streaming_sse2;
#elif CPU_ARM64
	if (features & CPU_STNP)
		return &memory_streaming_arm64;
#endif
	(void)features;
	return NULL;
}

static const struct memory_flushing *flushing_for(unsigned features)
{
#if CPU_X86_64
	if (features & CPU_CLWB)
		return &memory_flushing_clwb;
	if (features & CPU_CLFLUSHOPT)
		return &memory_flushing_clflushopt;
	if (features & CPU_CLFLUSH)
		return &memory_flushing_clflush;
#elif CPU_ARM64
	if (features & CPU_DC_CVAP)
		return &memory_flushing_dc_cvap;
	if (features & CPU_DC_CVAC)
		return &memory_flushing_dc_cvac;
#endif
	(void)features;
	return NULL;
}

struct memory_kernels memory_kernels_for(unsigned features, size_t cache_size)
{
	const struct memory_streaming *streaming = streaming_for(features);
	int unasked = streaming != NULL && streaming->leaves_cache;

	return (struct memory_kernels){
		.streaming = streaming,
		.flushing = flushing_for(features),
		.cached = unasked ? cache_size / 2 : SIZE_MAX,
	};
}
