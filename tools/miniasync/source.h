/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/*
 * source.h -- the file that is copied, as a sequence of chunks of data.
 *
 * A regular file is mapped, and its holes are passed over. Whatever cannot be mapped (a pipe, a
 * device, a file of /proc, which has more to say than its size tells) is read until it ends.
 */

#ifndef MINIASYNC_SOURCE_H
#define MINIASYNC_SOURCE_H

#include "extent.h"
#include "windows.h"

#include <stdbool.h>
#include <sys/stat.h>

struct source {
	const char *path;
	int fd;
	struct stat status; /* as it was when it was opened */
	bool mapped;
	off_t position; /* up to where chunks have been taken */
	struct extent extent;
	struct windows windows;
};

/* Where a chunk is in the file, and in memory. */
struct chunk {
	off_t offset;
	size_t n;
	void *bytes;
};

/* All that return int: 0, or -1 once they have complained. */

int source_open(struct source *source, const char *path);
void source_close(struct source *source);

/* source_prepare -- windows for so many chunks of that size at a time. */
int source_prepare(struct source *source, size_t count, size_t chunk);

/*
 * source_next -- the next chunk: 1; or 0 at the end of the source. It lies between two multiples of
 * the chunk size, and stays in memory until as many more have been taken as there are at a time.
 */
int source_next(struct source *source, struct chunk *chunk);

/* source_check -- whether all that was there to read has been read as it was. */
int source_check(struct source *source);

/* The size of what was read, once source_next said that it was all. */
off_t source_size(const struct source *source);

#endif
