/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/*
 * output.h -- what the command prints, on standard output or into a file, is written, or it says
 * so.
 */

#ifndef MINIASYNC_OUTPUT_H
#define MINIASYNC_OUTPUT_H

#include <stdio.h>

/* output_close -- all that was printed is written: 0; or -1 once it has complained. */
int output_close(FILE *file, const char *name);

/* output_remove -- removes a file that is not whole; not a device or a pipe, nor a link to one. */
void output_remove(const char *path);

#endif
