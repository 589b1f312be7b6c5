/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/*
 * test_limits.c -- what the system may deny a process: threads, memory, CPUs. Constructors fail
 * cleanly or everything works. Each limit is a child's, for most cannot be taken back.
 */

#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdbool.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <libminiasync.h>

#include "concurrent/spin.h"
#include "platform/os.h"
#include "support/child.h"
#include "support/test.h"

#define NOBODY 65534
#define SIZE ((size_t)1 << 20)

static char source[SIZE], dest[SIZE];

/* A copy by a mover, in a wait or on an executor; each may be NULL. */
static void copy(struct data_mover_threads *mover, struct executor *executor)
{
	struct data_mover_sync *sync = data_mover_sync_new();
	if (sync == NULL)
		return;
	struct vdm *vdm =
		mover != NULL ? data_mover_threads_get_vdm(mover) : data_mover_sync_get_vdm(sync);
	memset(source, 'x', SIZE);
	memset(dest, 0, SIZE);
	struct vdm_operation_future operation = vdm_memcpy(vdm, dest, source, SIZE, 0);
	struct future *fut = FUTURE_AS_RUNNABLE(&operation);
	if (executor != NULL && executor_spawn(executor, fut, NULL, NULL) == 0)
		CHECK(executor_drain(executor) == 0);
	else
		runtime_wait(NULL, fut);
	if (FUTURE_OUTPUT(&operation)->result == VDM_SUCCESS)
		CHECK(memcmp(dest, source, SIZE) == 0);
	else
		CHECK(FUTURE_OUTPUT(&operation)->result == VDM_ERROR_OUT_OF_MEMORY);
	data_mover_sync_delete(sync);
}

static bool is_scarce(int error)
{
	return error == EAGAIN || error == ENOMEM;
}

/* Makes what can be had, and uses it; whether that was all. */
static bool use_what_there_is(void)
{
	errno = 0;
	struct data_mover_threads *mover = data_mover_threads_new(2, 64, FUTURE_NOTIFIER_WAKER);
	CHECK(mover != NULL || is_scarce(errno));
	errno = 0;
	struct executor *executor = executor_new(2);
	CHECK(executor != NULL || is_scarce(errno));
	errno = 0;
	struct runtime *runtime = runtime_new();
	CHECK(runtime != NULL || is_scarce(errno));
	copy(mover, NULL);
	copy(mover, executor);
	bool all = mover != NULL && executor != NULL && runtime != NULL;
	runtime_delete(runtime);
	executor_delete(executor);
	data_mover_threads_delete(mover);
	return all;
}

/* Root may start as many as it likes, so the child is somebody else. */
static void use_without_threads(void *unused)
{
	(void)unused;
	if (getuid() == 0)
		CHECK(setgid(NOBODY) == 0 && setuid(NOBODY) == 0);
	CHECK(setrlimit(RLIMIT_NPROC, &(struct rlimit){0, 0}) == 0);
	CHECK(!use_what_there_is());
	_Exit(0); /* who looks for leaks would need a thread */
}

static void without_threads_constructors_fail_and_the_rest_works(void **state)
{
	(void)state;
	run_in_child(use_without_threads, NULL);
}

#if defined(__SANITIZE_THREAD__) || defined(__SANITIZE_ADDRESS__)
static void memory_runs_out_at_every_size(void **state)
{
	(void)state;
	print_message("skipped: a sanitizer's own memory is beyond any limit\n");
	skip();
}
#else
static size_t memory_in_use(void)
{
	size_t pages = 0;
	FILE *statm = fopen("/proc/self/statm", "r");
	CHECK(statm != NULL && fscanf(statm, "%zu", &pages) == 1);
	fclose(statm);
	return pages * (size_t)sysconf(_SC_PAGESIZE);
}

static void use_with_little_memory(void *arg)
{
	size_t size = memory_in_use() + *(size_t *)arg;
	CHECK(setrlimit(RLIMIT_AS, &(struct rlimit){size, size}) == 0);
	if (!use_what_there_is())
		_Exit(CHILD_SKIPPED);
}

static void memory_runs_out_at_every_size(void **state)
{
	(void)state;
	size_t poor = 0;
	for (size_t room = 0; !child_ran(use_with_little_memory, &room); poor++)
		room = room != 0 ? room + room / 8 + 4096 : 4096;
	assert_true(poor > 0); /* it did run out */
}
#endif

static void use_one_cpu(void *unused)
{
	cpu_set_t cpus;
	(void)unused;
	CHECK(sched_getaffinity(0, sizeof(cpus), &cpus) == 0);
	unsigned cpu = 0;
	while (!CPU_ISSET(cpu, &cpus))
		cpu++;
	CPU_ZERO(&cpus);
	CPU_SET(cpu, &cpus);
	CHECK(sched_setaffinity(0, sizeof(cpus), &cpus) == 0);
	CHECK(os_usable_cpus() == 1);
	CHECK(!spinning_pays());
	CHECK(use_what_there_is());
}

static void one_cpu_is_enough_and_nobody_spins(void **state)
{
	(void)state;
	run_in_child(use_one_cpu, NULL);
}

/* A group of version 2 with half a CPU, or of version 1; false if it may not be made. */
static bool write_to(const char *directory, const char *name, const char *text)
{
	char path[256];
	snprintf(path, sizeof(path), "%s/%s", directory, name);
	int file = open(path, O_WRONLY);
	if (file < 0)
		return false;
	bool written = write(file, text, strlen(text)) == (ssize_t)strlen(text);
	close(file);
	return written;
}

static void use_a_quota(void *arg)
{
	const char *group = arg;
	bool limited = write_to(group, "cpu.max", "100000 100000") ||
		       (write_to(group, "cpu.cfs_period_us", "100000") &&
			write_to(group, "cpu.cfs_quota_us", "100000"));
	if (!limited || !write_to(group, "cgroup.procs", "0"))
		_Exit(CHILD_SKIPPED);
	CHECK(os_usable_cpus() == 1);
	CHECK(!spinning_pays());
	CHECK(use_what_there_is());
}

static void a_quota_counts_as_so_many_cpus(void **state)
{
	static const char *const groups[] = {"/sys/fs/cgroup/miniasync-test",
					     "/sys/fs/cgroup/cpu/miniasync-test"};
	bool ran = false;
	(void)state;
	for (size_t i = 0; i < COUNT_OF(groups) && !ran; i++) {
		rmdir(groups[i]); /* of a run that failed */
		if (mkdir(groups[i], 0700) != 0)
			continue;
		ran = child_ran(use_a_quota, (void *)(uintptr_t)groups[i]);
		rmdir(groups[i]);
	}
	if (ran)
		return;
	print_message("skipped: no control group with a quota may be made here\n");
	skip();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(without_threads_constructors_fail_and_the_rest_works),
		cmocka_unit_test(memory_runs_out_at_every_size),
		cmocka_unit_test(one_cpu_is_enough_and_nobody_spins),
		cmocka_unit_test(a_quota_counts_as_so_many_cpus),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
