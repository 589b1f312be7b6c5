/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/*
 * test_os_cpus.c -- which CPUs this thread may use: affinity on the machine itself; quotas and
 * caches in trees of files such as kernels and containers show them.
 */

#define _GNU_SOURCE
#include "platform/os.h"
#include "platform/os_cpus_linux.h"

#include <ftw.h>
#include <limits.h>
#include <sched.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "support/test.h"

#define MOUNTED_V2 \
	"30 23 0:26 / /sys/fs/cgroup rw,nosuid shared:4 - cgroup2 cgroup2 rw,nsdelegate\n"
#define MOUNTED_V1 \
	"33 31 0:30 / /sys/fs/cgroup/cpu,cpuacct rw shared:10 - cgroup cgroup rw,cpu,cpuacct\n"
#define MOUNTED_V1_CPUSET \
	"34 31 0:31 / /sys/fs/cgroup/cpuset rw shared:11 - cgroup cgroup rw,cpuset\n"

static char root[] = "/tmp/test_os_cpus.XXXXXX";

static void write_file(const char *path, const char *text)
{
	char full[512];
	int length = snprintf(full, sizeof(full), "%s%s", root, path);
	assert_in_range(length, 1, sizeof(full) - 1);
	for (char *slash = full + strlen(root) + 1; (slash = strchr(slash, '/')) != NULL; slash++) {
		*slash = '\0';
		mkdir(full, 0700);
		*slash = '/';
	}
	FILE *file = fopen(full, "w");
	assert_non_null(file);
	fputs(text, file);
	fclose(file);
}

static int remove_entry(const char *path, const struct stat *status, int type, struct FTW *ftw)
{
	(void)status, (void)type, (void)ftw;
	return remove(path);
}

static int make_tree(void **state)
{
	(void)state;
	strcpy(strrchr(root, '.'), ".XXXXXX");
	return mkdtemp(root) == NULL;
}

static int remove_tree(void **state)
{
	(void)state;
	return nftw(root, remove_entry, 16, FTW_DEPTH | FTW_PHYS);
}

static void process(const char *mounts, const char *groups)
{
	write_file("/proc/self/mountinfo", mounts);
	write_file("/proc/self/cgroup", groups);
}

static void without_files_there_is_no_quota(void **state)
{
	(void)state;
	assert_int_equal(linux_quota_cpus(root), UINT_MAX);
}

static void max_is_no_quota(void **state)
{
	(void)state;
	process(MOUNTED_V2, "0::/user.slice\n");
	write_file("/sys/fs/cgroup/user.slice/cpu.max", "max 100000\n");
	assert_int_equal(linux_quota_cpus(root), UINT_MAX);
}

static void a_quota_is_rounded_up(void **state)
{
	(void)state;
	process(MOUNTED_V2, "0::/job\n");
	write_file("/sys/fs/cgroup/job/cpu.max", "200000 100000\n");
	assert_int_equal(linux_quota_cpus(root), 2);
	write_file("/sys/fs/cgroup/job/cpu.max", "200001 100000\n");
	assert_int_equal(linux_quota_cpus(root), 3);
	write_file("/sys/fs/cgroup/job/cpu.max", "1000 100000\n");
	assert_int_equal(linux_quota_cpus(root), 1);
	write_file("/sys/fs/cgroup/job/cpu.max", "9223372036854775807 1\n");
	assert_int_equal(linux_quota_cpus(root), UINT_MAX);
}

static void the_least_quota_of_all_levels_holds(void **state)
{
	(void)state;
	process(MOUNTED_V2, "0::/a/b/c\n");
	write_file("/sys/fs/cgroup/a/b/c/cpu.max", "800000 100000\n");
	write_file("/sys/fs/cgroup/a/b/cpu.max", "max 100000\n");
	write_file("/sys/fs/cgroup/a/cpu.max", "150000 50000\n");
	assert_int_equal(linux_quota_cpus(root), 3);
	write_file("/sys/fs/cgroup/a/b/cpu.max", "100000 50000\n");
	assert_int_equal(linux_quota_cpus(root), 2);
	/* A container's own root has the file too; one that is nobody's ancestor says nothing. */
	write_file("/sys/fs/cgroup/cpu.max", "100000 100000\n");
	write_file("/sys/fs/cpu.max", "1000 100000\n");
	assert_int_equal(linux_quota_cpus(root), 1);
	write_file("/sys/fs/cgroup/cpu.max", "max 100000\n");
	write_file("/sys/fs/cgroup/a/other/cpu.max", "1000 100000\n");
	assert_int_equal(linux_quota_cpus(root), 2);
}

