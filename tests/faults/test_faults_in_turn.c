/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/*
 * test_faults_in_turn.c -- a program that uses everything, in which each call that asks the system
 * for something fails in turn: the first, the second, and so on until none is left.
 *
 * Each fault has a process of its own, for what the library was given once it keeps. After it the
 * program runs without a fault, and must work; then nothing more is in use than if there had been
 * none.
 */

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <sched.h>
#include <stdbool.h>
#include <string.h>
#include <sys/mman.h>

#include <libminiasync.h>

#include "support/child.h"
#include "support/system.h"
#include "support/test.h"

enum { CROWD = 100, SIZE = 300 << 10 };

static char source[SIZE], dest[SIZE];

/* What the parent hears from its latest child. */
static struct report {
	long asked;
	long live;
	size_t descriptors;
} * report;

static void check_copy(const struct vdm_operation_future *copy)
{
	if (FUTURE_OUTPUT(copy)->result == VDM_SUCCESS)
		CHECK(memcmp(dest, source, SIZE) == 0);
	else
		CHECK(FUTURE_OUTPUT(copy)->result == VDM_ERROR_OUT_OF_MEMORY);
	memset(dest, 0, SIZE);
}

static void wait_for_a_crowd(void)
{
	static struct future_sleep sleeps[CROWD];
	static struct future *futs[CROWD];
	for (size_t i = 0; i < CROWD; i++) {
		sleeps[i] = future_sleep(1000 * i);
		futs[i] = FUTURE_AS_RUNNABLE(&sleeps[i]);
	}
	runtime_wait_multiple(NULL, futs, CROWD);
	for (size_t i = 0; i < CROWD; i++)
		CHECK(FUTURE_STATE(&sleeps[i]) == FUTURE_STATE_COMPLETE);
}

static void use_a_set(struct runtime *runtime, struct vdm *vdm)
{
	static struct future_sleep sleeps[CROWD];
	size_t added = 0, returned = 0;

	errno = 0;
	CHECK(runtime_fd(runtime) >= 0 || errno == ENOMEM || errno == EMFILE || errno == ENFILE ||
	      errno == ENOSPC);
	struct vdm_operation_future copy = vdm_memcpy(vdm, dest, source, SIZE, 0);
	bool copying = runtime_add(runtime, FUTURE_AS_RUNNABLE(&copy), NULL) == 0;
	for (size_t i = 0; i < CROWD; i++) {
		sleeps[i] = future_sleep(1000);
		errno = 0;
		if (runtime_add(runtime, FUTURE_AS_RUNNABLE(&sleeps[i]), NULL) == 0)
			added++;
		else
			CHECK(errno == ENOMEM);
	}
	while (runtime_next(runtime, UINT64_MAX, NULL) != NULL)
		returned++;
	CHECK(errno == ENOENT && returned == added + copying);
	if (copying)
		check_copy(&copy);
}

static void use_an_executor(struct executor *executor, struct vdm *vdm)
{
	struct vdm_operation_future copy = vdm_memcpy(vdm, dest, source, SIZE, 0);
	struct future_sleep sleep = future_sleep(1000);
	struct future *futs[] = {FUTURE_AS_RUNNABLE(&copy), FUTURE_AS_RUNNABLE(&sleep)};
	for (size_t i = 0; i < COUNT_OF(futs); i++) {
		errno = 0;
		if (executor_spawn(executor, futs[i], NULL, NULL) == 0)
			continue;
		CHECK(errno == ENOMEM);
		runtime_wait(NULL, futs[i]);
	}
	CHECK(executor_wait(executor, futs[0]) == 0);
	CHECK(executor_drain(executor) == 0);
	check_copy(&copy);
}

static bool is_scarce(int error)
{
	return error == ENOMEM || error == EAGAIN;
}

/* Everything; whether it got all of it. */
static bool live(void)
{
	struct data_mover_threads_options options = DATA_MOVER_THREADS_OPTIONS_INIT;
	options.stack_size = (size_t)256 << 10;
	errno = 0;
	struct data_mover_threads *mover = data_mover_threads_new_with(&options);
	CHECK(mover != NULL || is_scarce(errno) || errno == EINVAL); /* of the stack's size */
	errno = 0;
	struct data_mover_sync *sync = data_mover_sync_new();
	CHECK(sync != NULL || is_scarce(errno));
	errno = 0;
	struct runtime *runtime = runtime_new();
	CHECK(runtime != NULL || is_scarce(errno));
	errno = 0;
	struct executor *executor = executor_new(2);
	CHECK(executor != NULL || is_scarce(errno));

	bool all = mover != NULL && sync != NULL && runtime != NULL && executor != NULL;
	struct vdm *vdm =
		mover != NULL ? data_mover_threads_get_vdm(mover) : data_mover_sync_get_vdm(sync);
	struct vdm_operation_future copy = vdm_memcpy(vdm, dest, source, SIZE, 0);
	runtime_wait(runtime, FUTURE_AS_RUNNABLE(&copy));
	check_copy(&copy);
	wait_for_a_crowd();
	if (runtime != NULL)
		use_a_set(runtime, vdm);
	if (executor != NULL)
		use_an_executor(executor, vdm);
	executor_delete(executor);
	runtime_delete(runtime);
	data_mover_sync_delete(sync);
	data_mover_threads_delete(mover);
	return all;
}

static size_t entries(const char *path)
{
	size_t count = 0;
	DIR *directory = opendir(path);
	CHECK(directory != NULL);
	for (struct dirent *entry; (entry = readdir(directory)) != NULL;)
		count += entry->d_name[0] != '.';
	closedir(directory);
	return count;
}

static void live_with_a_fault(void *nth)
{
	memset(source, 'x', SIZE);
	size_t threads = entries("/proc/self/task");
	system_fail(*(long *)nth);
	live();
	report->asked = atomic_load(&system_calls.asked);
	system_fail(-1);
	CHECK(live() && live());
#ifndef __SANITIZE_THREAD__ /* which has one of its own */
	while (entries("/proc/self/task") > threads)
		sched_yield(); /* one that was joined is listed a moment longer */
#else
	(void)threads;
#endif
	report->live = atomic_load(&system_calls.live);
	report->descriptors = entries("/proc/self/fd");
}

static void each_call_fails_in_turn(void **state)
{
	(void)state;
	report = mmap(NULL, sizeof(*report), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1,
		      0);
	assert_true(report != MAP_FAILED);
	long nth = -1;
	run_in_child(live_with_a_fault, &nth);
	struct report faultless = *report;
	assert_true(faultless.asked > 20);
	do {
		nth++;
		run_in_child(live_with_a_fault, &nth);
		assert_true(report->live <= faultless.live);
		assert_int_equal(report->descriptors, faultless.descriptors);
	} while (report->asked > nth);
	print_message("%ld faults\n", nth);
	munmap(report, sizeof(*report));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_call_fails_in_turn),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
