/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/*
 * lock.h -- mutual exclusion for short sections among threads that may sleep: never for wakers.
 *
 * A short section is over sooner than a thread falls asleep, so a thread that finds the lock held
 * first looks a few times more, unless others sleep already.
 *
 * The state is FREE, HELD, or CONTENDED: held, and somebody may sleep. A thread that has once found
 * the lock held takes it as CONTENDED, for it cannot know whether others sleep still; whoever frees
 * a contended lock wakes one. This is the second mutex of Ulrich Drepper's "Futexes Are Tricky".
 */

#ifndef MINIASYNC_CONCURRENT_LOCK_H
#define MINIASYNC_CONCURRENT_LOCK_H

#include <stdatomic.h>

#include "platform/cpu.h"
#include "platform/os.h"

#define LOCK_LOOKS 50 /* a microsecond or two, less than a sleep costs */

enum { LOCK_FREE, LOCK_HELD, LOCK_CONTENDED };

struct lock {
	_Atomic uint32_t state; /* zeroed memory is a lock */
};

static inline void lock_acquire(struct lock *lock)
{
	for (unsigned looks = 0; looks < LOCK_LOOKS; looks++) {
		uint32_t state = LOCK_FREE;
		if (atomic_compare_exchange_strong_explicit(&lock->state, &state, LOCK_HELD,
							    memory_order_acquire,
							    memory_order_relaxed))
			return;
		if (state == LOCK_CONTENDED)
			break;
		cpu_pause();
	}
	while (atomic_exchange_explicit(&lock->state, LOCK_CONTENDED, memory_order_acquire) !=
	       LOCK_FREE)
		os_sleep(&lock->state, LOCK_CONTENDED, OS_NEVER);
}

static inline void lock_release(struct lock *lock)
{
	if (atomic_exchange_explicit(&lock->state, LOCK_FREE, memory_order_release) ==
	    LOCK_CONTENDED)
		os_wake(&lock->state);
}

#endif