static void above_the_mount_nothing_is_read(void **state)
{
	(void)state;
	process(MOUNTED_V2, "0::/\n");
	write_file("/sys/fs/cpu.max", "100000 100000\n");
	write_file("/sys/fs/cgroup/cpu.max", "400000 100000\n");
	assert_int_equal(linux_quota_cpus(root), 4);
}

static void version_1_has_two_files(void **state)
{
	(void)state;
	process(MOUNTED_V1_CPUSET MOUNTED_V1, "5:cpuset:/wrong\n4:cpu,cpuacct:/x/y\n0::/z\n");
	write_file("/sys/fs/cgroup/cpu,cpuacct/x/y/cpu.cfs_quota_us", "-1\n");
	write_file("/sys/fs/cgroup/cpu,cpuacct/x/y/cpu.cfs_period_us", "100000\n");
	assert_int_equal(linux_quota_cpus(root), UINT_MAX);
	write_file("/sys/fs/cgroup/cpu,cpuacct/x/cpu.cfs_quota_us", "450000\n");
	write_file("/sys/fs/cgroup/cpu,cpuacct/x/cpu.cfs_period_us", "100000\n");
	assert_int_equal(linux_quota_cpus(root), 5);
	write_file("/sys/fs/cgroup/cpu,cpuacct/x/y/cpu.cfs_quota_us", "20000\n");
	assert_int_equal(linux_quota_cpus(root), 1);
}

static void both_versions_hold_together(void **state)
{
	(void)state;
	process(MOUNTED_V1 MOUNTED_V2, "4:cpu,cpuacct:/one\n0::/two\n");
	write_file("/sys/fs/cgroup/cpu,cpuacct/one/cpu.cfs_quota_us", "600000\n");
	write_file("/sys/fs/cgroup/cpu,cpuacct/one/cpu.cfs_period_us", "100000\n");
	assert_int_equal(linux_quota_cpus(root), 6);
	write_file("/sys/fs/cgroup/two/cpu.max", "300000 100000\n");
	assert_int_equal(linux_quota_cpus(root), 3);
	write_file("/sys/fs/cgroup/two/cpu.max", "900000 100000\n");
	assert_int_equal(linux_quota_cpus(root), 6);
}

static void a_mounted_group_is_taken_off_the_path(void **state)
{
	(void)state;
	process("30 23 0:26 /docker/abc /sys/fs/cgroup ro - cgroup2 cgroup rw\n",
		"0::/docker/abc/inner\n");
	write_file("/sys/fs/cgroup/inner/cpu.max", "500000 100000\n");
	assert_int_equal(linux_quota_cpus(root), 5);
	/* Another group whose name begins alike is not below it. */
	process("30 23 0:26 /docker/abc /sys/fs/cgroup ro - cgroup2 cgroup rw\n",
		"0::/docker/abcdef\n");
	write_file("/sys/fs/cgroup/cpu.max", "700000 100000\n");
	assert_int_equal(linux_quota_cpus(root), 7);
}

static void a_group_outside_the_namespace_leaves_the_mounts_root(void **state)
{
	(void)state;
	process(MOUNTED_V2, "0::/../elsewhere\n");
	write_file("/sys/fs/cgroup/cpu.max", "200000 100000\n");
	write_file("/sys/fs/elsewhere/cpu.max", "100000 100000\n");
	assert_int_equal(linux_quota_cpus(root), 2);
}

static void a_mount_in_which_this_process_has_no_group_sets_no_limit(void **state)
{
	(void)state;
	process(MOUNTED_V2, "4:cpu,cpuacct:/one\n");
	write_file("/sys/fs/cgroup/cpu.max", "100000 100000\n");
	assert_int_equal(linux_quota_cpus(root), UINT_MAX);
}

