/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/*
 * test_copy_steps.c -- what a copy asks of the system, and in which order: a name only for what is
 * whole and, if durable, on the disk; and other ways where a file system cannot reserve or map.
 *
 * The program is linked with -Wl,--wrap= of all that is called __wrap_ here.
 */

#include "copy_file.h"

#include <libminiasync/data_mover_sync.h>

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "complaint.h"
#include "scratch.h"
#include "support/test.h"

#define CHUNK ((size_t)64 << 10)
#define SIZE (5 * CHUNK + 1234)

static char steps[256];                        /* what happened, a word each */
static int cannot_reserve;                     /* the error of fallocate; 0: it works */
static int cannot_write;                       /* the error of pwrite; 0: it works */
static int cannot_sync;                        /* the error of fsync; 0: it works */
static int (*can_map)(int fd, int protection); /* what windows_can_map answers */

static void step(const char *what)
{
	strncat(steps, steps[0] == '\0' ? "" : " ", sizeof(steps) - strlen(steps) - 1);
	strncat(steps, what, sizeof(steps) - strlen(steps) - 1);
}

static int fails(int error)
{
	errno = error;
	return error != 0;
}

int __real_fallocate(int fd, int mode, off_t offset, off_t n);
int __wrap_fallocate(int fd, int mode, off_t offset, off_t n);
int __wrap_fallocate(int fd, int mode, off_t offset, off_t n)
{
	return fails(cannot_reserve) ? -1 : __real_fallocate(fd, mode, offset, n);
}

ssize_t __real_pwrite(int fd, const void *bytes, size_t n, off_t offset);
ssize_t __wrap_pwrite(int fd, const void *bytes, size_t n, off_t offset);
ssize_t __wrap_pwrite(int fd, const void *bytes, size_t n, off_t offset)
{
	if (fails(cannot_write))
		return -1;
	return __real_pwrite(fd, bytes, n > 1000 ? n / 2 : n, offset); /* short at times */
}

int __real_windows_can_map(int fd, int protection);
int __wrap_windows_can_map(int fd, int protection);
int __wrap_windows_can_map(int fd, int protection)
{
	return can_map(fd, protection);
}

static int always(int fd, int protection)
{
	(void)fd;
	(void)protection;
	return 1;
}

static int never(int fd, int protection)
{
	(void)fd;
	(void)protection;
	return 0;
}

int __wrap_fsync(int fd);
int __wrap_fsync(int fd)
{
	struct stat status;
	fstat(fd, &status);
	step(S_ISDIR(status.st_mode) ? "sync-directory" : "sync-file");
	return fails(cannot_sync) ? -1 : 0;
}

int __real_rename(const char *from, const char *to);
int __wrap_rename(const char *from, const char *to);
int __wrap_rename(const char *from, const char *to)
{
	struct stat status;
	assert_int_equal(stat(from, &status), 0);
	step(status.st_size == SIZE ? "rename" : "rename-part");
	return __real_rename(from, to);
}

static int setup(void **state)
{
	steps[0] = '\0';
	cannot_reserve = cannot_write = cannot_sync = 0;
	can_map = __real_windows_can_map;
	return scratch_enter(state);
}

static int copy_of(const char *source, bool verify, bool durable)
{
	struct data_mover_sync *mover = data_mover_sync_new();
	struct copy_request request = {
		.source = source,
		.destination = "copy",
		.vdm = data_mover_sync_get_vdm(mover),
		.chunk = CHUNK,
		.depth = 3,
		.verify = verify,
		.durable = durable,
	};
	struct copy_report report;
	int result = copy_file(&request, &report);
	data_mover_sync_delete(mover);
	return result;
}

static int copy(bool verify, bool durable)
{
	return copy_of("source", verify, durable);
}

static void test_named_when_whole(void **state)
{
	(void)state;
	scratch_write("source", SIZE);
	assert_int_equal(copy(false, false), 0);
	assert_string_equal(steps, "rename");
}

static void test_durable_before_and_after_its_name(void **state)
{
	(void)state;
	scratch_write("source", SIZE);
	assert_int_equal(copy(true, true), 0);
	assert_string_equal(steps, "sync-file rename sync-directory");
}

static void test_no_name_for_what_cannot_be_synced(void **state)
{
	(void)state;
	scratch_write("source", SIZE);
	cannot_sync = EIO;
	assert_int_equal(copy(false, true), -1);
	assert_string_equal(steps, "sync-file");
	assert_complaint("copy", "cannot sync it");
	scratch_assert_files(1);
}

/* Each file system that lacks something, by the errors that it gives. */
static void test_written_where_it_cannot_be_mapped(void **state)
{
	(void)state;
	static const struct {
		int reserve;
		int (*map)(int fd, int protection);
	} lacks[] = {
		{EOPNOTSUPP, __real_windows_can_map},
		{ENOSYS, __real_windows_can_map},
		{0, never},
		{EOPNOTSUPP, never},
	};
	scratch_write("source", SIZE);
	for (size_t i = 0; i < COUNT_OF(lacks); i++) {
		cannot_reserve = lacks[i].reserve;
		can_map = lacks[i].map;
		assert_int_equal(copy(true, false), 0);
		scratch_assert_same("source", "copy");
		scratch_assert_files(2);
	}
}

/* A file of /proc has a size of 0 and more to say; some can even be mapped. */
static void test_no_size_is_not_believed(void **state)
{
	(void)state;
	can_map = always;
	assert_int_equal(copy_of("/proc/version", true, false), 0);
	scratch_assert_same("/proc/version", "copy");
}

static void test_full_disk(void **state)
{
	(void)state;
	scratch_write("source", SIZE);
	cannot_reserve = ENOSPC;
	assert_int_equal(copy(false, false), -1);
	assert_complaint("copy", strerror(ENOSPC));

	cannot_reserve = EOPNOTSUPP;
	cannot_write = ENOSPC;
	assert_int_equal(copy(false, false), -1);
	assert_complaint("copy", strerror(ENOSPC));
	assert_string_equal(steps, "");
	scratch_assert_files(1);
}

int main(void)
{
#define TEST(_test) cmocka_unit_test_setup_teardown(_test, setup, scratch_leave)
	const struct CMUnitTest tests[] = {
		TEST(test_named_when_whole),
		TEST(test_durable_before_and_after_its_name),
		TEST(test_no_name_for_what_cannot_be_synced),
		TEST(test_written_where_it_cannot_be_mapped),
		TEST(test_no_size_is_not_believed),
		TEST(test_full_disk),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
