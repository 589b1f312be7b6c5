/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/*
 * samples.h -- times, and what of them is told: medians and percentiles. In nanoseconds.
 */

#ifndef MINIASYNC_BENCH_SAMPLES_H
#define MINIASYNC_BENCH_SAMPLES_H

#include <stddef.h>
#include <stdint.h>

#define SAMPLES_MAX 8192

struct samples {
	double values[SAMPLES_MAX];
	size_t count;
};

/* samples_add -- the time of one operation; what reading the clock takes is subtracted. */
void samples_add(struct samples *samples, uint64_t nanoseconds);

/* samples_clock_cost -- what reading the clock takes; times below it mean no more than that. */
double samples_clock_cost(void);

/* The clock that they are taken with; and CPU time of all threads of this process. */
uint64_t samples_now(void);
uint64_t samples_cpu_time(void);

/*
 * samples_percentile -- the nearest rank: the least value that so many percent of them do not
 * exceed. Of fewer than a hundred, the 99th percentile is the largest. Sorts them; 0 if there are
 * none.
 */
double samples_percentile(struct samples *samples, unsigned percent);

/* median_of -- sorts the values. */
double median_of(double *values, size_t count);

#endif
