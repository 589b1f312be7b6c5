/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/*
 * ready_set.c -- see ready_set.h. Pools: one slab for each number of levels, for the whole process,
 * and in front of them one set of each kind that the thread keeps from its last wait.
 */

#include "concurrent/ready_set.h"

#include "concurrent/slab.h"

#define FANOUT_BITS 6
#define FANOUT 64

_Static_assert(sizeof(struct ready_word) == CACHE_LINE && FANOUT <= CACHE_LINE,
	       "a handle is a word's address plus the number of a bit");

static struct slab pools[READY_SET_LEVELS] = {
	SLAB_INIT(sizeof(struct ready_set), 16),
	SLAB_INIT(sizeof(struct ready_set), 4),
	SLAB_INIT(sizeof(struct ready_set), 1),
	SLAB_INIT(sizeof(struct ready_set), 1),
};

/* Of the calling thread: by levels - 1. */
static _Thread_local struct ready_set *kept[READY_SET_LEVELS];
static _Thread_local bool returns_at_exit;

static unsigned levels_for(size_t n)
{
	unsigned levels = 1;
	while (levels < READY_SET_LEVELS && n > (size_t)1 << (FANOUT_BITS * levels))
		levels++;
	return levels;
}

static void word_begin(struct ready_word *word, struct ready_word *parent, uint32_t place,
		       struct event *event)
{
	word->parent = parent;
	word->place = place;
	word->event = event;
}

static bool make_children(struct ready_set *set, struct ready_word *word)
{
	if (word->children != NULL)
		return true;
	struct ready_word *children = os_allocate(FANOUT * sizeof(*children));
	if (children == NULL)
		return false;
	for (uint32_t i = 0; i < FANOUT; i++)
		word_begin(&children[i], word, i, &set->event);
	word->children = children;
	return true;
}

/* The word at a level on the way down to a number; level 0 is the leaf. */
static struct ready_word *word_at(struct ready_set *set, size_t number, unsigned level)
{
	struct ready_word *word = &set->root;
	for (unsigned above = set->levels - 1; above > level; above--)
		word = &word->children[number >> (FANOUT_BITS * above) & (FANOUT - 1)];
	return word;
}

/* Makes leaves for n numbers, as far as the levels and the memory go. */
static void reserve(struct ready_set *set, size_t n)
{
	size_t most = (size_t)1 << (FANOUT_BITS * set->levels);
	if (set->levels == 1)
		set->capacity = most;
	while (set->capacity < n && set->capacity < most) {
		for (unsigned level = set->levels - 1; level > 0; level--)
			if (!make_children(set, word_at(set, set->capacity, level)))
				return;
		set->capacity += FANOUT * FANOUT;
	}
}

static struct ready_set *take_from_pool(unsigned levels)
{
	struct slab *pool = &pools[levels - 1];
	uint32_t number = slab_take(pool);
	if (number == SLAB_NONE)
		return NULL;
	struct ready_set *set = slab_at(pool, number);
	if (set->levels == 0) { /* new; later on, late marks may be reading it */
		set->levels = levels;
		set->number = number;
		word_begin(&set->root, NULL, 0, &set->event);
	}
	return set;
}

static void give_to_pool(struct ready_set *set)
{
	slab_give(&pools[set->levels - 1], set->number);
}

static void return_kept(void)
{
	returns_at_exit = false; /* whoever waits later in this thread's end registers again */
	for (unsigned i = 0; i < READY_SET_LEVELS; i++) {
		if (kept[i] != NULL)
			give_to_pool(kept[i]);
		kept[i] = NULL;
	}
}

struct ready_set *ready_set_acquire(size_t n)
{
	for (unsigned levels = levels_for(n); levels > 0; levels--) {
		struct ready_set *set = kept[levels - 1];
		kept[levels - 1] = NULL;
		if (set == NULL)
			set = take_from_pool(levels);
		if (set == NULL)
			continue;
		if (set->capacity < n)
			reserve(set, n);
		if (set->capacity > 0)
			return set;
		give_to_pool(set);
	}
	return NULL;
}

void ready_set_release(struct ready_set *set)
{
	if (!returns_at_exit)
		returns_at_exit = os_thread_at_exit(return_kept) == 0;
	if (returns_at_exit && kept[set->levels - 1] == NULL)
		kept[set->levels - 1] = set;
	else
		give_to_pool(set);
}

void *ready_set_handle(struct ready_set *set, size_t number)
{
	return (char *)word_at(set, number, 0) + (number & (FANOUT - 1));
}

void ready_set_mark(void *handle)
{
	size_t bit = (uintptr_t)handle & (CACHE_LINE - 1);
	struct ready_word *word = (void *)((char *)handle - bit);

	for (;;) {
		yield_point();
		if (atomic_fetch_or_explicit(&word->bits, UINT64_C(1) << bit,
					     memory_order_seq_cst) != 0)
			return;
		if (word->parent == NULL)
			break;
		bit = word->place;
		word = word->parent;
	}
	event_signal(word->event);
}

static void take_word(struct ready_set *set, unsigned level, struct ready_word *word, size_t first)
{
	set->taken[level] = (struct ready_taken){
		.word = word,
		.bits = atomic_exchange_explicit(&word->bits, 0, memory_order_seq_cst),
		.first = first,
	};
	set->level = level;
	yield_point();
}

void ready_set_take(struct ready_set *set)
{
	take_word(set, set->levels - 1, &set->root, 0);
}

bool ready_set_next(struct ready_set *set, size_t *number, void **handle)
{
	for (;;) {
		struct ready_taken *taken = &set->taken[set->level];
		if (taken->bits == 0) {
			if (set->level == set->levels - 1)
				return false;
			set->level++;
			continue;
		}
		unsigned bit = (unsigned)__builtin_ctzll(taken->bits);
		taken->bits &= taken->bits - 1;
		size_t found = taken->first * FANOUT + bit;
		if (set->level == 0) {
			*number = found;
			*handle = (char *)taken->word + bit;
			return true;
		}
		take_word(set, set->level - 1, &taken->word->children[bit], found);
	}
}
