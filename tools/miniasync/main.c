/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/*
 * main.c -- miniasync, the command: finds the subcommand and hands the rest over to it.
 */

#include "arguments.h"
#include "command.h"
#include "message.h"
#include "output.h"

#include <libminiasync/version.h>

#include <argp.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const struct {
	const char *name;
	const char *shown; /* the name in usage messages */
	int (*run)(int argc, char **argv);
	const char *summary;
} commands[] = {
	{"info", "miniasync info", command_info,
	 "tell what this machine has, and what each mover can do on it"},
	{"bench", "miniasync bench", command_bench,
	 "measure which mover pays from which size on this machine"},
	{"copy", "miniasync copy", command_copy, "copy a file by many asynchronous operations"},
};

#define COMMAND_COUNT (sizeof(commands) / sizeof(commands[0]))

static void print_version(FILE *stream, struct argp_state *state)
{
	(void)state;
	fprintf(stream, "miniasync %s (library %s)\n", MINIASYNC_VERSION_STRING,
		miniasync_version());
}

static void print_commands(FILE *stream)
{
	fputs("Commands:\n", stream);
	for (size_t i = 0; i < COMMAND_COUNT; i++)
		fprintf(stream, "  %-10s %s\n", commands[i].name, commands[i].summary);
}

static char *list_commands(int key, const char *text, void *input)
{
	(void)input;
	return list_below_options(key, text, print_commands);
}

/* Stops at the first word that is no option: it names the subcommand, and the rest is its own. */
static error_t parse(int key, char *argument, struct argp_state *state)
{
	int *first = state->input;

	switch (key) {
	case ARGP_KEY_ARG:
		*first = state->next - 1;
		state->next = state->argc;
		return 0;
	case ARGP_KEY_NO_ARGS:
		argp_error(state, "no command given");
		return EINVAL;
	default:
		(void)argument;
		return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp parser = {
	.parser = parse,
	.args_doc = "COMMAND [ARGUMENT...]",
	.doc = "Moves memory asynchronously, with the movers of libminiasync.\v"
	       "`miniasync COMMAND --help' tells more of each.",
	.help_filter = list_commands,
};

/* What was printed reaches whoever reads it, or the command has failed; at exit, for argp exits. */
static void close_output(void)
{
	if (output_close(stdout, "standard output") != 0)
		_exit(EXIT_FAILURE);
}

int main(int argc, char **argv)
{
	atexit(close_output);
	argp_program_version_hook = print_version;
	argp_err_exit_status = EXIT_USAGE;

	int first = 0;
	take_arguments(&parser, argc, argv, ARGP_IN_ORDER, &first);

	for (size_t i = 0; i < COMMAND_COUNT; i++) {
		if (strcmp(argv[first], commands[i].name) != 0)
			continue;
		char shown[32];
		snprintf(shown, sizeof(shown), "%s", commands[i].shown);
		argv[first] = shown;
		return commands[i].run(argc - first, argv + first);
	}
	complain(argv[first], "no such command; `miniasync --help' lists them");
	return EXIT_USAGE;
}
