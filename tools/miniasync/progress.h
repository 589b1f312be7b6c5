/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/*
 * progress.h -- a bar on the terminal: how far, how fast, how much longer.
 *
 * There is one terminal, so there is one bar. It is drawn on standard error, a few times a second,
 * and only when that is a terminal; elsewhere all of this does nothing.
 */

#ifndef MINIASYNC_PROGRESS_H
#define MINIASYNC_PROGRESS_H

#include <stdbool.h>
#include <stdint.h>

/* Whether there is to be a bar at all; there is none before the first call. */
void progress_allow(bool allowed);

enum progress_unit {
	PROGRESS_BYTES,
	PROGRESS_STEPS,
};

/* Starts a bar for a task of so many of them; 0: nobody knows how many. */
void progress_begin(const char *task, uint64_t total, enum progress_unit unit);

/* So many of them are done. */
void progress_update(uint64_t done);

/* Takes the bar off the screen until the next update: something else is printed there. */
void progress_hide(void);

/* Takes the bar off the screen. */
void progress_end(void);

#endif
