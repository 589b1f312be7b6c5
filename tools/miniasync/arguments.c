/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/*
 * arguments.c -- see arguments.h.
 */

#include "arguments.h"
#include "message.h"
#include "quantity.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

void take_arguments(const struct argp *parser, int argc, char **argv, unsigned flags, void *input)
{
	error_t error = argp_parse(parser, argc, argv, flags, NULL, input);
	if (error == 0)
		return;
	complain("arguments", "%s", strerror(error));
	exit(EXIT_FAILURE);
}

void take_count(const char *name, size_t *count, size_t least, size_t most, const char *text,
		struct argp_state *state)
{
	size_t number;
	if (parse_count(text, &number) != 0 || number < least || number > most)
		argp_error(state, "%s: '%s' is no number from %zu to %zu", name, text, least, most);
	else
		*count = number;
}

char *list_below_options(int key, const char *text, void (*print_list)(FILE *stream))
{
	if (key != ARGP_KEY_HELP_POST_DOC)
		return (char *)(uintptr_t)text;

	char *help = NULL;
	size_t size = 0;
	FILE *stream = open_memstream(&help, &size);
	if (stream == NULL)
		return NULL;
	print_list(stream);
	fprintf(stream, "\n%s", text);
	fclose(stream);
	return help;
}
