/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/* wait.h -- waiting for an array of futures, as the functions of runtime.h ask for it. */

#ifndef MINIASYNC_RUNTIME_WAIT_H
#define MINIASYNC_RUNTIME_WAIT_H

#include <stdbool.h>

#include <libminiasync/runtime.h>

/* True when all n are complete; false when the deadline (os_now) came first. */
bool wait_for_all(struct future *futs[], size_t n, uint64_t deadline);

/* The same for one of them, n of 1 at least; the index of the one that completed first. */
bool wait_for_any(struct future *futs[], size_t n, uint64_t deadline, size_t *index);

#endif
