/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/*
 * windows.h -- where chunks of a file lie in memory: one window per operation in flight.
 *
 * The addresses are reserved once, as one piece. A window then shows whichever chunk is its own by
 * being mapped anew, so that a file of any size takes no more than count * size of address space;
 * or all of them are plain buffers, for files that cannot be mapped.
 *
 * A mapped file may lose pages while they are read: it is truncated, its disk fails, or is full.
 * The kernel says so by SIGBUS, on whatever thread happens to touch the page. The handler here puts
 * a page of zeros in its place and notes that the windows have lost something; whoever copies goes
 * on to its end with zeros, looks at `lost`, and throws the copy away. That is safe because a
 * handler needs to know nothing but the reserved range, which stays as it is while operations run.
 */

#ifndef MINIASYNC_WINDOWS_H
#define MINIASYNC_WINDOWS_H

#include <stdatomic.h>
#include <stddef.h>
#include <sys/types.h>

struct windows {
	char *start;
	size_t count;
	size_t size; /* of each: a multiple of the page size */
	atomic_int lost;
};

/* What a page of a file is mapped in. */
size_t page_size(void);

/* windows_reserve -- addresses for count windows of that size. -1 with errno. */
int windows_reserve(struct windows *windows, size_t count, size_t size);
void windows_release(struct windows *windows);

/* windows_use_buffers -- makes all of them memory of their own. -1 with errno. */
int windows_use_buffers(struct windows *windows);

/* windows_map -- shows n bytes of a file in a window, shared with it. -1 with errno. */
int windows_map(struct windows *windows, size_t window, int fd, off_t offset, size_t n,
		int protection);

/* Where a window is. */
void *windows_at(const struct windows *windows, size_t window);

/* windows_can_map -- whether a file can be mapped at all. */
int windows_can_map(int fd, int protection);

#endif
