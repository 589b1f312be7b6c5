/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/*
 * sweep.h -- what is measured: every operation, with every number of operations in flight, of every
 * size.
 */

#ifndef MINIASYNC_BENCH_SWEEP_H
#define MINIASYNC_BENCH_SWEEP_H

#include "../operation.h"

#include <argp.h>
#include <stddef.h>
#include <stdint.h>

#define SWEEP_SIZES_MAX 64
#define SWEEP_DEPTHS_MAX 16
#define SWEEP_SIZE_MAX ((size_t)64 << 30)

/*
 * Operations in flight together span no more memory than this, or are a single one; a depth that
 * would need more is measured as far as it goes.
 */
#define SWEEP_SPAN ((size_t)64 << 20)

struct sweep {
	const struct operation_kind *operations[OPERATION_KINDS];
	size_t operation_count;
	size_t depths[SWEEP_DEPTHS_MAX];
	size_t depth_count;
	size_t sizes[SWEEP_SIZES_MAX]; /* increasing */
	size_t size_count;
};

/* One place of the sweep. */
struct cell {
	const struct operation_kind *operation;
	size_t size;
	size_t depth; /* operations in flight, as many as were asked for or as SWEEP_SPAN allows */
	size_t depth_asked;
};

/*
 * What the arguments say, lists with commas; sizes may be ranges, "64..1G", in steps of four.
 * They end the process with a usage message that names what is wrong.
 */
void sweep_take_operations(struct sweep *sweep, char *text, struct argp_state *state);
void sweep_take_depths(struct sweep *sweep, char *text, struct argp_state *state);
void sweep_take_sizes(struct sweep *sweep, char *text, struct argp_state *state);

/*
 * sweep_cell -- the cell at a position, of which there are sweep_count; 0 when it is one that a
 * smaller depth has been measured as already.
 */
size_t sweep_count(const struct sweep *sweep);
int sweep_cell(const struct sweep *sweep, size_t position, struct cell *cell);

#endif
