/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/*
 * symbols.c -- the inline functions of the public headers as real symbols, for languages that bind
 * to symbols; and the library's version.
 */

#define MINIASYNC_EMIT_INLINE
#include <libminiasync.h>

const char *miniasync_version(void)
{
	return MINIASYNC_VERSION_STRING;
}
