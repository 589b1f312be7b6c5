/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/*
 * together.h -- a function that several threads run at the same time.
 *
 * They report what they saw to the thread that runs the test, which alone may use assertions.
 */

#ifndef MINIASYNC_TESTS_TOGETHER_H
#define MINIASYNC_TESTS_TOGETHER_H

#define TOGETHER_MAX 64

/* Runs it on count threads, numbered from 0, that begin at once; returns when all have ended. */
void run_together(unsigned count, void (*run)(void *shared, unsigned number), void *shared);

#endif
