/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/*
 * machine.c -- reads /proc and /sys. What is missing there is left out.
 */

#include "machine.h"
#include "document.h"
#include "quota.h"
#include "system_text.h"

#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* 64 sets of 1024: more CPUs than any kernel is built for. */
#define CPU_SETS 64

static const struct {
	const char *architecture;
	const char *name;
	enum feature_use use;
} known_features[] = {
	{"x86_64", "sse2", FEATURE_STREAMS},       {"x86_64", "avx2", FEATURE_STREAMS},
	{"x86_64", "avx512f", FEATURE_STREAMS},    {"x86_64", "clflush", FEATURE_FLUSHES},
	{"x86_64", "clflushopt", FEATURE_FLUSHES}, {"x86_64", "clwb", FEATURE_FLUSHES},
	{"aarch64", "asimd", FEATURE_STREAMS},     {"aarch64", "dcpop", FEATURE_FLUSHES},
};

/* What stands behind the colon of the first line of that name, to the end of the text; or "". */
static const char *value_of(const char *text, const char *name)
{
	size_t length = strlen(name);
	for (const char *line = text; line != NULL; line = strchr(line, '\n')) {
		line += *line == '\n';
		if (strncmp(line, name, length) != 0)
			continue;
		const char *colon = line + length + strspn(line + length, " \t");
		if (*colon == ':')
			return colon + 1 + strspn(colon + 1, " \t");
	}
	return "";
}

static void copy_line(char *line, size_t size, const char *text)
{
	snprintf(line, size, "%.*s", (int)strcspn(text, "\n"), text);
}

static bool has_word(const char *text, const char *word)
{
	size_t length = strlen(word);
	for (const char *at = text; (at = strstr(at, word)) != NULL; at += length) {
		bool begins = at == text || at[-1] == ' ';
		if (begins && (at[length] == ' ' || at[length] == '\0'))
			return true;
	}
	return false;
}

static int read_cpu(struct machine *machine)
{
	char text[16384], flags[8192]; /* the first CPU's */
	if (system_text("/proc/cpuinfo", text, sizeof(text)) != 0)
		return -1;
	copy_line(machine->model, sizeof(machine->model), value_of(text, "model name"));
	copy_line(flags, sizeof(flags), value_of(text, "flags")); /* x86 */
	if (flags[0] == '\0')
		copy_line(flags, sizeof(flags), value_of(text, "Features")); /* aarch64 */

	for (size_t i = 0; i < sizeof(known_features) / sizeof(known_features[0]); i++) {
		if (strcmp(known_features[i].architecture, machine->system.machine) != 0)
			continue;
		machine->features[machine->feature_count++] = (struct cpu_feature){
			.name = known_features[i].name,
			.use = known_features[i].use,
			.present = has_word(flags, known_features[i].name),
		};
	}
	return 0;
}

static unsigned affinity_cpus(void)
{
	cpu_set_t sets[CPU_SETS];
	if (sched_getaffinity(0, sizeof(sets), sets) != 0)
		return 0;
	return (unsigned)CPU_COUNT_S(sizeof(sets), sets);
}

/* One line of a cache's description. */
static int read_cache_line(unsigned index, const char *name, char *line, size_t size)
{
	char path[96];
	snprintf(path, sizeof(path), "/sys/devices/system/cpu/cpu0/cache/index%u/%s", index, name);
	int result = system_text(path, line, size);
	line[strcspn(line, "\n")] = '\0';
	return result;
}

/* The bits of a mask in hexadecimal, "00000000,0000000f". */
static unsigned count_bits(const char *mask)
{
	unsigned bits = 0;
	for (; *mask != '\0'; mask++) {
		char digit[2] = {*mask, '\0'};
		bits += (unsigned)__builtin_popcountl(strtoul(digit, NULL, 16));
	}
	return bits;
}

static uint64_t parse_kernel_size(const char *text)
{
	char *unit;
	uint64_t size = strtoull(text, &unit, 10);
	return *unit == 'K' ? size << 10 : *unit == 'M' ? size << 20 : size;
}

/* Whether there is a cache of that number; -1 once it has complained. */
static int read_cache(struct cache *cache, unsigned index)
{
	char level[32], size[32], mask[4096];
	if (read_cache_line(index, "level", level, sizeof(level)) != 0 ||
	    read_cache_line(index, "type", cache->type, sizeof(cache->type)) != 0 ||
	    read_cache_line(index, "size", size, sizeof(size)) != 0 ||
	    read_cache_line(index, "shared_cpu_map", mask, sizeof(mask)) != 0)
		return -1;
	cache->level = (unsigned)strtoul(level, NULL, 10);
	cache->size = parse_kernel_size(size);
	cache->shared_by = count_bits(mask);
	return cache->level > 0 && cache->type[0] != '\0' && cache->size > 0;
}

static int read_caches(struct machine *machine)
{
	for (unsigned index = 0; index < MACHINE_CACHES_MAX; index++) {
		int found = read_cache(&machine->caches[machine->cache_count], index);
		if (found < 0)
			return -1;
		machine->cache_count += (size_t)found;
	}
	return 0;
}

static int read_memory(struct machine *machine)
{
	char text[4096];
	if (system_text("/proc/meminfo", text, sizeof(text)) != 0)
		return -1;
	machine->memory = strtoull(value_of(text, "MemAvailable"), NULL, 10) << 10;
	return 0;
}

int machine_read(struct machine *machine)
{
	*machine = (struct machine){0};
	uname(&machine->system);
	long online = sysconf(_SC_NPROCESSORS_ONLN);
	machine->online = online > 0 ? (unsigned)online : 1;
	machine->affinity = affinity_cpus();
	if (read_cpu(machine) != 0 || read_caches(machine) != 0 || read_memory(machine) != 0)
		return -1;
	return quota_cpus(&machine->quota);
}

unsigned machine_usable_cpus(const struct machine *machine)
{
	unsigned cpus = machine->affinity != 0 ? machine->affinity : machine->online;
	if (machine->quota > 0 && machine->quota < cpus)
		cpus = (unsigned)machine->quota + (machine->quota > (unsigned)machine->quota);
	return cpus;
}

static json_t *features_json(const struct machine *machine)
{
	json_t *features = json_object();
	int result = 0;
	for (size_t i = 0; i < machine->feature_count; i++)
		result |= json_object_set_new(features, machine->features[i].name,
					      json_boolean(machine->features[i].present));
	if (result == 0)
		return features;
	json_decref(features);
	return NULL;
}

static json_t *caches_json(const struct machine *machine)
{
	json_t *caches = json_array();
	for (size_t i = 0; i < machine->cache_count; i++) {
		const struct cache *cache = &machine->caches[i];
		caches = document_append(caches, json_pack("{s:i, s:s, s:I, s:i}", "level",
							   (int)cache->level, "type", cache->type,
							   "size", (json_int_t)cache->size,
							   "shared_by", (int)cache->shared_by));
	}
	return caches;
}

json_t *machine_json(const struct machine *machine)
{
	json_t *quota = machine->quota > 0 ? json_real(machine->quota) : json_null();
	return json_pack("{s:s, s:s, s:s, s:o, s:{s:i, s:i, s:o, s:i}, s:o}", "architecture",
			 machine->system.machine, "kernel", machine->system.release, "cpu",
			 machine->model, "features", features_json(machine), "cpus", "online",
			 (int)machine->online, "affinity", (int)machine->affinity, "quota", quota,
			 "usable", (int)machine_usable_cpus(machine), "caches",
			 caches_json(machine));
}
