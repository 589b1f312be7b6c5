/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/*
 * input.h -- the bytes of an input as choices, taken one after the other; behind its end all of
 * them are 0.
 */

#ifndef MINIASYNC_TESTS_INPUT_H
#define MINIASYNC_TESTS_INPUT_H

#include <stddef.h>
#include <stdint.h>

struct input {
	const uint8_t *at;
	size_t left;
};

/* A number below n, which is 1 or more, of as few bytes as it takes. */
static inline uint32_t input_below(struct input *input, uint32_t n)
{
	uint32_t number = 0;
	for (uint32_t rest = n - 1; rest > 0; rest >>= 8) {
		number <<= 8;
		if (input->left > 0) {
			number |= *input->at++;
			input->left--;
		}
	}
	return number % n;
}

/* One of an array's elements. */
#define INPUT_ONE_OF(_input, _array) \
	((_array)[input_below(_input, sizeof(_array) / sizeof((_array)[0]))])

#endif
