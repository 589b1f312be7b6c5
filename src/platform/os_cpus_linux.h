/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/*
 * os_cpus_linux.h -- what os_cpus_linux.c reads in /proc and /sys, for tests with trees of their
 * own.
 */

#ifndef MINIASYNC_PLATFORM_OS_CPUS_LINUX_H
#define MINIASYNC_PLATFORM_OS_CPUS_LINUX_H

#include <stddef.h>

/* How many CPUs the quotas of this process's cgroups leave, at least 1; UINT_MAX: no quota. */
unsigned linux_quota_cpus(const char *root);

/* The size in bytes of the largest cache, 0 when there is nothing to read. */
size_t linux_cache_size(const char *root);

#endif
