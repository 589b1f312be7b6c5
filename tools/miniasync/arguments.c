/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/*
 * arguments.c -- see arguments.h.
 */

#include "arguments.h"
#include "quantity.h"

void take_count(const char *name, size_t *count, size_t least, size_t most, const char *text,
		struct argp_state *state)
{
	size_t number;
	if (parse_count(text, &number) != 0 || number < least || number > most)
		argp_error(state, "%s: '%s' is no number from %zu to %zu", name, text, least, most);
	else
		*count = number;
}
