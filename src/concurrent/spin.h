/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/* spin.h -- whether, and how long, a thread that waits should look before it sleeps. */

#ifndef MINIASYNC_CONCURRENT_SPIN_H
#define MINIASYNC_CONCURRENT_SPIN_H

#include <stdbool.h>
#include <stdint.h>

/* Nanoseconds: about what falling asleep and being woken cost the two threads. */
#define SPIN_TIME UINT64_C(8000)

/* False where a thread that spins holds the one CPU that the others need. */
bool spinning_pays(void);

#endif
