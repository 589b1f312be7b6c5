/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/*
 * verdict.c -- the best contender of each cell, then cells with the same best one together.
 */

#include "verdict.h"

#include <stdbool.h>
#include <string.h>

static bool same_cell(const struct row *one, const struct row *other)
{
	return memcmp(&one->cell, &other->cell, sizeof(one->cell)) == 0;
}

/* Ratios are taken within rounds, and differ less from run to run than rates do. */
static double merit(const struct row *row)
{
	return row->ratio > 0 ? row->ratio : row->bytes_per_second;
}

/* The first row of a cell is the plain loop's, if the operation has one. */
static const struct row *best_of(const struct row *rows, size_t count)
{
	const struct row *best = &rows[0];
	for (size_t i = 1; i < count; i++) {
		double needed = best == &rows[0] && best->ratio > 0 ? PAYS : 1;
		if (merit(&rows[i]) > needed * merit(best))
			best = &rows[i];
	}
	return best;
}

static bool continues(const struct verdict *verdict, const struct row *best)
{
	return verdict->operation == best->cell.operation &&
	       verdict->depth == best->cell.depth_asked && strcmp(verdict->name, best->name) == 0;
}

size_t verdict_find(const struct row *rows, size_t count, struct verdict *verdicts)
{
	size_t found = 0, next;
	for (size_t i = 0; i < count; i = next) {
		for (next = i + 1; next < count && same_cell(&rows[i], &rows[next]); next++)
			continue;
		const struct row *best = best_of(&rows[i], next - i);
		if (found == 0 || !continues(&verdicts[found - 1], best))
			verdicts[found++] = (struct verdict){
				.operation = best->cell.operation,
				.depth = best->cell.depth_asked,
				.name = best->name,
				.from = best->cell.size,
				.least = best->ratio,
			};
		struct verdict *verdict = &verdicts[found - 1];
		verdict->to = best->cell.size;
		verdict->least = best->ratio < verdict->least ? best->ratio : verdict->least;
		verdict->most = best->ratio > verdict->most ? best->ratio : verdict->most;
	}
	return found;
}
