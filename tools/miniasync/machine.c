/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/*
 * machine.c -- reads /proc and /sys. What is missing there is left out.
 */

#include "machine.h"
#include "quota.h"

#include <sched.h>
#include <stdarg.h>
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

/* What stands behind the colon of the first line of that name; freed by the caller. */
static char *value_of(const char *file_name, const char *name)
{
	FILE *file = fopen(file_name, "re");
	char *line = NULL, *value = NULL;
	size_t capacity = 0, length = strlen(name);

	while (file != NULL && value == NULL && getline(&line, &capacity, file) > 0) {
		char *colon = strchr(line, ':');
		if (colon == NULL || strncmp(line, name, length) != 0 ||
		    line[length + strspn(line + length, " \t")] != ':')
			continue;
		colon[strcspn(colon, "\n")] = '\0';
		value = strdup(colon + 1 + strspn(colon + 1, " \t"));
	}
	free(line);
	if (file != NULL)
		fclose(file);
	return value;
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

static void read_cpu(struct machine *machine)
{
	char *model = value_of("/proc/cpuinfo", "model name");
	char *flags = value_of("/proc/cpuinfo", "flags"); /* x86 */
	if (flags == NULL)
		flags = value_of("/proc/cpuinfo", "Features"); /* aarch64 */

	snprintf(machine->model, sizeof(machine->model), "%s", model != NULL ? model : "");
	for (size_t i = 0; i < sizeof(known_features) / sizeof(known_features[0]); i++) {
		if (strcmp(known_features[i].architecture, machine->system.machine) != 0)
			continue;
		machine->features[machine->feature_count++] = (struct cpu_feature){
			.name = known_features[i].name,
			.use = known_features[i].use,
			.present = flags != NULL && has_word(flags, known_features[i].name),
		};
	}
	free(flags);
	free(model);
}

static unsigned affinity_cpus(void)
{
	cpu_set_t sets[CPU_SETS];
	if (sched_getaffinity(0, sizeof(sets), sets) != 0)
		return 0;
	return (unsigned)CPU_COUNT_S(sizeof(sets), sets);
}

/* One line of a cache's description. */
static bool read_cache_line(unsigned index, const char *name, char *line, size_t size)
{
	char path[96];
	snprintf(path, sizeof(path), "/sys/devices/system/cpu/cpu0/cache/index%u/%s", index, name);
	FILE *file = fopen(path, "re");
	if (file == NULL)
		return false;
	bool found = fgets(line, (int)size, file) != NULL;
	fclose(file);
	line[strcspn(line, "\n")] = '\0';
	return found;
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

static void read_caches(struct machine *machine)
{
	char line[4096];
	for (unsigned index = 0; index < MACHINE_CACHES_MAX; index++) {
		struct cache *cache = &machine->caches[machine->cache_count];
		if (!read_cache_line(index, "level", line, sizeof(line)))
			return;
		cache->level = (unsigned)strtoul(line, NULL, 10);
		if (!read_cache_line(index, "type", cache->type, sizeof(cache->type)) ||
		    !read_cache_line(index, "size", line, sizeof(line)))
			continue;
		cache->size = parse_kernel_size(line);
		if (read_cache_line(index, "shared_cpu_map", line, sizeof(line)))
			cache->shared_by = count_bits(line);
		machine->cache_count++;
	}
}

void machine_read(struct machine *machine)
{
	*machine = (struct machine){0};
	uname(&machine->system);
	read_cpu(machine);
	long online = sysconf(_SC_NPROCESSORS_ONLN);
	machine->online = online > 0 ? (unsigned)online : 1;
	machine->affinity = affinity_cpus();
	machine->quota = quota_cpus();
	read_caches(machine);

	char *available = value_of("/proc/meminfo", "MemAvailable");
	if (available != NULL)
		machine->memory = strtoull(available, NULL, 10) << 10;
	free(available);
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
	for (size_t i = 0; i < machine->feature_count; i++)
		json_object_set_new(features, machine->features[i].name,
				    json_boolean(machine->features[i].present));
	return features;
}

static json_t *caches_json(const struct machine *machine)
{
	json_t *caches = json_array();
	for (size_t i = 0; i < machine->cache_count; i++) {
		const struct cache *cache = &machine->caches[i];
		json_array_append_new(caches, json_pack("{s:i, s:s, s:I, s:i}", "level",
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
