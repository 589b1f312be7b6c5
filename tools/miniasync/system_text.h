/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/*
 * system_text.h -- the files of /proc and /sys, in which the system tells of itself.
 */

#ifndef MINIASYNC_SYSTEM_TEXT_H
#define MINIASYNC_SYSTEM_TEXT_H

#include <stddef.h>

/*
 * system_text -- the beginning of such a file, as much as there is room for; "" where this system
 * has no such file, or shows it to others only. -1 once it has complained that it could not be
 * read.
 */
int system_text(const char *path, char *text, size_t size);

#endif
