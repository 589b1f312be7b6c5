/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/*
 * bench.c -- miniasync bench: what it is asked.
 */

#include "../arguments.h"
#include "bench_run.h"
#include "../command.h"
#include "gnuplot.h"
#include "../progress.h"

#include <argp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum option_key {
	OPTION_SIZES = 's',
	OPTION_MOVER = 'm',
	OPTION_THREADS = 't',
	OPTION_DEPTH = 'd',
	OPTION_OPERATION = 'o',
	OPTION_QUICK = 0x100, /* no short form */
	OPTION_JSON,
	OPTION_CSV,
	OPTION_PLOT,
};

static const struct argp_option options[] = {
	{"sizes", OPTION_SIZES, "SIZES", 0,
	 "Bytes of an operation: sizes, or ranges in steps of four (default 64..256M; with --quick "
	 "64..16M)",
	 0},
	{"mover", OPTION_MOVER, "NAMES", 0, "Who is compared, of those below", 0},
	{"threads", OPTION_THREADS, "N", 0, "Threads of the movers; 0, the default: as many as pay",
	 0},
	{"depth", OPTION_DEPTH, "NUMBERS", 0, "Operations in flight (default 1,16)", 0},
	{"operation", OPTION_OPERATION, "NAMES", 0, "What is done, of those below", 0},
	{"quick", OPTION_QUICK, NULL, 0, "End within 20 seconds", 0},
	{"json", OPTION_JSON, "FILE", 0, "Write all that was measured, and where, as JSON", 0},
	{"csv", OPTION_CSV, "FILE", 0, "Write the rows as comma-separated values", 0},
	{"plot", OPTION_PLOT, "FILE", 0, "Draw rates by size into a .svg or .png, with gnuplot", 0},
	{NULL, 0, NULL, 0, NULL, 0},
};

static const char description[] =
	"Measures movers beside a plain loop of memcpy (or memmove, or memset), in turns, and says "
	"from which size which of them pays on this machine."
	"\v"
	"Lists have commas between their items. SIZES are such as 4K,1M or 64..1G; K, M and G are "
	"powers of 1024. Operations in flight together span 64M at most, or are a single one.\n\n"
	"The exit status is 0; 1 if something could not be measured or written; 2 for a wrong "
	"argument.";

static void take_movers(struct bench_request *request, char *text, struct argp_state *state)
{
	char *name;
	while ((name = strsep(&text, ",")) != NULL) {
		const struct mover_kind *kind = mover_find(name);
		if (kind == NULL)
			argp_error(state, "--mover: there is no mover '%s'", name);
		else if (request->mover_count == BENCH_MOVERS_MAX)
			argp_error(state, "--mover: '%s' is one too many", name);
		else
			request->movers[request->mover_count++] = kind;
	}
}

static error_t parse(int key, char *text, struct argp_state *state)
{
	struct bench_request *request = state->input;

	switch (key) {
	case OPTION_SIZES:
		sweep_take_sizes(&request->sweep, text, state);
		return 0;
	case OPTION_MOVER:
		take_movers(request, text, state);
		return 0;
	case OPTION_THREADS:
		take_count("--threads", &request->threads, 0, THREADS_MAX, text, state);
		return 0;
	case OPTION_DEPTH:
		sweep_take_depths(&request->sweep, text, state);
		return 0;
	case OPTION_OPERATION:
		sweep_take_operations(&request->sweep, text, state);
		return 0;
	case OPTION_QUICK:
		request->quick = true;
		return 0;
	case OPTION_JSON:
		request->json = text;
		return 0;
	case OPTION_CSV:
		request->csv = text;
		return 0;
	case OPTION_PLOT:
		request->plot = text;
		if (gnuplot_terminal(text) == NULL)
			argp_error(state, "--plot: '%s' ends in neither .svg nor .png", text);
		return 0;
	case ARGP_KEY_ARG:
		argp_error(state, "'%s' is one argument too many", text);
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static void print_names(FILE *stream)
{
	fputs("Movers, all of them by default:\n", stream);
	movers_list(stream);
	fputs("\nOperations, the first of them by default:\n", stream);
	for (const struct operation_kind *kind = operation_kinds; kind->name != NULL; kind++)
		fprintf(stream, "  %-10s %s\n", kind->name, kind->summary);
}

static char *list_names(int key, const char *text, void *input)
{
	(void)input;
	return list_below_options(key, text, print_names);
}

static const struct argp parser = {
	.options = options,
	.parser = parse,
	.doc = description,
	.help_filter = list_names,
};

/* What was not said. */
static void complete(struct bench_request *request)
{
	struct sweep *sweep = &request->sweep;
	char sizes[] = "64..256M", quick_sizes[] = "64..16M";
	if (sweep->size_count == 0)
		sweep_take_sizes(sweep, request->quick ? quick_sizes : sizes, NULL);
	if (sweep->depth_count == 0) {
		sweep->depths[0] = 1;
		sweep->depths[1] = 16;
		sweep->depth_count = 2;
	}
	if (sweep->operation_count == 0)
		sweep->operations[sweep->operation_count++] = &operation_kinds[0];
}

int command_bench(int argc, char **argv)
{
	struct bench_request request = {0};
	take_arguments(&parser, argc, argv, 0, &request);
	complete(&request);
	progress_allow(true);
	return bench_run(&request) == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
