/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/*
 * deadline.h -- from a time that is far away to the microseconds of an answer: rounded up, so that
 * nobody is polled too early for nothing; saturated, so that nobody is polled soon instead of late.
 */

#ifndef MINIASYNC_FUTURE_DEADLINE_H
#define MINIASYNC_FUTURE_DEADLINE_H

#include <stdint.h>

#include "platform/os.h"

static inline uint64_t deadline_after(uint64_t now, uint64_t nanoseconds)
{
	return nanoseconds < OS_NEVER - now ? now + nanoseconds : OS_NEVER;
}

/* Microseconds from now until a deadline that is still to come: at least 1. */
static inline uint32_t deadline_in_microseconds(uint64_t now, uint64_t deadline)
{
	uint64_t microseconds = (deadline - now - 1) / 1000 + 1;
	return microseconds < UINT32_MAX ? (uint32_t)microseconds : UINT32_MAX;
}

#endif
