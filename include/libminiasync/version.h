/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/*
 * libminiasync/version.h -- which miniasync this is. The build reads its version from here.
 */

#ifndef LIBMINIASYNC_VERSION_H
#define LIBMINIASYNC_VERSION_H 1

#include <libminiasync/base.h>

MINIASYNC_BEGIN_DECLARATIONS

/* The version of the headers that a program is compiled with. */
#define MINIASYNC_VERSION_MAJOR 0
#define MINIASYNC_VERSION_MINOR 3
#define MINIASYNC_VERSION_PATCH 0
#define MINIASYNC_VERSION_STRING "0.3.0"

/*
 * miniasync_version -- the version of the library that a program runs with, such as "0.3.0".
 * A constant string: never NULL, never freed, the same from every thread.
 */
MINIASYNC_API const char *miniasync_version(void);

MINIASYNC_END_DECLARATIONS

#endif /* LIBMINIASYNC_VERSION_H */
