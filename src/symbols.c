/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/*
 * symbols.c -- the inline functions of the public headers as real symbols, for languages that bind
 * to symbols; and what else of the headers has one address in a program.
 */

#define MINIASYNC_EMIT_INLINE
#include <libminiasync.h>

/* Only their addresses are used. */
uint64_t future_time_offer;
uint64_t future_time_promise;

const char *miniasync_version(void)
{
	return MINIASYNC_VERSION_STRING;
}
