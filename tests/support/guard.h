/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/*
 * guard.h -- memory whose neighbour faults: who reads or writes one byte too far is seen at once.
 */

#ifndef MINIASYNC_TESTS_GUARD_H
#define MINIASYNC_TESTS_GUARD_H

#include <stddef.h>

/* Bytes, 0xA5 each, that end where an inaccessible page begins. The size is kept by the caller. */
void *guard_allocate(size_t size);
void guard_free(void *memory, size_t size);

/* From now on any access to memory of guard_allocate faults, until it is freed. */
void guard_forbid(void *memory, size_t size);

#endif
