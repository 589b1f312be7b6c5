/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/*
 * ready_set.c -- see ready_set.h. The pool of sets is one slab for the whole process; in front of
 * it, each thread keeps the set that it used last. The child of a fork has a pool of its own.
 */

#include "concurrent/ready_set.h"

#include "concurrent/forks.h"
#include "concurrent/slab.h"

#define FANOUT_BITS 6
#define FANOUT READY_SET_FANOUT

_Static_assert(sizeof(struct ready_word) == CACHE_LINE && FANOUT <= CACHE_LINE,
	       "a handle is a word's address plus the number of a bit");

static struct slab pool = SLAB_INIT(sizeof(struct ready_set), 16);

/* Of the calling thread. */
static OS_THREAD_LOCAL struct ready_set *kept;
static OS_THREAD_LOCAL bool returns_at_exit;
OS_THREAD_LOCAL struct ready_set *ready_set_used;

static size_t reach(unsigned levels)
{
	return (size_t)1 << (FANOUT_BITS * levels);
}

static struct ready_word *child_of(struct ready_word *word, size_t place)
{
	return place == 0 && word->first != NULL ? word->first : &word->children[place];
}

/* The word at a level on the way down to a number; level 0 is the leaf. */
static struct ready_word *word_at(struct ready_set *set, size_t number, unsigned level)
{
	struct ready_word *word = set->root;
	for (unsigned above = set->levels - 1; above > level; above--)
		word = child_of(word, number >> (FANOUT_BITS * above) & (FANOUT - 1));
	return word;
}

static bool make_children(struct ready_set *set, struct ready_word *word)
{
	if (word->children != NULL)
		return true;
	struct ready_word *children = os_allocate_zeroed(FANOUT * sizeof(*children));
	if (children == NULL)
		return false;
	for (uint32_t i = 0; i < FANOUT; i++) {
		atomic_init(&children[i].parent, word);
		children[i].place = i;
		children[i].event = &set->event;
	}
	word->children = children;
	return true;
}

/* Makes the leaves of some thousand numbers more: what one word above the leaves reaches. */
static bool make_leaves(struct ready_set *set)
{
	size_t next = set->leaves & ~(reach(2) - 1);
	for (unsigned level = set->levels - 1; level > 0; level--)
		if (!make_children(set, word_at(set, next, level)))
			return false;
	set->leaves = next + reach(2);
	return true;
}

/* Sets a bit; whoever turns a word from 0 to something goes on above it. */
static void set_bit(struct ready_word *word, size_t bit)
{
	for (;;) {
		yield_point();
		if (atomic_fetch_or_explicit(&word->bits, UINT64_C(1) << bit,
					     memory_order_seq_cst) != 0)
			return;
		struct ready_word *parent =
			atomic_load_explicit(&word->parent, memory_order_seq_cst);
		if (parent == NULL)
			break;
		bit = word->place;
		word = parent;
	}
	event_signal(word->event);
}

static void attach(struct ready_word *root, struct ready_word *next)
{
	if (atomic_load_explicit(&root->parent, memory_order_relaxed) == next)
		return;
	atomic_store_explicit(&root->parent, next, memory_order_seq_cst);
	if (next != NULL)
		set_bit(next, 0); /* and above: that root may be attached from earlier on */
}

static unsigned levels_for(size_t n)
{
	unsigned levels = 1;
	while (levels < READY_SET_LEVELS && n > reach(levels))
		levels++;
	return levels;
}

static void reshape(struct ready_set *set, unsigned levels, size_t n)
{
	size_t left;
	void *handle;
	while (ready_set_next(set, &left, &handle))
		ready_set_mark(handle);

	for (unsigned below = 0; below + 1 < levels; below++)
		attach(&set->roots[below], &set->roots[below + 1]);
	attach(&set->roots[levels - 1], NULL);
	set->levels = levels;
	set->level = levels - 1;
	set->taken[set->level].bits = 0;
	set->root = &set->roots[levels - 1];
	while (set->leaves < n && set->leaves < reach(levels) && make_leaves(set))
		continue;
	set->capacity = set->leaves < reach(levels) ? set->leaves : reach(levels);
}

