/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/*
 * checksum.c -- XXH3, with what a hole reads as.
 */

#include "checksum.h"

#include <stdlib.h>
#include <xxhash.h>

struct checksum {
	XXH3_state_t *state;
	off_t position;
};

struct checksum *checksum_new(void)
{
	struct checksum *checksum = calloc(1, sizeof(*checksum));
	if (checksum == NULL)
		return NULL;
	checksum->state = XXH3_createState();
	if (checksum->state == NULL) {
		free(checksum);
		return NULL;
	}
	XXH3_64bits_reset(checksum->state);
	return checksum;
}

void checksum_delete(struct checksum *checksum)
{
	if (checksum == NULL)
		return;
	XXH3_freeState(checksum->state);
	free(checksum);
}

static void add_zeros(struct checksum *checksum, off_t until)
{
	static const char zeros[64 * 1024];
	while (checksum->position < until) {
		off_t left = until - checksum->position;
		size_t n = (uintmax_t)left < sizeof(zeros) ? (size_t)left : sizeof(zeros);
		XXH3_64bits_update(checksum->state, zeros, n);
		checksum->position += (off_t)n;
	}
}

void checksum_add(struct checksum *checksum, off_t offset, const void *bytes, size_t n)
{
	add_zeros(checksum, offset);
	XXH3_64bits_update(checksum->state, bytes, n);
	checksum->position = offset + (off_t)n;
}

uint64_t checksum_finish(struct checksum *checksum, off_t size)
{
	add_zeros(checksum, size);
	return XXH3_64bits_digest(checksum->state);
}
