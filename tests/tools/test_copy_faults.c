/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/*
 * test_copy_faults.c -- what goes wrong in the middle of a copy, on every mover. Each time there is
 * one complaint that names the file, and no file but the source.
 */

#include "copy_file.h"
#include "movers.h"
#include "windows.h"

#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "complaint.h"
#include "meddler.h"
#include "scratch.h"
#include "support/test.h"

#define CHUNK ((size_t)64 << 10)
#define SIZE (20 * CHUNK + 1234)

/* Copies `source` to `copy` with someone meddling, on each mover; the result is always the same. */
static void copy_on_every_mover(const struct meddler *what, bool verify, int expected)
{
	for (const struct mover_kind *kind = mover_kinds; kind->name != NULL; kind++) {
		struct mover mover;
		if (kind->make == NULL)
			continue; /* not in this build */
		assert_int_equal(mover_open(&mover, kind, kind->has_threads ? 2 : 0), 0);
		struct meddler meddler = *what;
		meddler.vdm = mover.vdm;

		scratch_write("source", SIZE);
		struct copy_request request = {
			.source = "source",
			.destination = "copy",
			.vdm = meddler_vdm(&meddler),
			.chunk = CHUNK,
			.depth = 4,
			.verify = verify,
		};
		struct copy_report report;
		assert_int_equal(copy_file(&request, &report), expected);
		mover_close(&mover);
	}
}

static void assert_no_copy(const char *subject, const char *reason)
{
	assert_complaint(subject, reason);
	scratch_assert_files(1);
}

/* All but a page of it goes. What operations are moving then is not there any more: SIGBUS. */
static void cut_source(const struct vdm_operation *operation)
{
	(void)operation;
	assert_int_equal(truncate("source", (off_t)page_size()), 0);
}

static void test_source_shrinks(void **state)
{
	(void)state;
	copy_on_every_mover(&(struct meddler){.before = cut_source}, false, -1);
	assert_no_copy("source", "shrank while it was read");
	copy_on_every_mover(&(struct meddler){.before = cut_source}, true, -1);
	assert_no_copy("source", "shrank while it was read");
}

/* The page stays, its end reads as zeros: no signal tells. */
static void cut_source_a_little(const struct vdm_operation *operation)
{
	(void)operation;
	assert_int_equal(truncate("source", (off_t)SIZE - 100), 0);
}

static void test_source_shrinks_within_a_page(void **state)
{
	(void)state;
	copy_on_every_mover(&(struct meddler){.before = cut_source_a_little}, false, -1);
	assert_no_copy("source", "shrank while it was read");
}

/* As a full disk would on a file system that promised the space and did not keep it. */
static void cut_destination(const struct vdm_operation *operation)
{
	(void)operation;
	DIR *here = opendir(".");
	for (struct dirent *entry; (entry = readdir(here)) != NULL;) {
		if (strncmp(entry->d_name, ".miniasync.", 11) == 0)
			assert_int_equal(truncate(entry->d_name, 0), 0);
	}
	closedir(here);
}

static void test_destination_loses_pages(void **state)
{
	(void)state;
	copy_on_every_mover(&(struct meddler){.before = cut_destination}, false, -1);
	assert_no_copy("copy", "lost pages while it was written");
}

static void spoil(const struct vdm_operation *operation, struct vdm_operation_output *output)
{
	(void)output;
	((char *)operation->data.memcpy.dest)[operation->data.memcpy.n / 2] ^= 1;
}

static void test_verify_sees_a_flipped_bit(void **state)
{
	(void)state;
	copy_on_every_mover(&(struct meddler){.after = spoil}, true, -1);
	assert_no_copy("copy", "differs from the source");
	copy_on_every_mover(&(struct meddler){.after = spoil}, false, 0);
}

static void corrupt(const struct vdm_operation *operation, struct vdm_operation_output *output)
{
	(void)operation;
	output->result = VDM_ERROR_JOB_CORRUPTED;
}

static void test_operation_fails(void **state)
{
	(void)state;
	copy_on_every_mover(&(struct meddler){.after = corrupt}, false, -1);
	assert_no_copy("source", vdm_result_string(VDM_ERROR_JOB_CORRUPTED));
}

static volatile sig_atomic_t interruptions;

static void hear(int number)
{
	(void)number;
	interruptions++;
}

static void interrupt(const struct vdm_operation *operation)
{
	(void)operation;
	kill(getpid(), SIGINT);
}

static void test_interrupted(void **state)
{
	(void)state;
	signal(SIGINT, hear);
	interruptions = 0;
	copy_on_every_mover(&(struct meddler){.before = interrupt}, false, -1);
	signal(SIGINT, SIG_DFL);
	assert_true(interruptions > 0); /* held back, and let through in the end */
	assert_no_copy("copy", "interrupted");
}

/* Only pages of windows are replaced: another one's fault is as fatal as ever. */
static void test_a_fault_elsewhere_is_fatal(void **state)
{
	(void)state;
	pid_t child = fork();
	if (child == 0) {
		setrlimit(RLIMIT_CORE, &(struct rlimit){0, 0});
		struct windows windows;
		windows_reserve(&windows, 1, page_size(), -1, PROT_READ);
		int fd = open("empty", O_RDWR | O_CREAT, 0600);
		volatile char *nothing = mmap(NULL, page_size(), PROT_READ, MAP_SHARED, fd, 0);
		_exit(*nothing);
	}
	int status;
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFSIGNALED(status));
	assert_int_equal(WTERMSIG(status), SIGBUS);
}

int main(void)
{
#define TEST(_test) cmocka_unit_test_setup_teardown(_test, scratch_enter, scratch_leave)
	const struct CMUnitTest tests[] = {
		TEST(test_source_shrinks),
		TEST(test_source_shrinks_within_a_page),
		TEST(test_destination_loses_pages),
		TEST(test_verify_sees_a_flipped_bit),
		TEST(test_operation_fails),
		TEST(test_interrupted),
		TEST(test_a_fault_elsewhere_is_fatal),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
