/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/*
 * kernels.c -- which kernels a set of features gives.
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
