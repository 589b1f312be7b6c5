/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/*
 * forks.h -- notices that this process is the child of a fork.
 *
 * A child has one thread, the one that forked. Its memory was copied while the other threads went
 * on, some of it before a step of theirs and some after; so what one of these had in hand may be
 * torn, and what one of these was to do is never done. Hence two rules:
 *
 * What needs threads or descriptors of its own notes the generation when it is made. In another
 * generation they are the parent's, and it is not looked into any further.
 *
 * What all threads share, pools that are never ended, begins anew in the child. What was taken from
 * them before stays with whoever has it, and is not given back.
 */

#ifndef MINIASYNC_CONCURRENT_FORKS_H
#define MINIASYNC_CONCURRENT_FORKS_H

#include <stdatomic.h>
#include <stdint.h>

extern _Atomic uint32_t forks_count;

/* The generation that this process is of; its children's are others. */
static inline uint32_t forks_generation(void)
{
	/* It changes while there is one thread. */
	return atomic_load_explicit(&forks_count, memory_order_relaxed);
}

/* Has generations counted from now on: 0, or ENOMEM. */
int forks_notice(void);

/*
 * The same, and has a function called in each child, before it has other threads; once or twice.
 * The flag, false at first, remembers that this was asked for.
 */
int forks_begin_anew(void (*begin_anew)(void), atomic_bool *asked);

#endif