void ready_set_resize(struct ready_set *set, size_t n)
{
	unsigned levels = levels_for(n);
	if (levels != set->levels || n > set->capacity)
		reshape(set, levels, n);
	set->shared = n > set->capacity;
}

static void begin_anew(void)
{
	slab_begin_anew(&pool);
	kept = NULL;
}

static struct ready_set *take_from_pool(void)
{
	static atomic_bool begins_anew;
	if (forks_begin_anew(begin_anew, &begins_anew) != 0)
		return NULL;
	uint32_t number = slab_take(&pool);
	if (number == SLAB_NONE)
		return NULL;
	struct ready_set *set = slab_at(&pool, number);
	if (set->leaves == 0) { /* new; later on, late marks may be reading it */
		set->number = number;
		set->generation = forks_generation();
		set->levels = 1;
		set->leaves = reach(1);
		for (unsigned i = 0; i < READY_SET_LEVELS; i++) {
			set->roots[i].event = &set->event;
			set->roots[i].first = i > 0 ? &set->roots[i - 1] : NULL;
		}
	}
	return set;
}

static void return_kept(void)
{
	returns_at_exit = false; /* whoever waits later in this thread's end registers again */
	if (kept != NULL)
		slab_give(&pool, kept->number);
	kept = NULL;
}

struct ready_set *ready_set_acquire(size_t n)
{
	struct ready_set *set = kept != NULL ? kept : take_from_pool();
	kept = NULL;
	if (set != NULL)
		ready_set_resize(set, n);
	return set;
}

/* Ends a pass, without its numbers. */
static void drop_pass(struct ready_set *set)
{
	size_t number;
	void *handle;
	if (set->level == set->levels - 1 && set->taken[set->level].bits == 0)
		return;
	while (ready_set_next(set, &number, &handle))
		continue;
}

void ready_set_release(struct ready_set *set)
{
	if (set->generation != forks_generation())
		return;
	drop_pass(set); /* what is left of a pass would be marks that nobody finds */
	if (!returns_at_exit)
		returns_at_exit = os_thread_at_exit(return_kept) == 0;
	if (returns_at_exit && kept == NULL)
		kept = set;
	else
		slab_give(&pool, set->number);
}

void *ready_set_handle(struct ready_set *set, size_t number)
{
	return (char *)word_at(set, number, 0) + (number & (FANOUT - 1));
}

void ready_set_mark(void *handle)
{
	struct ready_set *used = ready_set_used;
	if (used != NULL && atomic_load_explicit(&used->polled, memory_order_relaxed) == handle &&
	    !used->shared) {
		atomic_store_explicit(&used->marked, true, memory_order_relaxed);
		return;
	}
	size_t bit = (uintptr_t)handle & (CACHE_LINE - 1);
	set_bit((void *)((char *)handle - bit), bit);
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
	take_word(set, set->levels - 1, set->root, 0);
}

bool ready_set_take_leaf(struct ready_set *set)
{
	while (set->level != 0 || set->taken[0].bits == 0) {
		struct ready_taken *taken = &set->taken[set->level];
		if (taken->bits != 0) {
			unsigned bit = (unsigned)__builtin_ctzll(taken->bits);
			taken->bits &= taken->bits - 1;
			take_word(set, set->level - 1, child_of(taken->word, bit),
				  taken->first * FANOUT + bit);
		} else if (set->level == set->levels - 1) {
			return false;
		} else {
			set->level++;
		}
	}
	return true;
}

void ready_set_clear(struct ready_set *set)
{
	ready_set_take(set);
	drop_pass(set);
}

void ready_set_sleep(struct ready_set *set, uint64_t time)
{
	event_prepare(&set->event);
	if (ready_set_is_marked(set))
		event_cancel(&set->event);
	else
		event_sleep(&set->event, time);
}
