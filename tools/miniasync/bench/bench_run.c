/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/*
 * bench_run.c -- the way from what was asked for to a report. Whatever can be wrong with files,
 * memory or movers shows before the first measurement.
 */

#include "bench_run.h"
#include "memory.h"
#include "../message.h"
#include "outputs.h"
#include "../progress.h"
#include "../quantity.h"
#include "report.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CONTENDERS_MAX (BENCH_MOVERS_MAX + 1) /* with the plain loop */

#define ROUNDS 5                        /* at least */
#define CELL UINT64_C(1000000000)       /* nanoseconds that are spent on one */
#define QUICK_CELL UINT64_C(400000000)  /* at most */
#define QUICK_AIM UINT64_C(9000000000)  /* on all of them */
#define QUICK_END UINT64_C(17000000000) /* after so many no round is begun */

struct bench {
	const struct bench_request *request;
	struct report report;
	struct measure measure;
	struct memory memory;
	struct outputs outputs;
	struct mover movers[BENCH_MOVERS_MAX];
	size_t mover_count;
	struct contender contenders[CONTENDERS_MAX];
	size_t contender_count;
};

static int add_contender(struct bench *bench, const char *name, struct vdm *vdm)
{
	return contender_open(&bench->contenders[bench->contender_count++], name, vdm);
}

/* A mover that was not asked for by name may be absent, and `info' says why. */
static int add_mover(struct bench *bench, const struct mover_kind *kind, bool asked_for)
{
	struct mover *mover = &bench->movers[bench->mover_count];
	size_t threads = kind->has_threads ? bench->request->threads : 0;
	if (mover_make(mover, kind, threads) == 0) {
		bench->mover_count++;
		return add_contender(bench, kind->name, mover->vdm);
	}
	if (!asked_for && mover_is_absent())
		return 0;
	return complain(kind->name, "cannot make this mover: %s", mover_reason());
}

static int open_contenders(struct bench *bench)
{
	const struct bench_request *request = bench->request;
	int result = add_contender(bench, "plain", NULL);
	for (size_t i = 0; i < request->mover_count && result == 0; i++)
		result = add_mover(bench, request->movers[i], true);
	for (size_t i = 0; request->mover_count == 0 && mover_kinds[i].name != NULL && result == 0;
	     i++)
		result = add_mover(bench, &mover_kinds[i], false);
	return result;
}

static size_t memory_needed(const struct sweep *sweep)
{
	size_t most = 0;
	for (size_t i = 0; i < sweep_count(sweep); i++) {
		struct cell cell;
		sweep_cell(sweep, i, &cell);
		size_t bytes = measure_slots(&cell) * cell.size;
		most = bytes > most ? bytes : most;
	}
	return most;
}

static int open_memory(struct bench *bench)
{
	size_t size = memory_needed(&bench->request->sweep);
	uint64_t available = bench->report.machine.memory;
	char needed[QUANTITY_LENGTH], there[QUANTITY_LENGTH];

	format_size(needed, 2 * size);
	if (available != 0 && available < 2 * size)
		return complain("--sizes", "operations need %s of memory, and there are %s", needed,
				format_size(there, available));
	if (memory_open(&bench->memory, size) != 0)
		return complain("--sizes", "no memory: %s for %s", needed, strerror(errno));
	return 0;
}

static size_t cells_done;

static void show_progress(void)
{
	progress_update(cells_done);
}

static void plan(struct bench *bench, uint64_t started)
{
	const struct bench_request *request = bench->request;
	uint64_t cells = sweep_count(&request->sweep);
	uint64_t quick_time = QUICK_AIM / cells < QUICK_CELL ? QUICK_AIM / cells : QUICK_CELL;

	bench->measure = (struct measure){
		.rounds = ROUNDS,
		.cell_time = request->quick ? quick_time : CELL,
		.deadline = request->quick ? started + QUICK_END : UINT64_MAX,
		.source = bench->memory.source,
		.destination = bench->memory.destination,
		.step = show_progress,
	};
}

/* The cells that were left out when the time was over: 0 or more. -1 once it complained. */
static int measure_all(struct bench *bench)
{
	const struct sweep *sweep = &bench->request->sweep;
	struct report *report = &bench->report;
	size_t count = sweep_count(sweep);
	int left_out = 0;

	progress_begin("measuring", count, PROGRESS_STEPS);
	for (size_t i = 0; i < count; i++) {
		struct cell cell;
		cells_done = i;
		if (!sweep_cell(sweep, i, &cell))
			continue;
		size_t first = report->row_count;
		int rows = measure_cell(&bench->measure, &cell, bench->contenders,
					bench->contender_count, &report->rows[first]);
		if (rows < 0)
			return -1;
		left_out += rows == 0;
		report->row_count += (size_t)rows;
		progress_hide();
		if (rows > 0)
			report_print_cell(report, first);
	}
	progress_end();
	return left_out;
}

static int measure_and_report(struct bench *bench)
{
	struct report *report = &bench->report;
	report_print_heading(report);
	int left_out = measure_all(bench);
	if (left_out < 0)
		return -1;
	report->verdict_count = verdict_find(report->rows, report->row_count, report->verdicts);
	report_print_verdicts(report);
	if (left_out > 0)
		printf("\nThe 20 seconds of --quick were over before %d more places of the "
		       "sweep.\n",
		       left_out);
	return outputs_write(&bench->outputs, report);
}

static int prepare(struct bench *bench)
{
	uint64_t started = samples_now();
	struct report *report = &bench->report;
	size_t rows = sweep_count(&bench->request->sweep) * CONTENDERS_MAX;

	if (machine_read(&report->machine) != 0)
		return -1;
	report->rows = calloc(rows, sizeof(*report->rows));
	report->verdicts = calloc(rows, sizeof(*report->verdicts));
	if (report->rows == NULL || report->verdicts == NULL)
		return complain("bench", "%s", strerror(errno));
	if (outputs_open(&bench->outputs, bench->request) != 0 || open_memory(bench) != 0 ||
	    open_contenders(bench) != 0)
		return -1;
	plan(bench, started);
	return round_trip_measure(&report->round_trip);
}

static void clean_up(struct bench *bench)
{
	for (size_t i = 0; i < bench->contender_count; i++)
		contender_close(&bench->contenders[i]);
	for (size_t i = 0; i < bench->mover_count; i++)
		mover_close(&bench->movers[i]);
	outputs_close(&bench->outputs);
	memory_close(&bench->memory);
	free(bench->report.rows);
	free(bench->report.verdicts);
}

int bench_run(const struct bench_request *request)
{
	struct bench *bench = calloc(1, sizeof(*bench));
	if (bench == NULL)
		return complain("bench", "%s", strerror(errno));
	bench->request = request;
	int result = prepare(bench);
	if (result == 0)
		result = measure_and_report(bench);
	clean_up(bench);
	free(bench);
	return result;
}
