/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/*
 * os_cpus_linux.c -- what Linux says of the CPUs: which of them this thread may use, how much of
 * them its cgroups leave it, and how large their cache is.
 *
 * A quota may stand at every level of a hierarchy, from the process's own group up to the root of
 * the mount; the least of them holds. Version 2 has one hierarchy, version 1 may have one for CPUs
 * beside others, and machines with both exist: each mount that /proc/self/mountinfo lists is asked.
 * In a container the mount's root is a group too, so a group's directory is found by taking that
 * root off its path; where the path lies outside (a namespace's "/.."), the mount's root remains.
 *
 * A file that is missing or says something else than expected sets no limit.
 */

#define _GNU_SOURCE
#include "platform/os_cpus_linux.h"
#include "platform/os.h"

#include <limits.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PATH_SIZE 1024
#define LINE_SIZE 2048

/* 64 sets of 1024: more CPUs than any kernel is built for. */
#define CPU_SETS 64

struct cgroup_mount {
	int version;
	char root[PATH_SIZE];  /* the group that is mounted */
	char point[PATH_SIZE]; /* where */
};

static FILE *open_below(const char *root, const char *path)
{
	char full[3 * PATH_SIZE];
	int length = snprintf(full, sizeof(full), "%s%s", root, path);
	return length >= 0 && (size_t)length < sizeof(full) ? fopen(full, "re") : NULL;
}

/* Reads a file of one line; 0, and an empty line, when there is none. */
static int read_line(const char *root, const char *directory, const char *name, char *line,
		     size_t size)
{
	char path[2 * PATH_SIZE + 32];
	line[0] = '\0';
	int length = snprintf(path, sizeof(path), "%s/%s", directory, name);
	FILE *file = length >= 0 && (size_t)length < sizeof(path) ? open_below(root, path) : NULL;
	if (file == NULL)
		return 0;
	int found = fgets(line, (int)size, file) != NULL;
	fclose(file);
	return found;
}

/* Whether a list with commas names the word. */
static int list_has(const char *list, const char *word)
{
	size_t length = strlen(word);
	while (*list != '\0') {
		size_t item = strcspn(list, ",\n");
		if (item == length && strncmp(list, word, length) == 0)
			return 1;
		list += item;
		list += *list != '\0';
	}
	return 0;
}

/* A line is: id parent device ROOT POINT options [more ...] - TYPE source OPTIONS */
static int parse_mount(const char *line, struct cgroup_mount *mount)
{
	char type[16] = "", options[256] = "";
	const char *rest = strstr(line, " - ");

	if (rest == NULL || sscanf(rest, " - %15s %*s %255s", type, options) != 2)
		return 0;
	if (strcmp(type, "cgroup2") == 0)
		mount->version = 2;
	else if (strcmp(type, "cgroup") == 0 && list_has(options, "cpu"))
		mount->version = 1;
	else
		return 0;
	return sscanf(line, "%*s %*s %*s %1023s %1023s", mount->root, mount->point) == 2;
}

/* A line is: id:CONTROLLERS:PATH, and "0::PATH" for version 2. */
static int find_group(const char *root, int version, char *path)
{
	char line[LINE_SIZE];
	int found = 0;
	FILE *file = open_below(root, "/proc/self/cgroup");

	while (file != NULL && !found && fgets(line, sizeof(line), file) != NULL) {
		char *controllers = strchr(line, ':');
		char *group = controllers != NULL ? strchr(controllers + 1, ':') : NULL;
		if (group == NULL)
			continue;
		*group++ = '\0';
		group[strcspn(group, "\n")] = '\0';
		controllers++;
		found = version == 2 ? *controllers == '\0' : list_has(controllers, "cpu");
		found = found && *group == '/' && strlen(group) < PATH_SIZE;
		if (found)
			strcpy(path, group);
	}
	if (file != NULL)
		fclose(file);
	return found;
}

