/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/*
 * destination.h -- the file that is made, under its final name only when it is whole.
 *
 * Until then it is a file with a name of its own in the same directory. Space for what will be
 * written is reserved first, so that a full disk is an error and not a signal. Where a file system
 * cannot reserve, or cannot map, chunks are written out of buffers instead.
 */

#ifndef MINIASYNC_DESTINATION_H
#define MINIASYNC_DESTINATION_H

#include "windows.h"

#include <stdbool.h>
#include <sys/stat.h>

struct destination {
	const char *path; /* as the user calls it */
	char *target;     /* where it goes: symbolic links followed */
	char *temporary;  /* where it is until then; NULL: nowhere */
	int fd;
	bool mapped;
	struct windows windows;
};

/* All that return int: 0, or -1 once they have complained. */

/* destination_check -- whether a copy of this source may go there. */
int destination_check(const char *path, const struct stat *source);

/* destination_create -- the file with its temporary name, with windows for its chunks. */
int destination_create(struct destination *destination, const char *path, size_t count,
		       size_t chunk);

/* destination_reserve -- space on the disk for a stretch of data. */
int destination_reserve(struct destination *destination, off_t offset, off_t n);

/*
 * destination_extend -- that many bytes of file, so that data can go wherever the source has a hole
 * now: somebody may write there meanwhile.
 */
int destination_extend(struct destination *destination, off_t size);

/*
 * destination_at -- where to move a chunk to that belongs at an offset; NULL once it has
 * complained. Chunks come in order, and lie between multiples of the chunk size.
 */
void *destination_at(struct destination *destination, off_t offset);

/* destination_store -- has in the file what was moved to there. */
int destination_store(struct destination *destination, const void *bytes, off_t offset, size_t n);

/* destination_finish -- all is stored: gives it its size and its mode, and syncs it if durable. */
int destination_finish(struct destination *destination, off_t size, const struct stat *source,
		       bool durable);

/* destination_commit -- gives it its final name, synced if durable. */
int destination_commit(struct destination *destination, bool durable);

/* destination_close -- ends it, and removes what has not been committed. */
void destination_close(struct destination *destination);

#endif
