/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/*
 * outputs.h -- the files that bench is asked for. In the end each is whole, or gone.
 */

#ifndef MINIASYNC_BENCH_OUTPUTS_H
#define MINIASYNC_BENCH_OUTPUTS_H

#include "bench_run.h"
#include "gnuplot.h"
#include "report.h"

#include <stdio.h>

struct output {
	const char *path;
	FILE *file; /* NULL: not wanted, or closed */
};

struct outputs {
	struct output json;
	struct output csv;
	struct gnuplot gnuplot;
};

/*
 * outputs_open -- before anything is measured, so that what cannot be written shows at once. -1
 * once it complained.
 */
int outputs_open(struct outputs *outputs, const struct bench_request *request);

/* outputs_write -- all of them, whatever becomes of the others. -1 once it complained. */
int outputs_write(struct outputs *outputs, const struct report *report);

/* outputs_close -- removes those that are not whole. */
void outputs_close(struct outputs *outputs);

#endif
