/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/*
 * ready_set.h -- the ready list: which of many numbered things one thread should look at next. Any
 * thread, also in a signal handler, marks a number; the owner takes marks, and sleeps without any.
 *
 * Marks are bits in a tree of 64-bit words. A leaf's bits are numbers; a bit of an inner word says
 * that the child there is not 0. Each word has a cache line of its own. To mark is to set a bit;
 * whoever turns a word from 0 to something sets the bit above it as well, and at the root signals
 * the event. So a mark that stands already costs one instruction, and a new one at most as many as
 * there are levels: 1 for up to 64 numbers, 2 for 4,096, 3 for 262,144, 4 for 16 million. To take
 * is to swap a word with 0 from the root downward: one swap for up to 64 marks.
 *
 * No mark is lost. Say A turns a leaf from 0 and B sets another bit in it, then returns: the bit
 * above is A's to set, and the leaf cannot be taken for good before, since the owner that swaps it
 * early takes both marks, and one that comes later finds A's bit. A bit above an empty leaf is
 * found and costs nothing. What a marker wrote before is visible to the owner that takes the mark:
 * all these are read-modify-write operations on one word, in one release sequence. At the root they
 * are sequentially consistent, as the event demands of its condition.
 *
 * The owner hands out a handle for each number: the address of its leaf plus the number of the bit,
 * below the size of a cache line. A handle may be marked for as long as the process lives, whoever
 * owns the set by then: sets are taken from a pool and given back to it, words are never freed, and
 * a late mark is a spurious one to the next owner.
 *
 * A mark that the owner's thread makes of the very handle it polls by, from within that poll, needs
 * no atomic step: the owner says which handle that is, the mark sets a flag, and the owner looks at
 * it afterwards. That holds for a signal handler on this thread as well: the owner withdraws the
 * handle before it looks, and a handler that comes in between sets the bit.
 *
 * A set grows and shrinks by levels: there is a root for each number of levels, whose first child
 * is the root for one less, and the owner chooses which one is the root. To attach a root to the
 * next one is to store its parent and then to set its bit there, as a marker does, with all above:
 * a marker that still found no parent has set its own bit before, so the owner that follows this
 * one finds it. To detach one is to store that it has no parent: a marker that still found one has
 * set its own bit before, so the owner finds that when it looks at its new root.
 *
 * proofs/ready_set.pml checks this.
 */

#ifndef MINIASYNC_CONCURRENT_READY_SET_H
#define MINIASYNC_CONCURRENT_READY_SET_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "concurrent/event.h"
#include "concurrent/spin.h"

#define READY_SET_LEVELS 4
#define READY_SET_FANOUT 64

struct ready_word {
	_Alignas(CACHE_LINE) _Atomic uint64_t bits;
	_Atomic(struct ready_word *) parent; /* NULL: the root */
	struct ready_word *first;            /* the child 0 of a root, which is the root below */
	struct ready_word *children;         /* 64 of them; NULL: a leaf, or not made yet */
	struct event *event;                 /* its set's */
	uint32_t place;                      /* its bit in the parent */
};

struct ready_set {
	struct event event;
	unsigned levels;     /* of the root in use */
	uint32_t number;     /* in the pool */
	uint32_t generation; /* of the process whose pool that is (forks.h) */
	struct spin spin;    /* of the owner's waits */
	int bell;            /* the event's, once it has been given one; never closed */
	size_t leaves;       /* how many numbers have a leaf */
	size_t capacity;     /* how many of them the root in use reaches */
	struct ready_word *root;
	struct ready_word roots[READY_SET_LEVELS]; /* by levels - 1 */

	/* What the owner has taken and not handed out yet, by level; the root is the highest. */
	struct ready_taken {
		struct ready_word *word;
		uint64_t bits;
		size_t first; /* how many words of its level come before it */
	} taken[READY_SET_LEVELS];
	unsigned level; /* the lowest level with something taken */
	bool shared;    /* a handle may stand for several numbers */

	/* Of the thread that uses the set alone, and far from the event, which others read. */
	_Atomic(void *) polled; /* the handle that it polls by, or NULL */
	_Atomic bool marked;    /* and was marked within that poll */
};

/*
 * A set for n numbers that is now the caller's, holding whatever late marks it has got; its
 * capacity is less than n when memory ran out, and NULL is returned when there was none at all.
 * Taken from what this thread used last, if it can be.
 */
struct ready_set *ready_set_acquire(size_t n);
void ready_set_release(struct ready_set *set);

/*
 * The owner: makes it a set for n numbers, as far as memory goes. Marks are kept; a pass that is
 * not over ends, and what it has left is marked again.
 */
void ready_set_resize(struct ready_set *set, size_t n);

/* The handle of a number below the capacity. */
void *ready_set_handle(struct ready_set *set, size_t number);

/* Marks a handle: the function of a waker. */
void ready_set_mark(void *handle);

/*
 * The thread that is going to poll by a set's handles names the set, and the former one afterwards;
 * which that was. NULL: none.
 */
static inline struct ready_set *ready_set_use(struct ready_set *set);

/* Around a poll by a handle. The latter: whether the handle was marked within it. */
static inline void ready_set_begin_poll(struct ready_set *set, void *handle);
static inline bool ready_set_end_poll(struct ready_set *set);

/* Whether something is marked: the condition of the set's event. */
static inline bool ready_set_is_marked(struct ready_set *set)
{
	return atomic_load_explicit(&set->root->bits, memory_order_seq_cst) != 0;
}

/*
 * ready_set_take -- begins a pass over what is marked now. ready_set_next -- the next marked number
 * and its handle, until the pass is over. What is marked during a pass may be left to the next one,
 * so a pass ends.
 */
void ready_set_take(struct ready_set *set);
static inline bool ready_set_next(struct ready_set *set, size_t *number, void **handle);

/* Takes all marks, for an owner that needs none of the numbers. */
void ready_set_clear(struct ready_set *set);

/* Sleeps until something is marked or the time has come; it may return without cause. */
void ready_set_sleep(struct ready_set *set, uint64_t time);

/* The set that the calling thread polls by. */
extern OS_THREAD_LOCAL struct ready_set *ready_set_used;

static inline struct ready_set *ready_set_use(struct ready_set *set)
{
	struct ready_set *former = ready_set_used;
	ready_set_used = set;
	return former;
}

/* The fences have the compiler keep the order for a signal handler on this thread. */
static inline void ready_set_begin_poll(struct ready_set *set, void *handle)
{
	atomic_store_explicit(&set->polled, handle, memory_order_relaxed);
	atomic_signal_fence(memory_order_seq_cst);
}

static inline bool ready_set_end_poll(struct ready_set *set)
{
	atomic_store_explicit(&set->polled, NULL, memory_order_relaxed);
	atomic_signal_fence(memory_order_seq_cst);
	if (!atomic_load_explicit(&set->marked, memory_order_relaxed))
		return false;
	atomic_store_explicit(&set->marked, false, memory_order_relaxed);
	return true;
}

/* Takes the next leaf that has something marked; false: the pass is over. */
bool ready_set_take_leaf(struct ready_set *set);

static inline bool ready_set_next(struct ready_set *set, size_t *number, void **handle)
{
	struct ready_taken *leaf = &set->taken[0];
	if ((set->level != 0 || leaf->bits == 0) && !ready_set_take_leaf(set))
		return false;
	unsigned bit = (unsigned)__builtin_ctzll(leaf->bits);
	leaf->bits &= leaf->bits - 1;
	*number = leaf->first * READY_SET_FANOUT + bit;
	*handle = (char *)leaf->word + bit;
	return true;
}

#endif
