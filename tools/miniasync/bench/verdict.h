/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/*
 * verdict.h -- from which size which mover pays.
 */

#ifndef MINIASYNC_BENCH_VERDICT_H
#define MINIASYNC_BENCH_VERDICT_H

#include "measure.h"

/* Sizes next to each other for which the same contender is best. */
struct verdict {
	const struct operation_kind *operation;
	size_t depth; /* as asked for */
	const char *name;
	size_t from;
	size_t to;
	double least; /* ratio to the plain loop; 0: there is none */
	double most;
};

/* A mover pays when it is faster than the plain loop by more than what rounds differ by. */
#define PAYS 1.05

/* verdict_find -- from rows in the order of the sweep; there are at most as many as rows. */
size_t verdict_find(const struct row *rows, size_t count, struct verdict *verdicts);

#endif
