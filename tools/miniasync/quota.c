/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/*
 * quota.c -- the quota of each group from the process's own up to the root, where distributions and
 * container engines mount them. A container may see its group as the root, under a path that is not
 * there: a file that is missing sets no limit.
 */

#include "quota.h"

#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define VERSION_1 "/sys/fs/cgroup/cpu"
#define VERSION_2 "/sys/fs/cgroup"

/* The numbers that a file begins with; how many there are. */
static int read_numbers(const char *directory, const char *name, double *first, double *second)
{
	char path[PATH_MAX + 32];
	snprintf(path, sizeof(path), "%s/%s", directory, name);
	FILE *file = fopen(path, "re");
	if (file == NULL)
		return 0;
	int found = fscanf(file, "%lf %lf", first, second); /* none in "max 100000" */
	fclose(file);
	return found;
}

static double group_cpus(const char *directory)
{
	double quota = 0, period = 0, ignored;
	if (read_numbers(directory, "cpu.max", &quota, &period) != 2) {
		read_numbers(directory, "cpu.cfs_quota_us", &quota, &ignored);
		read_numbers(directory, "cpu.cfs_period_us", &period, &ignored);
	}
	return quota > 0 && period > 0 ? quota / period : 0;
}

static double least(double one, double other)
{
	return other > 0 && (other < one || one <= 0) ? other : one;
}

static double hierarchy_cpus(const char *mount, const char *group)
{
	char directory[PATH_MAX];
	double cpus = 0;
	int length = snprintf(directory, sizeof(directory), "%s%s", mount, group);
	if (length < 0 || (size_t)length >= sizeof(directory))
		return 0;
	for (;;) {
		cpus = least(cpus, group_cpus(directory));
		char *last = strrchr(directory + strlen(mount), '/');
		if (last == NULL)
			return cpus;
		*last = '\0';
	}
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

double quota_cpus(void)
{
	FILE *file = fopen("/proc/self/cgroup", "re");
	char *line = NULL;
	size_t capacity = 0;
	double cpus = 0;

	/* A line is: id:CONTROLLERS:PATH, and "0::PATH" for version 2. */
	while (file != NULL && getline(&line, &capacity, file) > 0) {
		char *controllers = strchr(line, ':');
		char *group = controllers != NULL ? strchr(controllers + 1, ':') : NULL;
		if (group == NULL)
			continue;
		*group++ = '\0';
		group[strcspn(group, "\n")] = '\0';
		if (*++controllers == '\0')
			cpus = least(cpus, hierarchy_cpus(VERSION_2, group));
		else if (has_cpu(controllers))
			cpus = least(cpus, hierarchy_cpus(VERSION_1, group));
	}
	free(line);
	if (file != NULL)
		fclose(file);
	return cpus;
}
