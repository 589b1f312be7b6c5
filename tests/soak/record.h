/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/*
 * record.h -- what the process held after each round, while nobody worked; and whether that goes on
 * growing.
 */

#ifndef MINIASYNC_TESTS_SOAK_RECORD_H
#define MINIASYNC_TESTS_SOAK_RECORD_H

#include <stdbool.h>
#include <stddef.h>

struct moment {
	size_t memory; /* bytes in RAM */
	size_t held;   /* bytes that the library has allocated */
	size_t threads;
};

/* With so many threads expected, once those that have ended are gone. */
struct moment moment_now(size_t threads);

#define RECORD_MAX 64

struct record {
	struct moment moments[RECORD_MAX];
	size_t n;
};

/*
 * Whether the second half's peak is far above the first half's: by more than a share, and so many
 * bytes, which may come anyway. What fills up with time, such as memory that is kept to be used
 * again, has done so by then; what is lost goes on at the same pace. Needs RECORD_ENOUGH moments to
 * tell.
 */
#define RECORD_ENOUGH 16
bool record_grows(const struct record *record, size_t (*of)(const struct moment *moment),
		  size_t anyway);

size_t moment_memory(const struct moment *moment);
size_t moment_held(const struct moment *moment);

#endif
