/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/*
 * random.h -- numbers that look random and are the same for the same seed (xorshift32).
 */

#ifndef MINIASYNC_TESTS_RANDOM_H
#define MINIASYNC_TESTS_RANDOM_H

#include <stdint.h>

struct random {
	uint32_t state; /* the seed; not 0 */
};

static inline uint32_t random_next(struct random *random)
{
	uint32_t x = random->state;
	x ^= x << 13;
	x ^= x >> 17;
	x ^= x << 5;
	return random->state = x;
}

static inline uint32_t random_below(struct random *random, uint32_t n)
{
	return (uint32_t)((uint64_t)random_next(random) * n >> 32);
}

#endif
