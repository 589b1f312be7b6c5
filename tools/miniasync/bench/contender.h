/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/*
 * contender.h -- who does the operations of a cell: a plain loop of the language's own function, or
 * a mover, as a program would use it that keeps some operations in flight.
 */

#ifndef MINIASYNC_BENCH_CONTENDER_H
#define MINIASYNC_BENCH_CONTENDER_H

#include "samples.h"
#include "sweep.h"

#include <libminiasync/vdm.h>

/* Memory to work on: slots of the cell's size, one behind the other, used in turn. */
struct load {
	struct cell cell;
	char *source;
	char *destination;
	size_t slots; /* as many as operations in flight, or more */
};

struct contender {
	const char *name;
	struct vdm *vdm; /* NULL: the plain loop */
	struct slot *ring;
};

/* contender_open -- with a vdm, or NULL for the plain loop; -1 once it complained. */
int contender_open(struct contender *contender, const char *name, struct vdm *vdm);
void contender_close(struct contender *contender);

/* contender_can -- whether it knows the operation. */
int contender_can(const struct contender *contender, const struct operation_kind *operation);

/*
 * contender_run -- so many operations, over the slots from the first one on; all are complete when
 * it returns. Samples, if not NULL, get the time of each from its start until it was seen to be
 * complete. 0, or -1 once it complained about one that failed.
 */
int contender_run(struct contender *contender, const struct load *load, size_t count,
		  struct samples *samples);

#endif
