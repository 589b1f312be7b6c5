/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/*
 * seeded.c -- a property as a unit test: some thousands of inputs that are the same each time.
 *
 * usage: NAME [FIRST_SEED [COUNT]]; a failure ends the program with the seed as its last line
 */

#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

#include "fuzz/property.h"
#include "support/random.h"

static uint32_t seed;

static void say_the_seed(int number)
{
	(void)number;
	fprintf(stderr, "with the seed %" PRIu32 "\n", seed);
}

int main(int argc, char **argv)
{
	uint32_t first = argc > 1 ? (uint32_t)strtoul(argv[1], NULL, 10) : 1;
	uint32_t count = argc > 2 ? (uint32_t)strtoul(argv[2], NULL, 10) : 5000;
	uint8_t bytes[256];

	signal(SIGABRT, say_the_seed); /* raised by a check, so that stdio may be used */
	for (seed = first; seed - first < count; seed++) {
		struct random random = {seed * UINT32_C(2654435761) | 1};
		size_t size = 1 + random_below(&random, sizeof(bytes));
		for (size_t i = 0; i < size; i++)
			bytes[i] = (uint8_t)(random_next(&random) >> 24);
		LLVMFuzzerTestOneInput(bytes, size);
	}
	printf("held for %" PRIu32 " inputs\n", count);
	return 0;
}
