/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/*
 * report.h -- what was measured, for people, for programs, and as a picture.
 */

#ifndef MINIASYNC_BENCH_REPORT_H
#define MINIASYNC_BENCH_REPORT_H

#include "../machine.h"
#include "measure.h"
#include "round_trip.h"
#include "verdict.h"

#include <stdio.h>

struct report {
	struct machine machine;
	struct round_trip round_trip;
	struct row *rows; /* in the order of the sweep */
	size_t row_count;
	struct verdict *verdicts;
	size_t verdict_count;
};

/* For people: what comes before the rows, some more of them, what follows from all. */
void report_print_heading(const struct report *report);
void report_print_cell(const struct report *report, size_t first);
void report_print_verdicts(const struct report *report);

/* Into a file that is open; whether it is written shows when that is closed. -1: no memory. */
int report_write_json(const struct report *report, FILE *file);
void report_write_csv(const struct report *report, FILE *file);

/* As commands for gnuplot, with the data among them. */
void report_write_plot(const struct report *report, const char *terminal, FILE *gnuplot);

#endif
