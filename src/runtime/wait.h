/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/* wait.h -- one wait for a number of futures, as the functions of runtime.h ask for it. */

#ifndef MINIASYNC_RUNTIME_WAIT_H
#define MINIASYNC_RUNTIME_WAIT_H

#include <stdbool.h>

#include <libminiasync/runtime.h>

/* True when all n are complete; false when the deadline (os_now) came first. */
bool wait_for_all(struct future *futs[], size_t n, uint64_t deadline);

#endif
