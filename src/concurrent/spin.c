/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/* spin.c -- see spin.h. The CPUs are counted once, by whoever comes first or by several alike. */

#include "concurrent/spin.h"

#include "platform/os.h"

bool spinning_pays(void)
{
	static _Atomic unsigned usable; /* 0: not counted yet */
	unsigned cpus = atomic_load_explicit(&usable, memory_order_relaxed);
	if (cpus == 0) {
		cpus = os_usable_cpus();
		atomic_store_explicit(&usable, cpus, memory_order_relaxed);
	}
	return cpus > 1;
}
