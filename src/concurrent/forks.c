/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/* forks.c -- see forks.h. */

#include "concurrent/forks.h"

#include "platform/os.h"

_Atomic uint32_t forks_count;

static void count(void)
{
	atomic_fetch_add_explicit(&forks_count, 1, memory_order_relaxed);
}

int forks_notice(void)
{
	static atomic_bool asked;
	return os_at_fork(count, &asked);
}

int forks_begin_anew(void (*begin_anew)(void), atomic_bool *asked)
{
	int error = forks_notice();
	return error != 0 ? error : os_at_fork(begin_anew, asked);
}
