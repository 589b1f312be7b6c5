/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/*
 * scratch.c -- see scratch.h.
 */

#include "scratch.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "complaint.h"
#include "support/test.h"

static char directory[64];

int scratch_enter(void **state)
{
	(void)state;
	complaint[0] = '\0';
	snprintf(directory, sizeof(directory), "/tmp/miniasync-test-XXXXXX");
	return mkdtemp(directory) == NULL || chdir(directory) != 0;
}

/* Calls each for every file of the directory; how many there are. */
static size_t for_each_file(int (*each)(const char *name))
{
	size_t count = 0;
	DIR *here = opendir(".");
	assert_non_null(here);
	for (struct dirent *entry; (entry = readdir(here)) != NULL;) {
		if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
			continue;
		count++;
		if (each != NULL)
			assert_int_equal(each(entry->d_name), 0);
	}
	closedir(here);
	return count;
}

int scratch_leave(void **state)
{
	(void)state;
	for_each_file(unlink);
	return chdir("/") != 0 || rmdir(directory) != 0;
}

void scratch_assert_files(size_t count)
{
	assert_int_equal(for_each_file(NULL), count);
}

void scratch_write(const char *path, size_t size)
{
	FILE *file = fopen(path, "wb");
	assert_non_null(file);
	for (size_t i = 0; i < size; i++)
		putc((int)((i * 2654435761U) >> 13 & 0xff), file);
	assert_int_equal(fclose(file), 0);
}

void scratch_assert_same(const char *path, const char *other)
{
	FILE *one = fopen(path, "rb");
	FILE *two = fopen(other, "rb");
	assert_non_null(one);
	assert_non_null(two);
	size_t at = 0;
	int byte;
	do {
		byte = getc(one);
		if (byte != getc(two))
			fail_msg("%s and %s differ at byte %zu", path, other, at);
		at++;
	} while (byte != EOF);
	fclose(one);
	fclose(two);
}
