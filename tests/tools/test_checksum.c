/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/*
 * test_checksum.c -- the checksum of a file in pieces is that of the file, holes being zeros.
 */

#include "checksum.h"

#include <string.h>
#include <xxhash.h>

#include "support/test.h"

#define SIZE 300000

static unsigned char file[SIZE];

static void add(struct checksum *checksum, size_t offset, size_t n)
{
	memset(file + offset, (int)(offset % 251) + 1, n);
	checksum_add(checksum, (off_t)offset, file + offset, n);
}

static void test_pieces_and_holes(void **state)
{
	(void)state;
	struct checksum *checksum = checksum_new();
	add(checksum, 0, 1);
	add(checksum, 1, 4095);
	add(checksum, 100000, 70000); /* behind a hole that is longer than a piece of zeros */
	add(checksum, 170000, 3);
	assert_true(checksum_finish(checksum, SIZE) == XXH3_64bits(file, SIZE));
	checksum_delete(checksum);
}

static void test_nothing(void **state)
{
	(void)state;
	struct checksum *checksum = checksum_new();
	assert_true(checksum_finish(checksum, 0) == XXH3_64bits(file, 0));
	checksum_delete(checksum);
	checksum_delete(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_pieces_and_holes),
		cmocka_unit_test(test_nothing),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
