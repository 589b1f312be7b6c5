/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/*
 * without_net.c -- takes the net away under a lost wake-up. A wait polls silent futures every now
 * and then (the contract's W5), which would hide one; here a sleep that long never ends by itself,
 * so a wake-up that is lost hangs the test. Linked with -Wl,--wrap=os_sleep.
 */

#include "platform/os.h"

/* Longer than any time that a future of these tests asks for, shorter than W5's. */
#define NET UINT64_C(20000000)

void __real_os_sleep(_Atomic uint32_t *word, uint32_t expected, uint64_t deadline);
void __wrap_os_sleep(_Atomic uint32_t *word, uint32_t expected, uint64_t deadline);

void __wrap_os_sleep(_Atomic uint32_t *word, uint32_t expected, uint64_t deadline)
{
	if (deadline != OS_NEVER && deadline > os_now() + NET)
		deadline = OS_NEVER;
	__real_os_sleep(word, expected, deadline);
}
