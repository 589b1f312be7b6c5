/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/*
 * spin.h -- whether, and how long, a thread that waits should look before it sleeps.
 *
 * Where its latest waits were long it looks for less and less time, so that who waits for long
 * stretches pays next to nothing for looking; after a short one it looks for all of it again.
 */

#ifndef MINIASYNC_CONCURRENT_SPIN_H
#define MINIASYNC_CONCURRENT_SPIN_H

#include <stdbool.h>
#include <stdint.h>

/* Nanoseconds: about what falling asleep and being woken cost the two threads. */
#define SPIN_TIME UINT64_C(8000)
/* Waits up to so long are short: a thread that slept through one was running again this late. */
#define SPIN_SHORT (4 * SPIN_TIME)
#define SPIN_HALVINGS 5

/* What a thread has learned of its waits. Zeroed: nothing yet. */
struct spin {
	unsigned halvings;
};

/* False where a thread that spins holds the one CPU that the others need. */
bool spinning_pays(void);

/* For how long to look now, in nanoseconds. */
static inline uint64_t spin_time(const struct spin *spin)
{
	return spinning_pays() ? SPIN_TIME >> spin->halvings : 0;
}

/* Learns how long the wait was in the end. */
static inline void spin_learn(struct spin *spin, uint64_t waited)
{
	if (waited <= SPIN_SHORT)
		spin->halvings = 0;
	else if (spin->halvings < SPIN_HALVINGS)
		spin->halvings++;
}

#endif
