/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/*
 * scratch.h -- what tests of a copy need: a directory of their own, and files in it. No complaint
 * is there when they begin.
 */

#ifndef MINIASYNC_TESTS_SCRATCH_H
#define MINIASYNC_TESTS_SCRATCH_H

#include <stddef.h>

/* A cmocka setup and its teardown: the current directory is new and empty, and goes. */
int scratch_enter(void **state);
int scratch_leave(void **state);

/* Writes a file of that size whose bytes depend on where they are. */
void scratch_write(const char *path, size_t size);

/* Fails the test unless both files have the same bytes. */
void scratch_assert_same(const char *path, const char *other);

/* Fails the test unless there are so many files in the directory. */
void scratch_assert_files(size_t count);

#endif
