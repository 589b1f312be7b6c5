/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/*
 * report_plot.c -- a picture for each operation: rates by size, a line for each mover and number of
 * operations in flight.
 */

#include "../quantity.h"
#include "report.h"

#include <libminiasync/version.h>

#include <stdbool.h>
#include <string.h>

#define WIDTH 960
#define HEIGHT 540

static bool same_line(const struct row *one, const struct row *other)
{
	return one->cell.operation == other->cell.operation &&
	       one->cell.depth_asked == other->cell.depth_asked &&
	       strcmp(one->name, other->name) == 0;
}

/* Whether no row before this one is of the same line. */
static bool begins_line(const struct report *report, size_t i)
{
	for (size_t before = 0; before < i; before++) {
		if (same_line(&report->rows[before], &report->rows[i]))
			return false;
	}
	return true;
}

/* The data of the line that begins with that row, as a block of that number. */
static void write_line(const struct report *report, size_t first, FILE *gnuplot)
{
	fprintf(gnuplot, "$line%zu << END\n", first);
	for (size_t i = first; i < report->row_count; i++) {
		const struct row *row = &report->rows[i];
		if (same_line(&report->rows[first], row))
			fprintf(gnuplot, "%zu %g\n", row->cell.size, row->bytes_per_second / 1e9);
	}
	fprintf(gnuplot, "END\n");
}

/* A mover has a colour, a number of operations in flight has a kind of line. */
static size_t colour_of(const struct report *report, const struct row *row)
{
	size_t colour = 1;
	while (strcmp(report->rows[colour - 1].name, row->name) != 0)
		colour++;
	return colour;
}

static size_t dashes_of(const struct report *report, const struct row *row)
{
	size_t dashes = 1, depth = report->rows[0].cell.depth_asked;
	for (size_t i = 0; depth != row->cell.depth_asked; i++) {
		if (report->rows[i].cell.depth_asked == depth)
			continue;
		depth = report->rows[i].cell.depth_asked;
		dashes++;
	}
	return dashes;
}

static void write_picture(const struct report *report, const struct operation_kind *operation,
			  FILE *gnuplot)
{
	bool first = true;
	fprintf(gnuplot, "set title '%s'\nplot ", operation->name);
	for (size_t i = 0; i < report->row_count; i++) {
		const struct row *row = &report->rows[i];
		if (row->cell.operation != operation || !begins_line(report, i))
			continue;
		fprintf(gnuplot,
			"%s$line%zu using 1:2 with linespoints linewidth 2 pointtype 7 "
			"pointsize 0.6 linecolor %zu dashtype %zu title '%s, %zu in flight'",
			first ? "" : ", ", i, colour_of(report, row), dashes_of(report, row),
			row->name, row->cell.depth_asked);
		first = false;
	}
	fputc('\n', gnuplot);
}

/* Sizes on the axis are written as everywhere else; gnuplot would write 4096 and 1e+06. */
static void write_axis(const struct report *report, FILE *gnuplot)
{
	char text[QUANTITY_LENGTH];
	size_t least = SIZE_MAX, most = 0;
	fprintf(gnuplot, "set xtics (");
	for (size_t i = 0; i < report->row_count; i++) {
		size_t size = report->rows[i].cell.size;
		least = size < least ? size : least;
		if (size > most) /* the sweep begins with all of them, in order */
			fprintf(gnuplot, "%s'%s' %zu", most == 0 ? "" : ", ",
				format_exact_size(text, size), size);
		most = size > most ? size : most;
	}
	fprintf(gnuplot, ")\nset xrange [%g:%g]\n", (double)least / 1.2, (double)most * 1.2);
}

void report_write_plot(const struct report *report, const char *terminal, FILE *gnuplot)
{
	const struct operation_kind *operations[OPERATION_KINDS];
	size_t count = 0;
	for (size_t i = 0; i < report->row_count; i++) {
		const struct operation_kind *operation = report->rows[i].cell.operation;
		if (count == 0 || operations[count - 1] != operation)
			operations[count++] = operation;
		if (begins_line(report, i))
			write_line(report, i, gnuplot);
	}
	fprintf(gnuplot, "set terminal %s size %d,%zu background rgb 'white'\n", terminal, WIDTH,
		HEIGHT * count);
	fprintf(gnuplot, "set logscale x 2\nset xlabel 'bytes of an operation'\n"
			 "set ylabel 'GB/s'\nset yrange [0:*]\nset grid\nset key outside right top "
			 "width -2\n");
	write_axis(report, gnuplot);
	fprintf(gnuplot, "set multiplot layout %zu,1 title 'miniasync %s on %s' noenhanced\n",
		count, miniasync_version(), report->machine.model);
	for (size_t i = 0; i < count; i++)
		write_picture(report, operations[i], gnuplot);
	fprintf(gnuplot, "unset multiplot\n");
}
