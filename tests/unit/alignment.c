/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/*
 * alignment.c -- compiles as C and as C++ until DATA or OUTPUT names a type that is aligned
 * beyond a pointer: FUTURE must refuse that, or a task would not find its output.
 */

#include <libminiasync/future.h>

struct wide {
	char bytes[16];
} __attribute__((aligned(16)));

struct narrow {
	void *pointer;
};

FUTURE(future_of_some_alignment, struct DATA, struct OUTPUT);
