/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/*
 * quota.c -- the quota of each group from the process's own up to the root, where distributions and
 * container engines mount them. A container may see its group as the root, under a path that is not
 * there: a file that is missing sets no limit.
 */

#include "quota.h"
#include "system_text.h"

#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#define VERSION_1 "/sys/fs/cgroup/cpu"
#define VERSION_2 "/sys/fs/cgroup"

/* The numbers that a file begins with; what it does not have stays. */
static int read_numbers(const char *directory, const char *name, double *first, double *second)
{
	char path[PATH_MAX + 32], text[64];
	snprintf(path, sizeof(path), "%s/%s", directory, name);
	if (system_text(path, text, sizeof(text)) != 0)
		return -1;
	sscanf(text, "%lf %lf", first, second); /* none in "max 100000" */
	return 0;
}

static double least(double one, double other)
{
	return other > 0 && (other < one || one <= 0) ? other : one;
}

static int group_cpus(const char *directory, double *cpus)
{
	double quota = 0, period = 0, ignored;
	if (read_numbers(directory, "cpu.max", &quota, &period) != 0)
		return -1;
	if (period <= 0 && (read_numbers(directory, "cpu.cfs_quota_us", &quota, &ignored) != 0 ||
			    read_numbers(directory, "cpu.cfs_period_us", &period, &ignored) != 0))
		return -1;
	if (period > 0)
		*cpus = least(*cpus, quota / period);
	return 0;
}

static int hierarchy_cpus(const char *mount, const char *group, double *cpus)
{
	char directory[PATH_MAX];
	int length = snprintf(directory, sizeof(directory), "%s%s", mount, group);
	if (length < 0 || (size_t)length >= sizeof(directory))
		return 0;
	while (group_cpus(directory, cpus) == 0) {
		char *last = strrchr(directory + strlen(mount), '/');
		if (last == NULL)
			return 0;
		*last = '\0';
	}
	return -1;
}

/* Whether a list with commas names the controller. */
static bool has_cpu(char *controllers)
{
	char *rest;
	for (char *name = strtok_r(controllers, ",", &rest); name != NULL;
	     name = strtok_r(NULL, ",", &rest)) {
		if (strcmp(name, "cpu") == 0)
			return true;
	}
	return false;
}

/* A line is: id:CONTROLLERS:PATH, and "0::PATH" for version 2. */
static int line_cpus(char *line, double *cpus)
{
	char *controllers = strchr(line, ':');
	char *group = controllers != NULL ? strchr(controllers + 1, ':') : NULL;
	if (group == NULL)
		return 0;
	*group++ = '\0';
	if (*++controllers == '\0')
		return hierarchy_cpus(VERSION_2, group, cpus);
	return has_cpu(controllers) ? hierarchy_cpus(VERSION_1, group, cpus) : 0;
}

int quota_cpus(double *cpus)
{
	char text[16 * PATH_MAX], *rest; /* more than there are controllers */
	*cpus = 0;
	if (system_text("/proc/self/cgroup", text, sizeof(text)) != 0)
		return -1;
	for (char *line = strtok_r(text, "\n", &rest); line != NULL;
	     line = strtok_r(NULL, "\n", &rest)) {
		if (line_cpus(line, cpus) != 0)
			return -1;
	}
	return 0;
}
