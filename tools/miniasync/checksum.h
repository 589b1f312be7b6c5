/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/*
 * checksum.h -- the XXH3 checksum of a file that is met in pieces, in order; holes are zeros. It is
 * what `xxhsum -H3` computes.
 */

#ifndef MINIASYNC_CHECKSUM_H
#define MINIASYNC_CHECKSUM_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct checksum;

/* checksum_new -- of nothing yet; NULL: no memory. */
struct checksum *checksum_new(void);
void checksum_delete(struct checksum *checksum);

/* checksum_add -- n bytes at that offset; between them and the last ones there is a hole. */
void checksum_add(struct checksum *checksum, off_t offset, const void *bytes, size_t n);

/* checksum_finish -- the checksum of a file that ends there. */
uint64_t checksum_finish(struct checksum *checksum, off_t size);

#endif
