/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/*
 * slab.h -- items of one size that many threads take and give back, each known by a number.
 *
 * Items are type-stable: once made, an item stays at its address, and whatever bytes it was given
 * back with, until the slab is ended; so a thread that comes late may still touch it. The slab
 * grows in chunks, each twice the size of the one before, and never shrinks.
 *
 * Free items form a stack. Its head carries the number on top and a count of all changes, so that a
 * compare-exchange fails when the stack changed meanwhile, even back to the same top (the ABA
 * problem); the link of an item that somebody else has taken may be read, and is then not used.
 */

#ifndef MINIASYNC_CONCURRENT_SLAB_H
#define MINIASYNC_CONCURRENT_SLAB_H

#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>

#define SLAB_CHUNKS 24
#define SLAB_NONE UINT32_MAX

struct slab {
	size_t item_size;    /* bytes */
	uint32_t first_size; /* items in the first chunk; a power of two */
	_Atomic uint64_t free_head;
	_Atomic(struct slab_chunk *) chunks[SLAB_CHUNKS];
	struct slab_chunk *former; /* what it began anew without */
};

#define SLAB_INIT(_item_size, _first_size)                             \
	{                                                              \
		.item_size = (_item_size), .first_size = (_first_size) \
	}

/* Frees every item, taken or not. Nobody may use the slab meanwhile. */
void slab_end(struct slab *slab);

/*
 * Begins anew, without an item. Those that there are stay where they are, and their numbers mean
 * nothing any more. It relies on nothing that another thread may have been changing when a fork
 * copied it. Nobody may use the slab meanwhile.
 */
void slab_begin_anew(struct slab *slab);

/* The number of an item that is now the caller's, or SLAB_NONE: no memory. New items are zeroed. */
uint32_t slab_take(struct slab *slab);
void slab_give(struct slab *slab, uint32_t number);

/* Gives one or more back in one step; the first of them is the first to be taken again. */
void slab_give_several(struct slab *slab, const uint32_t *numbers, size_t count);

/* How many items have been made: all numbers are below. */
uint32_t slab_count(struct slab *slab);

void *slab_at(struct slab *slab, uint32_t number);

#endif
