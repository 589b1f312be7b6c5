/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/*
 * engines.h -- the movers that the operations run on, with the settings that matter: queues of one,
 * nothing inline, each kind of notifier, a program's own functions.
 */

#ifndef MINIASYNC_TESTS_SOAK_ENGINES_H
#define MINIASYNC_TESTS_SOAK_ENGINES_H

#include <stdbool.h>
#include <stdint.h>

#include <libminiasync.h>

struct engine {
	const char *name;
	struct vdm *vdm;
	bool validates; /* refuses what it does not know: no functions of the program's own */
};

enum { ENGINES = 6 };

extern struct engine engines[ENGINES];

/* 0, or -1 with errno. */
int engines_begin(void);
void engines_end(void);

/* Polls that found a queue full, so far. */
uint64_t engines_refused(void);

#endif
