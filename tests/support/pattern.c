/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/*
 * pattern.c -- one period of the pattern, copied and compared as often as it takes: sanitizers look
 * at a range at once, where they would look at each byte of a loop.
 */

#include "support/pattern.h"

#include <pthread.h>
#include <stdint.h>
#include <string.h>

#define PERIOD 65537

static unsigned char period[PERIOD];
static pthread_once_t period_once = PTHREAD_ONCE_INIT;

static void make_period(void)
{
	for (uint32_t i = 0; i < PERIOD; i++)
		period[i] = (unsigned char)((i * UINT32_C(2654435761)) >> 24);
}

/* The next run of pattern for the n bytes that are left, and how long it is. */
static const unsigned char *next_run(size_t *position, size_t n, size_t *length)
{
	const unsigned char *run = period + *position;
	*length = n < PERIOD - *position ? n : PERIOD - *position;
	*position = 0;
	return run;
}

void pattern_fill(void *memory, size_t n, unsigned seed)
{
	pthread_once(&period_once, make_period);
	size_t position = seed * (size_t)40503 % PERIOD, length;
	for (unsigned char *to = memory; n > 0; to += length, n -= length) {
		const unsigned char *run = next_run(&position, n, &length);
		memcpy(to, run, length);
	}
}

int pattern_holds(const void *memory, size_t n, unsigned seed)
{
	pthread_once(&period_once, make_period);
	size_t position = seed * (size_t)40503 % PERIOD, length;
	for (const unsigned char *at = memory; n > 0; at += length, n -= length) {
		const unsigned char *run = next_run(&position, n, &length);
		if (memcmp(at, run, length) != 0)
			return 0;
	}
	return 1;
}

int all_bytes_are(const void *memory, size_t n, unsigned char byte)
{
	const unsigned char *bytes = memory;
	return n == 0 || (bytes[0] == byte && memcmp(bytes, bytes + 1, n - 1) == 0);
}
