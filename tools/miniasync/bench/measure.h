/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/*
 * measure.h -- measures the contenders of one cell.
 *
 * In rounds: in each, every contender has its turn, another one first each time, so that whatever
 * else the machine does meets all of them alike. A turn is a batch of operations, timed as a whole,
 * and a shorter one of which each is timed. A figure is the median of the rounds; so is the ratio
 * to the plain loop, which is taken within a round. Turns are shorter than what a scheduler gives
 * to somebody else, and many: on a busy machine most of them are disturbed by nobody.
 */

#ifndef MINIASYNC_BENCH_MEASURE_H
#define MINIASYNC_BENCH_MEASURE_H

#include "contender.h"

#include <stdint.h>

#define ROUNDS_MAX 101

/* What is told of a contender in a cell. */
struct row {
	struct cell cell;
	const char *name;
	double bytes_per_second;
	double operations_per_second;
	double cpu; /* nanoseconds of CPU time for an operation */
	double p50; /* nanoseconds */
	double p99;
	double ratio; /* to the plain loop; 0: there is none */
	size_t rounds;
};

struct measure {
	size_t rounds;      /* at least; ROUNDS_MAX at most */
	uint64_t cell_time; /* nanoseconds after which no more rounds than these are begun */
	uint64_t deadline;  /* on the samples' clock; UINT64_MAX: none */
	char *source;       /* of each as much as there are slots of the cell's size */
	char *destination;
	void (*step)(void); /* called after each round */
};

/* measure_slots -- how many operations side by side a cell needs memory for. */
size_t measure_slots(const struct cell *cell);

/*
 * measure_cell -- fills in a row for each contender that can do the operation. How many, 0 when the
 * deadline came first, or -1 once it complained.
 */
int measure_cell(const struct measure *measure, const struct cell *cell,
		 struct contender *contenders, size_t count, struct row *rows);

#endif
