/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/*
 * arguments.h -- what the commands' arguments have in common: numbers, and what --help lists.
 */

#ifndef MINIASYNC_ARGUMENTS_H
#define MINIASYNC_ARGUMENTS_H

#include <argp.h>
#include <stddef.h>
#include <stdio.h>

#define DEPTH_MAX 4096   /* operations in flight */
#define THREADS_MAX 4096 /* of a mover */

/* take_arguments -- argp_parse; whatever it cannot do ends the process, with a complaint. */
void take_arguments(const struct argp *parser, int argc, char **argv, unsigned flags, void *input);

/* take_count -- a number from least to most, or the process ends with a usage message. */
void take_count(const char *name, size_t *count, size_t least, size_t most, const char *text,
		struct argp_state *state);

/*
 * list_below_options -- for a help filter: what --help says below the options is a list, then the
 * text. Freed by argp.
 */
char *list_below_options(int key, const char *text, void (*print_list)(FILE *stream));

#endif
