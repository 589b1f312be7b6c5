/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/*
 * report_files.c -- JSON, with all that was measured and where, and CSV, the rows alone. Times are
 * in nanoseconds; what does not exist is null, or an empty field.
 */

#include "../document.h"
#include "report.h"

#include <libminiasync/version.h>

static json_t *real_or_null(double value)
{
	return value > 0 ? json_real(value) : json_null();
}

static json_t *row_json(const struct row *row)
{
	return json_pack("{s:s, s:I, s:I, s:s, s:f, s:f, s:f, s:f, s:f, s:o, s:I}", "operation",
			 row->cell.operation->name, "size", (json_int_t)row->cell.size, "in_flight",
			 (json_int_t)row->cell.depth, "mover", row->name, "gb_per_second",
			 row->bytes_per_second / 1e9, "operations_per_second",
			 row->operations_per_second, "cpu_ns", row->cpu, "p50_ns", row->p50,
			 "p99_ns", row->p99, "ratio", real_or_null(row->ratio), "rounds",
			 (json_int_t)row->rounds);
}

static json_t *verdict_json(const struct verdict *verdict)
{
	return json_pack("{s:s, s:I, s:s, s:I, s:I}", "operation", verdict->operation->name,
			 "in_flight", (json_int_t)verdict->depth, "mover", verdict->name, "from",
			 (json_int_t)verdict->from, "to", (json_int_t)verdict->to);
}

int report_write_json(const struct report *report, FILE *file)
{
	json_t *rows = json_array(), *fastest = json_array();
	for (size_t i = 0; i < report->row_count; i++)
		rows = document_append(rows, row_json(&report->rows[i]));
	for (size_t i = 0; i < report->verdict_count; i++)
		fastest = document_append(fastest, verdict_json(&report->verdicts[i]));
	json_t *all =
		json_pack("{s:s, s:o, s:{s:o, s:o}, s:o, s:o}", "library", miniasync_version(),
			  "machine", machine_json(&report->machine), "cache_line_round_trip_ns",
			  "least", real_or_null(report->round_trip.least), "most",
			  real_or_null(report->round_trip.most), "rows", rows, "fastest", fastest);
	return document_print(all, file);
}

void report_write_csv(const struct report *report, FILE *file)
{
	fputs("operation,size,in_flight,mover,gb_per_second,operations_per_second,cpu_ns,p50_ns,"
	      "p99_ns,ratio,rounds\n",
	      file);
	for (size_t i = 0; i < report->row_count; i++) {
		const struct row *row = &report->rows[i];
		fprintf(file, "%s,%zu,%zu,%s,%.6g,%.6g,%.6g,%.6g,%.6g,", row->cell.operation->name,
			row->cell.size, row->cell.depth, row->name, row->bytes_per_second / 1e9,
			row->operations_per_second, row->cpu, row->p50, row->p99);
		if (row->ratio > 0)
			fprintf(file, "%.6g", row->ratio);
		fprintf(file, ",%zu\n", row->rounds);
	}
}
