/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/*
 * arguments.h -- what the subcommands' arguments have in common. Each function here ends the
 * process with a usage message that names the argument at fault.
 */

#ifndef MINIASYNC_ARGUMENTS_H
#define MINIASYNC_ARGUMENTS_H

#include <argp.h>
#include <stddef.h>

#define DEPTH_MAX 4096   /* operations in flight */
#define THREADS_MAX 4096 /* of a mover */

/* take_count -- a number from least to most. */
void take_count(const char *name, size_t *count, size_t least, size_t most, const char *text,
		struct argp_state *state);

#endif
