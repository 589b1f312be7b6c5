/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/*
 * test_windows.c -- where chunks of a file lie: as in the file, and no more of them than asked for.
 */

#include "windows.h"

#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

#include "support/test.h"

#define LARGE_PAGE ((uintptr_t)2 << 20)
#define FILE_SIZE ((off_t)9 << 20)
#define COUNT 3

/* A file without a name whose pages begin with their offsets. */
static int make_file(void)
{
	FILE *file = tmpfile();
	assert_non_null(file);
	int fd = dup(fileno(file));
	fclose(file);
	assert_int_equal(ftruncate(fd, FILE_SIZE), 0);
	for (off_t at = 0; at < FILE_SIZE; at += (off_t)page_size())
		assert_int_equal(pwrite(fd, &at, sizeof(at), at), sizeof(at));
	return fd;
}

static void test_the_file_shows(void **state)
{
	(void)state;
	int fd = make_file();
	/* Also chunks that are longer than a large page, or do not divide one. */
	const size_t chunks[] = {page_size(), 3 * page_size(), LARGE_PAGE,
				 LARGE_PAGE + page_size()};
	for (size_t i = 0; i < COUNT_OF(chunks); i++) {
		struct windows windows;
		assert_int_equal(windows_reserve(&windows, COUNT, chunks[i], fd, PROT_READ), 0);
		off_t *older[COUNT] = {NULL};
		for (off_t at = 0; at < FILE_SIZE; at += (off_t)chunks[i]) {
			off_t *here = windows_at(&windows, at);
			assert_non_null(here);
			assert_int_equal(*here, at);
			/* The ones before are there still. */
			off_t *oldest = older[at / (off_t)chunks[i] % (COUNT - 1)];
			if (oldest != NULL)
				assert_int_equal(*oldest, at - (COUNT - 1) * (off_t)chunks[i]);
			older[at / (off_t)chunks[i] % (COUNT - 1)] = here;
		}
		windows_release(&windows);
	}
	close(fd);
}

static void test_memory_lies_as_the_file_does(void **state)
{
	(void)state;
	int fd = make_file();
	struct windows windows;
	assert_int_equal(windows_reserve(&windows, COUNT, page_size(), fd, PROT_READ), 0);
	for (off_t at = 0; at < FILE_SIZE; at += (off_t)page_size() * 7) {
		uintptr_t here = (uintptr_t)windows_at(&windows, at);
		assert_int_equal(here % LARGE_PAGE, (uintptr_t)at % LARGE_PAGE);
	}
	windows_release(&windows);
	close(fd);
}

static void test_buffers_are_used_again(void **state)
{
	(void)state;
	struct windows windows;
	size_t chunk = page_size();
	assert_int_equal(windows_reserve(&windows, COUNT, chunk, -1, PROT_READ | PROT_WRITE), 0);
	assert_int_equal(windows_use_buffers(&windows), 0);
	char *first[COUNT];
	for (size_t i = 0; i < 4 * COUNT; i++) {
		char *here = windows_at(&windows, (off_t)(i * chunk));
		here[0] = here[chunk - 1] = 1;
		if (i < COUNT)
			first[i] = here;
		assert_ptr_equal(here, first[i % COUNT]);
	}
	windows_release(&windows);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_the_file_shows),
		cmocka_unit_test(test_memory_lies_as_the_file_does),
		cmocka_unit_test(test_buffers_are_used_again),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
