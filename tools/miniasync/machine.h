/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/*
 * machine.h -- what of this machine decides how fast memory moves, as the system tells it.
 */

#ifndef MINIASYNC_MACHINE_H
#define MINIASYNC_MACHINE_H

#include <jansson.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/utsname.h>

#define MACHINE_CACHES_MAX 8
#define MACHINE_FEATURES_MAX 8

enum feature_use {
	FEATURE_STREAMS, /* stores that bypass the cache */
	FEATURE_FLUSHES, /* writes cache lines back to memory */
};

/* Instructions that the library chooses its kernels by. */
struct cpu_feature {
	const char *name; /* as /proc/cpuinfo writes it */
	enum feature_use use;
	bool present;
};

struct cache {
	unsigned level;
	char type[16]; /* "Data", "Instruction" or "Unified" */
	uint64_t size;
	unsigned shared_by; /* CPUs */
};

struct machine {
	struct utsname system;
	char model[128]; /* of the CPU; "" where nothing tells */
	struct cpu_feature features[MACHINE_FEATURES_MAX];
	size_t feature_count;
	unsigned online;   /* CPUs */
	unsigned affinity; /* those of them that this process may run on; 0: it was not told */
	double quota;      /* CPUs that its cgroups leave it; 0: no limit */
	struct cache caches[MACHINE_CACHES_MAX];
	size_t cache_count;
	uint64_t memory; /* bytes that can be had now; 0: nothing tells */
};

/* machine_read -- what is missing on this system is left out; -1 once it has complained. */
int machine_read(struct machine *machine);

/* CPUs whose whole time this process can have: 1 or more. */
unsigned machine_usable_cpus(const struct machine *machine);

/* machine_json -- the same for programs; the caller's reference. NULL: no memory. */
json_t *machine_json(const struct machine *machine);

#endif
