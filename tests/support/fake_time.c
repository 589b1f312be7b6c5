/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/*
 * fake_time.c -- os.h's time, as fake_time.h tells it.
 */

#include "support/fake_time.h"

#include <stdio.h>
#include <stdlib.h>

#include "platform/os.h"

struct fake_time fake_time;

uint64_t __wrap_os_now(void);
void __wrap_os_sleep(_Atomic uint32_t *word, uint32_t expected, uint64_t deadline);
void __wrap_os_yield(void);
unsigned __wrap_os_usable_cpus(void);

void fake_time_begin(void)
{
	fake_time = (struct fake_time){.now = UINT64_C(1000000000)};
}

uint64_t __wrap_os_now(void)
{
	if (fake_time.during_look != NULL)
		fake_time.during_look(fake_time.arg);
	return fake_time.now++;
}

void __wrap_os_sleep(_Atomic uint32_t *word, uint32_t expected, uint64_t deadline)
{
	if (atomic_load(word) != expected)
		return;
	fake_time.sleeps++;
	if (fake_time.during_sleep != NULL)
		fake_time.during_sleep(fake_time.arg);
	if (atomic_load(word) != expected)
		return;
	if (deadline == OS_NEVER) {
		fprintf(stderr, "a sleep that nobody would end\n");
		abort();
	}
	if (deadline > fake_time.now)
		fake_time.now = deadline;
}

void __wrap_os_yield(void)
{
	fake_time.yields++;
}

unsigned __wrap_os_usable_cpus(void)
{
	return 1;
}
