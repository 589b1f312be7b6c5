/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/*
 * gnuplot.h -- gnuplot as a child process: it is written commands to, and draws into a file.
 */

#ifndef MINIASYNC_BENCH_GNUPLOT_H
#define MINIASYNC_BENCH_GNUPLOT_H

#include <stdio.h>
#include <sys/types.h>

struct gnuplot {
	pid_t process;
	FILE *commands; /* NULL: it does not run */
	const char *path;
};

/* gnuplot_terminal -- how gnuplot calls the format of such a file; NULL if it is none of ours. */
const char *gnuplot_terminal(const char *path);

/*
 * gnuplot_open -- starts it, before anything is measured: whoever lacks it learns so at once. -1
 * once it complained.
 */
int gnuplot_open(struct gnuplot *gnuplot, const char *path);

/* gnuplot_close -- the picture is complete: 0; or -1 once it complained, and it is gone. */
int gnuplot_close(struct gnuplot *gnuplot);

/* gnuplot_discard -- there is to be no picture. */
void gnuplot_discard(struct gnuplot *gnuplot);

#endif
