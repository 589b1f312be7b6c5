/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/*
 * quota.h -- how much CPU time control groups leave this process.
 */

#ifndef MINIASYNC_QUOTA_H
#define MINIASYNC_QUOTA_H

/* quota_cpus -- in CPUs, the least of all groups that it is in; 0: no limit. -1: complained. */
int quota_cpus(double *cpus);

#endif