/* The group's path below the mount's root, "" for the root itself. */
static const char *path_below_mount(const char *group, const char *mount_root)
{
	size_t length = strcmp(mount_root, "/") == 0 ? 0 : strlen(mount_root);
	const char *below = group + length;

	if (strncmp(group, mount_root, length) != 0 || *below != '/' || below[1] == '\0')
		return "";
	return strstr(below, "/..") == NULL ? below : "";
}

static unsigned directory_cpus(const char *root, const char *directory, int version)
{
	char line[64];
	char *rest = line;
	long long quota, period;

	if (version == 2) { /* "max 100000" or "150000 100000" */
		read_line(root, directory, "cpu.max", line, sizeof(line));
		quota = strtoll(line, &rest, 10);
		period = strtoll(rest, NULL, 10);
	} else { /* -1 for none */
		read_line(root, directory, "cpu.cfs_quota_us", line, sizeof(line));
		quota = strtoll(line, NULL, 10);
		read_line(root, directory, "cpu.cfs_period_us", line, sizeof(line));
		period = strtoll(line, NULL, 10);
	}
	if (quota <= 0 || period <= 0)
		return UINT_MAX;
	long long cpus = quota / period + (quota % period != 0);
	return cpus < UINT_MAX ? (unsigned)cpus : UINT_MAX;
}

static unsigned hierarchy_cpus(const char *root, const struct cgroup_mount *mount)
{
	char group[PATH_SIZE], directory[2 * PATH_SIZE];
	unsigned fewest = UINT_MAX;

	if (!find_group(root, mount->version, group))
		return UINT_MAX;
	size_t top = strlen(mount->point);
	snprintf(directory, sizeof(directory), "%s%s", mount->point,
		 path_below_mount(group, mount->root));
	for (;;) {
		unsigned cpus = directory_cpus(root, directory, mount->version);
		if (cpus < fewest)
			fewest = cpus;
		char *last = strrchr(directory + top, '/');
		if (last == NULL)
			return fewest;
		*last = '\0';
	}
}

unsigned linux_quota_cpus(const char *root)
{
	char line[LINE_SIZE];
	struct cgroup_mount mount;
	unsigned fewest = UINT_MAX;
	FILE *file = open_below(root, "/proc/self/mountinfo");

	while (file != NULL && fgets(line, sizeof(line), file) != NULL) {
		unsigned cpus = parse_mount(line, &mount) ? hierarchy_cpus(root, &mount) : UINT_MAX;
		if (cpus < fewest)
			fewest = cpus;
	}
	if (file != NULL)
		fclose(file);
	return fewest;
}

size_t linux_cache_size(const char *root)
{
	char directory[PATH_SIZE], line[32];
	size_t largest = 0;

	for (unsigned index = 0;; index++) {
		snprintf(directory, sizeof(directory), "/sys/devices/system/cpu/cpu0/cache/index%u",
			 index);
		if (!read_line(root, directory, "size", line, sizeof(line)))
			return largest;
		char *unit;
		unsigned long long size = strtoull(line, &unit, 10);
		if (*unit == 'K')
			size <<= 10;
		else if (*unit == 'M')
			size <<= 20;
		if (size > largest && size < SIZE_MAX / 2)
			largest = (size_t)size;
	}
}

size_t os_cache_size(void)
{
	return linux_cache_size("");
}

/* Refused (a sandbox may), the set is empty. */
static void usable_cpus(cpu_set_t *sets)
{
	if (sched_getaffinity(0, CPU_SETS * sizeof(*sets), sets) != 0)
		memset(sets, 0, CPU_SETS * sizeof(*sets));
}

unsigned os_usable_cpus(void)
{
	cpu_set_t sets[CPU_SETS];
	usable_cpus(sets);
	unsigned cpus = (unsigned)CPU_COUNT_S(sizeof(sets), sets);
	unsigned quota = linux_quota_cpus("");
	if (quota < cpus)
		cpus = quota;
	return cpus != 0 ? cpus : 1;
}

int os_cpu_is_usable(unsigned cpu)
{
	cpu_set_t sets[CPU_SETS];
	usable_cpus(sets);
	return CPU_ISSET_S(cpu, sizeof(sets), sets) != 0;
}
