/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/*
 * windows.h -- where the chunks of a file lie in memory.
 *
 * Addresses are reserved once, as one piece, and cut into windows. A window shows a stretch of the
 * file by being mapped there; when the file is done with it, it is mapped anew, so that a file of
 * any size takes no more address space than its windows. They are opened in turn, each for the
 * chunks of one stretch, and there are as many as chunks in flight: so the one that is opened next
 * has none. Instead of the file they can hold plain memory, for files that cannot be mapped.
 *
 * A stretch is as long as a large page, or longer, and lies in memory as it lies in the file, so
 * that the kernel can map large pages where it keeps the file in such.
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
#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

struct windows {
	int fd;
	int protection;
	bool buffers; /* they hold plain memory */

	char *start; /* at a large page's border, within what is reserved */
	size_t count;
	size_t size; /* of each: a multiple of a chunk's */
	size_t chunk;

	size_t newest; /* the window that was opened last */
	off_t shown;   /* the offset in the file of its first byte; -1: none was opened */

	char *reserved;
	size_t reserved_size;
	atomic_int lost;
};

/* What a page of a file is mapped in. */
size_t page_size(void);

/*
 * windows_reserve -- addresses for so many chunks of that size, a multiple of the page size, at a
 * time; what is opened there shows the file. -1 with errno.
 */
int windows_reserve(struct windows *windows, size_t count, size_t chunk, int fd, int protection);
void windows_release(struct windows *windows);

/* windows_use_buffers -- makes all of them memory of their own. -1 with errno. */
int windows_use_buffers(struct windows *windows);

/*
 * windows_at -- where the byte at an offset is in memory, and those up to the next multiple of the
 * chunk size behind it; for offsets that never decrease. NULL with errno.
 */
void *windows_at(struct windows *windows, off_t offset);

/* windows_can_map -- whether a file can be mapped at all. */
int windows_can_map(int fd, int protection);

#endif