static void nonsense_sets_no_limit(void **state)
{
	(void)state;
	static const char *const quotas[] = {"",         "\n",       "100000", "x y\n",
					     "-5 100\n", "5 -100\n", "5 0\n"};
	process("\n - \n - cgroup2\n30 - cgroup2 cgroup2 rw\n" MOUNTED_V2, "\n:\n::\n0:\n0::/a\n");
	for (size_t i = 0; i < COUNT_OF(quotas); i++) {
		write_file("/sys/fs/cgroup/a/cpu.max", quotas[i]);
		assert_int_equal(linux_quota_cpus(root), UINT_MAX);
	}
}

static void the_largest_cache_is_the_last(void **state)
{
	(void)state;
	assert_int_equal(linux_cache_size(root), 0);
	write_file("/sys/devices/system/cpu/cpu0/cache/index0/size", "48K\n");
	write_file("/sys/devices/system/cpu/cpu0/cache/index1/size", "32K\n");
	assert_int_equal(linux_cache_size(root), 48 << 10);
	write_file("/sys/devices/system/cpu/cpu0/cache/index2/size", "2M\n");
	write_file("/sys/devices/system/cpu/cpu0/cache/index3/size", "36864K\n");
	assert_int_equal(linux_cache_size(root), 36 << 20);
}

static void affinity_is_what_may_be_used(void **state)
{
	(void)state;
	cpu_set_t before, one;
	assert_int_equal(sched_getaffinity(0, sizeof(before), &before), 0);
	unsigned all = os_usable_cpus();
	assert_in_range(all, 1, CPU_COUNT(&before));

	for (unsigned cpu = 0; cpu < CPU_SETSIZE; cpu++) {
		assert_int_equal(os_cpu_is_usable(cpu), CPU_ISSET(cpu, &before) != 0);
		if (!CPU_ISSET(cpu, &before))
			continue;
		CPU_ZERO(&one);
		CPU_SET(cpu, &one);
		assert_int_equal(sched_setaffinity(0, sizeof(one), &one), 0);
		assert_int_equal(os_usable_cpus(), 1);
		assert_true(os_cpu_is_usable(cpu));
		assert_false(os_cpu_is_usable(cpu + 1));
		assert_false(os_cpu_is_usable(cpu - 1));
		assert_int_equal(sched_setaffinity(0, sizeof(before), &before), 0);
	}
	assert_int_equal(os_usable_cpus(), all);
	assert_false(os_cpu_is_usable(UINT_MAX));
}

/* The kernel's answer, unless a sandbox is played that refuses one. */
static bool refuses;

int __real_sched_getaffinity(pid_t pid, size_t size, cpu_set_t *set);
int __wrap_sched_getaffinity(pid_t pid, size_t size, cpu_set_t *set);

int __wrap_sched_getaffinity(pid_t pid, size_t size, cpu_set_t *set)
{
	return refuses ? -1 : __real_sched_getaffinity(pid, size, set);
}

static void where_affinity_is_a_secret_there_is_one_cpu_and_none_to_keep_to(void **state)
{
	(void)state;
	refuses = true;
	assert_int_equal(os_usable_cpus(), 1);
	assert_false(os_cpu_is_usable(0));
	refuses = false;
}

#define tree_test(_function) cmocka_unit_test_setup_teardown(_function, make_tree, remove_tree)

int main(void)
{
	const struct CMUnitTest tests[] = {
		tree_test(without_files_there_is_no_quota),
		tree_test(max_is_no_quota),
		tree_test(a_quota_is_rounded_up),
		tree_test(the_least_quota_of_all_levels_holds),
		tree_test(above_the_mount_nothing_is_read),
		tree_test(version_1_has_two_files),
		tree_test(both_versions_hold_together),
		tree_test(a_mounted_group_is_taken_off_the_path),
		tree_test(a_group_outside_the_namespace_leaves_the_mounts_root),
		tree_test(a_mount_in_which_this_process_has_no_group_sets_no_limit),
		tree_test(nonsense_sets_no_limit),
		tree_test(the_largest_cache_is_the_last),
		cmocka_unit_test(affinity_is_what_may_be_used),
		cmocka_unit_test(where_affinity_is_a_secret_there_is_one_cpu_and_none_to_keep_to),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
