/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/*
 * kernels.h -- what each instruction set's file gives, and what memory.c makes of it.
 *
 * The files of one instruction set are compiled for it and hold nothing but their table, so that no
 * instruction which this CPU lacks is run by anybody who does not take the table.
 */

#ifndef MINIASYNC_MEMORY_KERNELS_H
#define MINIASYNC_MEMORY_KERNELS_H

#include <stddef.h>

/*
 * Stores that pass by the cache. They are complete lines of the destination; what is left at its
 * ends is written with ordinary stores.
 */
struct memory_streaming {
	/* Ascending: right for ranges that are apart, or whose destination comes first. */
	void (*copy_forward)(char *dest, const char *src, size_t n);
	/* Descending: right for ranges that are apart, or whose source comes first. */
	void (*copy_backward)(char *dest, const char *src, size_t n);
	void (*fill)(char *dest, int c, size_t n);
	/* Orders streamed lines before later stores, as ordinary stores are. */
	void (*fence)(void);
	/* Whether such lines are sure to have left the caches. If not, the stores are a hint. */
	int leaves_cache;
};

extern const struct memory_streaming memory_streaming_sse2;
extern const struct memory_streaming memory_streaming_avx2;
extern const struct memory_streaming memory_streaming_avx512;
extern const struct memory_streaming memory_streaming_arm64;

/*
 * Writing cache lines back to memory: begun by write_back, at its end when fence returns. The fence
 * also does what a streaming kernel's does.
 */
struct memory_flushing {
	void (*write_back)(const char *start, const char *end);
	void (*fence)(void);
};

extern const struct memory_flushing memory_flushing_clflush;
extern const struct memory_flushing memory_flushing_clflushopt;
extern const struct memory_flushing memory_flushing_clwb;
extern const struct memory_flushing memory_flushing_dc_cvac;
extern const struct memory_flushing memory_flushing_dc_cvap;

struct memory_kernels {
	const struct memory_streaming *streaming; /* NULL: libc alone */
	const struct memory_flushing *flushing;   /* NULL: this CPU cannot */
	size_t cached; /* stream unasked where this many bytes and more are read and written */
};

/* The best that a CPU with these features has. */
struct memory_kernels memory_kernels_for(unsigned features, size_t cache_size);

/* The functions of memory.h, by given kernels. The ranges of move may overlap. */
void memory_move_by(const struct memory_kernels *kernels, void *dest, const void *src, size_t n,
		    unsigned how);
void memory_fill_by(const struct memory_kernels *kernels, void *dest, int c, size_t n,
		    unsigned how);
void memory_fence_by(const struct memory_kernels *kernels);
void memory_flush_by(const struct memory_kernels *kernels, const void *start, size_t n);

#endif
