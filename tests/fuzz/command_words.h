/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/*
 * command_words.h -- a line of words for the command, and what the manual page says of it.
 */

#ifndef MINIASYNC_TESTS_COMMAND_WORDS_H
#define MINIASYNC_TESTS_COMMAND_WORDS_H

#include <stdbool.h>

#include "fuzz/input.h"

#define WORDS 24

enum verdict {
	GOOD,
	BAD,    /* some argument is wrong */
	UNKNOWN /* some word is made of any bytes: whatever it means */
};

/* What is asked of copy. */
struct copy_words {
	const char *mover, *source, *destination;
	size_t threads, chunk, depth;
	bool verify, durable, quiet;
};

struct words {
	char *argv[WORDS + 1]; /* ended by NULL */
	int argc;
	enum verdict verdict;
	const char *command; /* that is run, if the verdict is GOOD */
	struct copy_words copy;
	size_t movers; /* of bench */
	uint32_t options_before_a_wrong_one;
	char text[4096]; /* of the words */
	size_t used;
};

void words_make(struct words *words, struct input *input);

#endif
