/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/*
 * property.h -- a property holds for every input, or the program aborts. Its one function has the
 * name that libFuzzer calls; seeded.c calls it as well, with inputs that are kept and inputs from a
 * fixed seed.
 */

#ifndef MINIASYNC_TESTS_PROPERTY_H
#define MINIASYNC_TESTS_PROPERTY_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

#define CHECK(_condition)                                                                        \
	do {                                                                                     \
		if (!(_condition)) {                                                             \
			fprintf(stderr, "%s:%d: not so: %s\n", __FILE__, __LINE__, #_condition); \
			abort();                                                                 \
		}                                                                                \
	} while (0)

#endif
