/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/*
 * report_text.c -- tables.
 */

#include "../quantity.h"
#include "report.h"

#include <libminiasync/version.h>

#include <stdbool.h>

static void print_round_trip(const struct round_trip *trip)
{
	char least[QUANTITY_LENGTH], most[QUANTITY_LENGTH];
	if (trip->pairs == 0)
		printf("There is no second CPU to use.\n");
	else if (trip->pairs == 1)
		printf("A cache line goes to the other CPU and back in %s.\n",
		       format_nanoseconds(least, trip->least));
	else
		printf("A cache line goes to another CPU and back in %s to %s.\n",
		       format_nanoseconds(least, trip->least),
		       format_nanoseconds(most, trip->most));
}

void report_print_heading(const struct report *report)
{
	const struct machine *machine = &report->machine;
	unsigned cpus = machine_usable_cpus(machine);
	printf("miniasync %s on %s, %u usable CPU%s\n", miniasync_version(),
	       machine->model[0] != '\0' ? machine->model : machine->system.machine, cpus,
	       cpus == 1 ? "" : "s");
	print_round_trip(&report->round_trip);
	printf("Medians of rounds in which all take turns; ratios are to the plain loop of a "
	       "round.\n");
}

static bool begins_table(const struct report *report, size_t first)
{
	if (first == 0)
		return true;
	const struct cell *cell = &report->rows[first].cell;
	const struct cell *before = &report->rows[first - 1].cell;
	return cell->operation != before->operation || cell->depth_asked != before->depth_asked;
}

static void print_title(const struct cell *cell)
{
	printf("\n%s, %zu in flight", cell->operation->name, cell->depth_asked);
	if (cell->operation->function != NULL)
		printf(" (plain: %s)", cell->operation->function);
	printf("\n%6s  %-10s %8s %10s %10s %10s %10s %7s\n", "size", "mover", "GB/s", "op/s",
	       "CPU/op", "p50", "p99", "ratio");
}

static const char *format_latency(char text[QUANTITY_LENGTH], double nanoseconds)
{
	char least[QUANTITY_LENGTH];
	double cost = samples_clock_cost();
	if (nanoseconds >= cost)
		return format_nanoseconds(text, nanoseconds);
	snprintf(text, QUANTITY_LENGTH, "< %s", format_nanoseconds(least, cost));
	return text;
}

static void print_row(const struct row *row, bool first)
{
	char size[QUANTITY_LENGTH] = "", count[QUANTITY_LENGTH], cpu[QUANTITY_LENGTH];
	char p50[QUANTITY_LENGTH], p99[QUANTITY_LENGTH];
	if (first)
		format_exact_size(size, row->cell.size);
	printf("%6s  %-10s %8.2f %10s %10s %10s %10s", size, row->name, row->bytes_per_second / 1e9,
	       format_count(count, row->operations_per_second), format_nanoseconds(cpu, row->cpu),
	       format_latency(p50, row->p50), format_latency(p99, row->p99));
	if (row->ratio > 0)
		printf(" %7.2f", row->ratio);
	if (first && row->cell.depth < row->cell.depth_asked)
		printf("  (%zu in flight)", row->cell.depth);
	putchar('\n');
}

void report_print_cell(const struct report *report, size_t first)
{
	if (begins_table(report, first))
		print_title(&report->rows[first].cell);
	for (size_t i = first; i < report->row_count; i++)
		print_row(&report->rows[i], i == first);
	fflush(stdout); /* each as soon as it is there */
}

static void print_sizes(const struct verdict *verdict)
{
	char from[QUANTITY_LENGTH], to[QUANTITY_LENGTH];
	format_exact_size(from, verdict->from);
	format_exact_size(to, verdict->to);
	if (verdict->from == verdict->to)
		printf("%5s%9s", from, "");
	else
		printf("%5s to %-5s", from, to);
}

static void print_verdict(const struct verdict *verdict, bool first)
{
	if (first)
		printf("  %-5s %4zu in flight ", verdict->operation->name, verdict->depth);
	else
		printf("  %22s", "");
	print_sizes(verdict);
	printf(" %s", verdict->name);
	if (verdict->least >= PAYS && verdict->most - verdict->least < 0.05)
		printf(", %.1f times as fast as plain", verdict->least);
	else if (verdict->least >= PAYS)
		printf(", %.1f to %.1f times as fast as plain", verdict->least, verdict->most);
	putchar('\n');
}

void report_print_verdicts(const struct report *report)
{
	printf("\nWhat is fastest on this machine\n");
	for (size_t i = 0; i < report->verdict_count; i++) {
		const struct verdict *verdict = &report->verdicts[i];
		print_verdict(verdict, i == 0 || verdict[-1].operation != verdict->operation ||
					       verdict[-1].depth != verdict->depth);
	}
}
