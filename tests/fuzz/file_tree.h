/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/*
 * file_tree.h -- a folder full of traps, and what lies in it.
 *
 * It is inside/, the working directory, with outside/ beside it; links lead from one to the other,
 * in circles, and to places of the system that are safe to read.
 */

#ifndef MINIASYNC_TESTS_FILE_TREE_H
#define MINIASYNC_TESTS_FILE_TREE_H

#include <limits.h>
#include <stdbool.h>
#include <sys/stat.h>

#include "fuzz/input.h"

#define FILE_MOST 70000 /* bytes of a file */
#define TREE_UMASK 022  /* that of this process, once a tree is made */

/* Makes the tree that an input describes, in the place of the one before, and enters it. */
void tree_make(struct input *input);

/* A path, at which there may be something or not; one of the tree, or another one's. */
void tree_path(struct input *input, char path[PATH_MAX]);

/* The bytes of a file; how many there are, of the most. */
size_t tree_read(const char *path, uint8_t *bytes, size_t most);

struct entry {
	char path[PATH_MAX];
	struct stat status;
	uint64_t content; /* a checksum of the bytes, or of where a link leads */
};

struct listing {
	struct entry entries[64];
	size_t count;
};

void listing_make(struct listing *listing);

/*
 * Whether nothing has changed between two listings, but that there is a new file, with that number,
 * in the place of another one or none; and what the file of the other number holds. 0: no such
 * file.
 */
bool listing_is_the_same(const struct listing *before, const struct listing *after, ino_t new_file,
			 ino_t meddled_with);

#endif
