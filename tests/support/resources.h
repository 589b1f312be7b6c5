/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/*
 * resources.h -- memory and threads that run out when a test says so, and are counted.
 */

#ifndef MINIASYNC_TESTS_RESOURCES_H
#define MINIASYNC_TESTS_RESOURCES_H

#include <stdatomic.h>
#include <stddef.h>

#define RESOURCES_UNLIMITED (-1)

struct resources {
	atomic_long allocations_left; /* that succeed, before all others fail */
	atomic_long threads_left;     /* likewise; the others fail with EAGAIN */
	atomic_size_t refused;        /* calls that failed so far */
	atomic_size_t live;           /* allocations that are not freed */
	atomic_size_t bytes;          /* allocated in all, freed or not */
	atomic_size_t threads;        /* started */
	atomic_size_t joined;
	void (*refuses)(void); /* called when one fails, if not NULL */
};

extern struct resources resources;

/* Counts begin anew, with so many calls that succeed. */
void resources_begin(long allocations, long threads);

#endif
