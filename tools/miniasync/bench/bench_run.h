/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/*
 * bench_run.h -- measures what was asked for, and reports it.
 */

#ifndef MINIASYNC_BENCH_RUN_H
#define MINIASYNC_BENCH_RUN_H

#include "../movers.h"
#include "sweep.h"

#include <stdbool.h>

#define BENCH_MOVERS_MAX 8

struct bench_request {
	struct sweep sweep;
	const struct mover_kind *movers[BENCH_MOVERS_MAX];
	size_t mover_count; /* 0: all that there are on this machine */
	size_t threads;     /* of the movers that have some; 0: as many as pay */
	bool quick;
	const char *json; /* names of files; NULL: none wanted */
	const char *csv;
	const char *plot;
};

/* bench_run -- 0, or -1 once it complained. */
int bench_run(const struct bench_request *request);

#endif
