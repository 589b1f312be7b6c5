/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/*
 * sweep.c -- lists and ranges, as they are written, and the cells that they make.
 */

#include "sweep.h"
#include "../arguments.h"
#include "../quantity.h"

#include <stdlib.h>
#include <string.h>

#define RANGE_STEP 4

void sweep_take_operations(struct sweep *sweep, char *text, struct argp_state *state)
{
	char *name;
	sweep->operation_count = 0;
	while ((name = strsep(&text, ",")) != NULL) {
		const struct operation_kind *kind = operation_find(name);
		if (kind == NULL)
			argp_error(state, "--operation: there is no operation '%s'", name);
		else if (sweep->operation_count == OPERATION_KINDS)
			argp_error(state, "--operation: '%s' is one too many", name);
		else
			sweep->operations[sweep->operation_count++] = kind;
	}
}

void sweep_take_depths(struct sweep *sweep, char *text, struct argp_state *state)
{
	char *depth;
	sweep->depth_count = 0;
	while ((depth = strsep(&text, ",")) != NULL) {
		if (sweep->depth_count == SWEEP_DEPTHS_MAX)
			argp_error(state, "--depth: '%s' is one too many", depth);
		else
			take_count("--depth", &sweep->depths[sweep->depth_count++], 1, DEPTH_MAX,
				   depth, state);
	}
}

static size_t take_size(const char *text, struct argp_state *state)
{
	size_t size = 0;
	char most[QUANTITY_LENGTH];
	if (parse_size(text, &size) != 0 || size == 0 || size > SWEEP_SIZE_MAX)
		argp_error(state, "--sizes: '%s' is no size from 1 to %s", text,
			   format_exact_size(most, SWEEP_SIZE_MAX));
	return size;
}

static void add_size(struct sweep *sweep, size_t size, struct argp_state *state)
{
	char text[QUANTITY_LENGTH];
	size_t at = 0;
	while (at < sweep->size_count && sweep->sizes[at] < size)
		at++;
	if (at < sweep->size_count && sweep->sizes[at] == size)
		return;
	if (sweep->size_count == SWEEP_SIZES_MAX) {
		argp_error(state, "--sizes: '%s' is one too many", format_exact_size(text, size));
		return;
	}
	memmove(&sweep->sizes[at + 1], &sweep->sizes[at],
		(sweep->size_count - at) * sizeof(sweep->sizes[0]));
	sweep->sizes[at] = size;
	sweep->size_count++;
}

/* A range holds both of its ends. */
static void add_range(struct sweep *sweep, size_t first, size_t last, struct argp_state *state)
{
	for (size_t size = first; size < last; size *= RANGE_STEP)
		add_size(sweep, size, state);
	add_size(sweep, last, state);
}

void sweep_take_sizes(struct sweep *sweep, char *text, struct argp_state *state)
{
	char *item;
	sweep->size_count = 0;
	while ((item = strsep(&text, ",")) != NULL) {
		char *dots = strstr(item, "..");
		if (dots != NULL)
			*dots = '\0';
		size_t first = take_size(item, state);
		size_t last = dots != NULL ? take_size(dots + 2, state) : first;
		if (last < first)
			argp_error(state, "--sizes: '%s..%s' ends before it begins", item,
				   dots + 2);
		else
			add_range(sweep, first, last, state);
	}
}

size_t sweep_count(const struct sweep *sweep)
{
	return sweep->operation_count * sweep->depth_count * sweep->size_count;
}

static size_t possible_depth(size_t size, size_t asked)
{
	size_t most = SWEEP_SPAN / size;
	if (most == 0)
		most = 1;
	return asked < most ? asked : most;
}

int sweep_cell(const struct sweep *sweep, size_t position, struct cell *cell)
{
	size_t size = sweep->sizes[position % sweep->size_count];
	position /= sweep->size_count;
	size_t asked = position % sweep->depth_count;
	*cell = (struct cell){
		.operation = sweep->operations[position / sweep->depth_count],
		.size = size,
		.depth = possible_depth(size, sweep->depths[asked]),
		.depth_asked = sweep->depths[asked],
	};
	for (size_t i = 0; i < asked; i++) {
		if (possible_depth(size, sweep->depths[i]) == cell->depth)
			return 0;
	}
	return 1;
}
