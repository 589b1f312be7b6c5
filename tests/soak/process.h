/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/* process.h -- what the kernel says of this process. */

#ifndef MINIASYNC_TESTS_SOAK_PROCESS_H
#define MINIASYNC_TESTS_SOAK_PROCESS_H

#include <stddef.h>

/* Bytes of its memory that are in RAM (VmRSS). */
size_t process_memory(void);

size_t process_threads(void);

/*
 * The number of threads once those that were joined are gone from the kernel's lists too: expected,
 * or what is still there after some seconds.
 */
size_t process_threads_settled(size_t expected);

#endif
