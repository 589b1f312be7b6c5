/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/*
 * samples.c -- see samples.h.
 */

#include "samples.h"

#include <stdlib.h>
#include <time.h>

static uint64_t read_clock(clockid_t clock)
{
	struct timespec now;
	clock_gettime(clock, &now);
	return (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec;
}

uint64_t samples_now(void)
{
	return read_clock(CLOCK_MONOTONIC);
}

uint64_t samples_cpu_time(void)
{
	return read_clock(CLOCK_PROCESS_CPUTIME_ID);
}

static int compare(const void *one, const void *other)
{
	double a = *(const double *)one, b = *(const double *)other;
	return (a > b) - (a < b);
}

double median_of(double *values, size_t count)
{
	if (count == 0)
		return 0;
	qsort(values, count, sizeof(*values), compare);
	return count % 2 != 0 ? values[count / 2] : (values[count / 2 - 1] + values[count / 2]) / 2;
}

double samples_clock_cost(void)
{
	static double cost = -1;
	double values[101];
	if (cost >= 0)
		return cost;
	for (size_t i = 0; i < 101; i++) {
		uint64_t before = samples_now();
		values[i] = (double)(samples_now() - before);
	}
	cost = median_of(values, 101);
	return cost;
}

void samples_add(struct samples *samples, uint64_t nanoseconds)
{
	if (samples->count == SAMPLES_MAX)
		return;
	double value = (double)nanoseconds - samples_clock_cost();
	samples->values[samples->count++] = value > 0 ? value : 0;
}

double samples_percentile(struct samples *samples, unsigned percent)
{
	if (samples->count == 0)
		return 0;
	qsort(samples->values, samples->count, sizeof(samples->values[0]), compare);
	size_t rank = (samples->count * percent + 99) / 100;
	return samples->values[rank == 0 ? 0 : rank - 1];
}
