/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/*
 * round_trip.h -- how long a cache line takes from one CPU to another and back. It moves every
 * figure of a mover that hands its work to another CPU.
 */

#ifndef MINIASYNC_BENCH_ROUND_TRIP_H
#define MINIASYNC_BENCH_ROUND_TRIP_H

struct round_trip {
	int pairs;    /* of CPUs that were measured; 0: there is no second one to use */
	double least; /* nanoseconds: medians of the nearest pair and of the farthest */
	double most;
};

/* From the first usable CPU to up to eight others, spread over all. -1 once it complained. */
int round_trip_measure(struct round_trip *trip);

#endif
