/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/*
 * copy.c -- miniasync copy: what it is asked, and what it answers.
 */

#include "arguments.h"
#include "command.h"
#include "copy_file.h"
#include "message.h"
#include "movers.h"
#include "progress.h"
#include "quantity.h"
#include "windows.h"

#include <argp.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#define CHUNK_DEFAULT ((size_t)2 << 20)
#define DEPTH_DEFAULT 16

enum option_key {
	OPTION_MOVER = 'm',
	OPTION_THREADS = 't',
	OPTION_CHUNK = 'c',
	OPTION_DEPTH = 'd',
	OPTION_QUIET = 'q',
	OPTION_VERIFY = 0x100, /* no short form */
	OPTION_DURABLE,
};

struct arguments {
	struct copy_request request;
	const struct mover_kind *kind;
	size_t threads;
	bool quiet;
};

static const struct argp_option options[] = {
	{"mover", OPTION_MOVER, "NAME", 0, "Who moves the data, one of those below", 0},
	{"threads", OPTION_THREADS, "N", 0, "Threads of the mover; 0, the default: as many as pay",
	 0},
	{"chunk", OPTION_CHUNK, "SIZE", 0,
	 "Bytes of one operation, rounded up to whole pages (default 2M)", 0},
	{"depth", OPTION_DEPTH, "N", 0, "Operations in flight at most (default 16)", 0},
	{"verify", OPTION_VERIFY, NULL, 0,
	 "Read the copy back, from the disk if --durable, and compare its XXH3 checksum with the "
	 "source's",
	 0},
	{"durable", OPTION_DURABLE, NULL, 0, "Return when the copy and its name are on the disk",
	 0},
	{"quiet", OPTION_QUIET, NULL, 0, "Say nothing but what went wrong", 0},
	{NULL, 0, NULL, 0, NULL, 0},
};

static const char description[] =
	"Copies the file SRC to the file DST by many asynchronous operations."
	"\v"
	"SIZE may end in K, M or G, powers of 1024. SRC may be a pipe, too. Holes and permissions "
	"are kept. DST appears, or is replaced, only once all of the copy is there; until then the "
	"copy is a file `.miniasync.XXXXXX' beside it.\n\n"
	"The exit status is 0; 1 if there is no copy; 2 for a wrong argument.";

static void take_mover(struct arguments *arguments, char *text, struct argp_state *state)
{
	arguments->kind = mover_find(text);
	if (arguments->kind == NULL)
		argp_error(state, "--mover: there is no mover '%s'", text);
}

static void take_chunk(struct arguments *arguments, char *text, struct argp_state *state)
{
	size_t page = page_size(), size;
	if (parse_size(text, &size) != 0 || size == 0 || size > SIZE_MAX / 2 / DEPTH_MAX)
		argp_error(state, "--chunk: '%s' is no size that can be used", text);
	else
		arguments->request.chunk = (size + page - 1) / page * page;
}

static void take_file(struct arguments *arguments, char *text, struct argp_state *state)
{
	if (state->arg_num > 1)
		argp_error(state, "'%s' is one argument too many", text);
	else if (*text == '\0')
		argp_error(state, "%s is an empty name", state->arg_num == 0 ? "SRC" : "DST");
	else if (state->arg_num == 0)
		arguments->request.source = text;
	else
		arguments->request.destination = text;
}

static void check(const struct arguments *arguments, struct argp_state *state)
{
	if (arguments->request.source == NULL)
		argp_error(state, "SRC is missing");
	else if (arguments->request.destination == NULL)
		argp_error(state, "DST is missing");
	else if (arguments->threads != 0 && !arguments->kind->has_threads)
		argp_error(state, "--threads: mover '%s' has none", arguments->kind->name);
}

static error_t parse(int key, char *text, struct argp_state *state)
{
	struct arguments *arguments = state->input;

	switch (key) {
	case OPTION_MOVER:
		take_mover(arguments, text, state);
		return 0;
	case OPTION_THREADS:
		take_count("--threads", &arguments->threads, 0, THREADS_MAX, text, state);
		return 0;
	case OPTION_CHUNK:
		take_chunk(arguments, text, state);
		return 0;
	case OPTION_DEPTH:
		take_count("--depth", &arguments->request.depth, 1, DEPTH_MAX, text, state);
		return 0;
	case OPTION_VERIFY:
		arguments->request.verify = true;
		return 0;
	case OPTION_DURABLE:
		arguments->request.durable = true;
		return 0;
	case OPTION_QUIET:
		arguments->quiet = true;
		return 0;
	case ARGP_KEY_ARG:
		take_file(arguments, text, state);
		return 0;
	case ARGP_KEY_END:
		check(arguments, state);
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static void print_movers(FILE *stream)
{
	fputs("Movers, the first of them by default:\n", stream);
	movers_list(stream);
}

static char *list_movers(int key, const char *text, void *input)
{
	(void)input;
	return list_below_options(key, text, print_movers);
}

static const struct argp parser = {
	.options = options,
	.parser = parse,
	.args_doc = "SRC DST",
	.doc = description,
	.help_filter = list_movers,
};

static void print_size(const struct copy_report *report)
{
	char size[QUANTITY_LENGTH];
	printf("%ju byte%s", (uintmax_t)report->size, report->size == 1 ? "" : "s");
	if (report->size >= 1024)
		printf(" (%s)", format_size(size, report->size));
	if (report->moved < report->size)
		printf(", %s of them data,", format_size(size, report->moved));
}

static void print_summary(const struct arguments *arguments, const struct copy_report *report)
{
	const struct copy_request *request = &arguments->request;

	printf("%s: ", request->destination);
	print_size(report);
	printf(" in %.3f s, %.3f GB/s, %zu operation%s, mover %s, ", report->seconds,
	       rate(report->moved, report->seconds), report->operations,
	       report->operations == 1 ? "" : "s", arguments->kind->name);
	if (request->durable)
		printf("on the disk, ");
	if (request->verify)
		printf("verified (xxh3 %016jx)\n", (uintmax_t)report->checksum);
	else
		printf("not verified\n");
}

int command_copy(int argc, char **argv)
{
	struct arguments arguments = {
		.request = {.chunk = CHUNK_DEFAULT, .depth = DEPTH_DEFAULT},
		.kind = &mover_kinds[0],
	};
	take_arguments(&parser, argc, argv, 0, &arguments);

	struct mover mover;
	if (mover_open(&mover, arguments.kind, arguments.threads) != 0)
		return EXIT_FAILURE;
	arguments.request.vdm = mover.vdm;
	progress_allow(!arguments.quiet);

	struct copy_report report = {0};
	int result = copy_file(&arguments.request, &report);
	mover_close(&mover);
	if (result != 0)
		return EXIT_FAILURE;
	if (!arguments.quiet)
		print_summary(&arguments, &report);
	return EXIT_SUCCESS;
}
