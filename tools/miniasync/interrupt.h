/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/*
 * interrupt.h -- Ctrl-C and its like, noticed where there is something to clean up.
 *
 * In between, the signals that ask a program to end are held back and looked for at each chunk, so
 * that none arrives where it cannot be dealt with. A signal that the program was started to ignore
 * stays ignored, and one that tells of an error which a call reports as well is ignored for good.
 */

#ifndef MINIASYNC_INTERRUPT_H
#define MINIASYNC_INTERRUPT_H

#include <stdbool.h>

/* interrupt_begin -- from now on they are held back. -1 with errno. */
int interrupt_begin(void);

/* Lets them through again: one that has come now does what it does, which is to end the process. */
void interrupt_end(void);

/* Whether one has come. */
bool interrupted(void);

/* interrupt_check -- 0; or -1 once one has come, and a complaint that this file is not written. */
int interrupt_check(const char *path);

/* Waits until the descriptor has something to read, or one has come. */
void interrupt_or_readable(int fd);

#endif
