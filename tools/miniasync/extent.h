/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/*
 * extent.h -- where a file has data, and where holes.
 */

#ifndef MINIASYNC_EXTENT_H
#define MINIASYNC_EXTENT_H

#include <stdbool.h>
#include <sys/types.h>

struct extent {
	off_t start, end; /* on borders of pages, but for the end of the file */
};

/*
 * extent_next -- the first stretch of data of a file of that size from an offset on; false: there
 * is none. Where a file system cannot tell, all is data. Moves the descriptor's own offset.
 */
bool extent_next(int fd, off_t from, off_t size, struct extent *extent);

#endif
