/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/*
 * extent.c -- where a file has data, and where holes.
 */

#include "extent.h"
#include "windows.h"

#include <errno.h>
#include <unistd.h>

static off_t least(off_t a, off_t b)
{
	return a < b ? a : b;
}

bool extent_next(int fd, off_t from, off_t size, struct extent *extent)
{
	if (from >= size)
		return false;

	off_t start = lseek(fd, from, SEEK_DATA);
	if (start < 0 && errno == ENXIO)
		return false;
	off_t end = start < 0 ? size : lseek(fd, start, SEEK_HOLE);
	if (start < 0)
		start = from;
	if (end < 0)
		end = size;
	if (start >= size)
		return false;

	/* Blocks may be smaller than pages; a chunk is mapped by whole pages. */
	off_t page = (off_t)page_size();
	extent->start = start - start % page;
	extent->end = least(size, end + (page - end % page) % page);
	return true;
}
