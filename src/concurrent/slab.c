/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/*
 * slab.c -- see slab.h. The head of the free stack: the top's number plus one in the low half, 0
 * when the stack is empty; the count of changes in the high half.
 */

#include "concurrent/slab.h"

#include "concurrent/yield_point.h"
#include "platform/os.h"

struct slab_chunk {
	_Alignas(CACHE_LINE) char *items;
	struct slab_chunk *former; /* see slab_begin_anew */
	_Atomic uint32_t links[];  /* the number plus one of the free item below each free item */
};

static size_t item_stride(const struct slab *slab)
{
	return (slab->item_size + CACHE_LINE - 1) & ~(size_t)(CACHE_LINE - 1);
}

/* Chunk k begins at item first_size * (2^k - 1). */
static unsigned chunk_of(const struct slab *slab, uint32_t number)
{
	return 31 - (unsigned)__builtin_clz(number / slab->first_size + 1);
}

static uint32_t chunk_begin(const struct slab *slab, unsigned chunk)
{
	return slab->first_size * ((UINT32_C(1) << chunk) - 1);
}

void *slab_at(struct slab *slab, uint32_t number)
{
	unsigned k = chunk_of(slab, number);
	struct slab_chunk *chunk = atomic_load_explicit(&slab->chunks[k], memory_order_acquire);
	return chunk->items + (number - chunk_begin(slab, k)) * item_stride(slab);
}

static _Atomic uint32_t *slab_link(struct slab *slab, uint32_t number)
{
	unsigned k = chunk_of(slab, number);
	struct slab_chunk *chunk = atomic_load_explicit(&slab->chunks[k], memory_order_acquire);
	return &chunk->links[number - chunk_begin(slab, k)];
}

static uint64_t head_with(uint64_t old, uint32_t top_plus_one)
{
	return ((old >> 32) + 1) << 32 | top_plus_one;
}

/* Puts a run of items, linked to each other from first to last, on the stack. */
static void push(struct slab *slab, uint32_t first, uint32_t last)
{
	uint64_t head = atomic_load_explicit(&slab->free_head, memory_order_relaxed);
	do {
		atomic_store_explicit(slab_link(slab, last), (uint32_t)head, memory_order_relaxed);
		yield_point();
	} while (!atomic_compare_exchange_weak_explicit(
		&slab->free_head, &head, head_with(head, first + 1),
		memory_order_release, /* the links, and what the giver wrote into the item */
		memory_order_relaxed));
}

static unsigned chunks_made(struct slab *slab)
{
	unsigned k = 0;
	while (k < SLAB_CHUNKS && atomic_load_explicit(&slab->chunks[k], memory_order_acquire))
		k++;
	return k;
}

/* Makes the first chunk that is missing. Of threads that try at once, one's is kept. */
static int grow(struct slab *slab)
{
	unsigned k = chunks_made(slab);
	if (k == SLAB_CHUNKS)
		return -1;
	uint32_t count = slab->first_size << k;
	size_t links = sizeof(struct slab_chunk) + count * sizeof(uint32_t);
	links = (links + CACHE_LINE - 1) & ~(size_t)(CACHE_LINE - 1);
	struct slab_chunk *chunk = os_allocate_zeroed(links + count * item_stride(slab));
	if (chunk == NULL)
		return -1;
	chunk->items = (char *)chunk + links;
	uint32_t begin = chunk_begin(slab, k);
	for (uint32_t i = 0; i + 1 < count; i++)
		atomic_init(&chunk->links[i], begin + i + 2);

	struct slab_chunk *none = NULL;
	if (!atomic_compare_exchange_strong_explicit(&slab->chunks[k], &none, chunk,
						     memory_order_acq_rel, memory_order_acquire)) {
		os_free(chunk); /* the other thread's items are on their way to the stack */
		return 0;
	}
	push(slab, begin, begin + count - 1);
	return 0;
}

uint32_t slab_take(struct slab *slab)
{
	uint64_t head = atomic_load_explicit(&slab->free_head, memory_order_acquire);
	for (;;) {
		uint32_t top = (uint32_t)head;
		if (top == 0) {
			if (grow(slab) != 0)
				return SLAB_NONE;
			head = atomic_load_explicit(&slab->free_head, memory_order_acquire);
			continue;
		}
		uint32_t below =
			atomic_load_explicit(slab_link(slab, top - 1), memory_order_relaxed);
		yield_point();
		if (atomic_compare_exchange_weak_explicit(
			    &slab->free_head, &head, head_with(head, below), memory_order_acquire,
			    memory_order_acquire))
			return top - 1;
	}
}

void slab_give(struct slab *slab, uint32_t number)
{
	push(slab, number, number);
}

void slab_give_several(struct slab *slab, const uint32_t *numbers, size_t count)
{
	for (size_t i = 0; i + 1 < count; i++)
		atomic_store_explicit(slab_link(slab, numbers[i]), numbers[i + 1] + 1,
				      memory_order_relaxed);
	push(slab, numbers[0], numbers[count - 1]);
}

uint32_t slab_count(struct slab *slab)
{
	return chunk_begin(slab, chunks_made(slab));
}

void slab_begin_anew(struct slab *slab)
{
	for (unsigned k = 0; k < SLAB_CHUNKS; k++) {
		struct slab_chunk *chunk =
			atomic_load_explicit(&slab->chunks[k], memory_order_relaxed);
		if (chunk == NULL)
			continue;
		chunk->former = slab->former; /* so that it is found by those who look for leaks */
		slab->former = chunk;
		atomic_store_explicit(&slab->chunks[k], NULL, memory_order_relaxed);
	}
	atomic_store_explicit(&slab->free_head, 0, memory_order_relaxed);
}

void slab_end(struct slab *slab)
{
	slab_begin_anew(slab);
	for (struct slab_chunk *chunk = slab->former, *next; chunk != NULL; chunk = next) {
		next = chunk->former;
		os_free(chunk);
	}
}
