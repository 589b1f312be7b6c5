/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/*
 * work.h -- an operation in an area of memory of which every byte is known: before, after, and
 * around what it may write.
 *
 * Areas are cut from an arena, one client's, and filled with random bytes; checksums of their parts
 * are taken before the operation starts and compared when it is complete. Sources are in a pool
 * that all clients read and nobody writes, or, of what moves, in the area itself.
 */

#ifndef MINIASYNC_TESTS_SOAK_WORK_H
#define MINIASYNC_TESTS_SOAK_WORK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <libminiasync.h>
#include <xxhash.h>

#include "soak/engines.h"
#include "support/random.h"

#define WORK_LARGEST ((size_t)2 << 20)

struct arena {
	unsigned char *memory;
	size_t size, used;
};

/* An area of the size, or NULL. All are given back by setting used to 0. */
unsigned char *arena_take(struct arena *arena, size_t size);

/* Random bytes that are never written. -1 when there is no memory for them. */
int pool_begin_random(uint32_t seed);
bool pool_is_unharmed(void);
void pool_end_random(void);

#define WORK_SEGMENTS 12

enum work_misuse { WORK_PROPER, WORK_UNKNOWN_FLAG };

struct work {
	struct vdm_operation_future future;
	const struct engine *engine;
	enum work_misuse misuse;
	const struct work *source; /* whose outcome it copies; NULL: bytes that are known */
	unsigned char *area;
	size_t before, n, behind;                   /* bytes around the destination, and of it */
	struct vdm_segment segments[WORK_SEGMENTS]; /* of a memcpyv; it stays where it is */
	XXH64_hash_t hash_before, hash_behind, hash_old, hash_new;
};

/* An operation of any kind and size on the engine, on an area of the arena's. */
void work_make(struct work *work, const struct engine *engine, struct arena *arena,
	       struct random *random);

/* One that copies what the other will have written; to be started when that is complete. */
void work_make_copy_of(struct work *work, const struct work *source, const struct engine *engine,
		       struct arena *arena, struct random *random);

/* Whether the operation, which is complete, has ended as it may have, and every byte is right. */
bool work_is_right(const struct work *work);

/* On stderr: what it was, and how it ended. */
void work_complain(const struct work *work, const char *scenario);

#endif
