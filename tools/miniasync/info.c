/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/*
 * info.c -- miniasync info: the library, this machine, and what each mover can do on it.
 */

#include "arguments.h"
#include "command.h"
#include "document.h"
#include "machine.h"
#include "message.h"
#include "movers.h"
#include "quantity.h"

#include <libminiasync/version.h>

#include <argp.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define OPTION_JSON 0x100

static const struct argp_option options[] = {
	{"json", OPTION_JSON, NULL, 0, "Print it as JSON, for programs", 0},
	{NULL, 0, NULL, 0, NULL, 0},
};

static error_t parse(int key, char *text, struct argp_state *state)
{
	bool *json = state->input;

	switch (key) {
	case OPTION_JSON:
		*json = true;
		return 0;
	case ARGP_KEY_ARG:
		argp_error(state, "'%s' is one argument too many", text);
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp parser = {
	.options = options,
	.parser = parse,
	.doc = "Tells which library this is, what of this machine matters to it, and what each "
	       "mover can do here.",
};

static void print_usable_cpus(const struct machine *machine)
{
	printf("  CPUs       %u usable of %u", machine_usable_cpus(machine), machine->online);
	if (machine->affinity != 0 && machine->affinity < machine->online)
		printf("; affinity leaves %u", machine->affinity);
	if (machine->quota > 0)
		printf("; cgroups leave the time of %.2f", machine->quota);
	putchar('\n');
}

/* "L1d", "L2" */
static const char *cache_kind(const struct cache *cache)
{
	switch (cache->type[0]) {
	case 'D':
		return "d";
	case 'I':
		return "i";
	default:
		return "";
	}
}

static void print_caches(const struct machine *machine)
{
	char size[QUANTITY_LENGTH];
	printf("  caches    ");
	for (size_t i = 0; i < machine->cache_count; i++) {
		const struct cache *cache = &machine->caches[i];
		printf("%s L%u%s %s", i == 0 ? "" : ",", cache->level, cache_kind(cache),
		       format_exact_size(size, cache->size));
		if (cache->shared_by > 1)
			printf(" for %u CPUs", cache->shared_by);
	}
	printf("%s\n", machine->cache_count == 0 ? " not told" : "");
}

static void print_features(const struct machine *machine, const char *title, enum feature_use use)
{
	bool first = true;
	for (size_t i = 0; i < machine->feature_count; i++) {
		const struct cpu_feature *feature = &machine->features[i];
		if (feature->use != use)
			continue;
		if (first)
			printf("  %-10s", title);
		printf("%s %s%s", first ? "" : ",", feature->present ? "" : "no ", feature->name);
		first = false;
	}
	if (!first)
		putchar('\n');
}

static void print_machine(const struct machine *machine)
{
	printf("Machine\n");
	printf("  CPU        %s%s%s\n", machine->model, machine->model[0] != '\0' ? ", " : "",
	       machine->system.machine);
	print_usable_cpus(machine);
	print_caches(machine);
	print_features(machine, "streaming", FEATURE_STREAMS);
	print_features(machine, "flushing", FEATURE_FLUSHES);
}

static void print_list(const char *title, const char *const names[])
{
	printf("             %-11s", title);
	for (size_t i = 0; names[i] != NULL; i++)
		printf("%s %s", i == 0 ? "" : ",", names[i]);
	putchar('\n');
}

static void print_mover(const struct mover_kind *kind)
{
	const char *names[MOVER_NAMES_MAX];
	struct mover mover;

	printf("  %-10s %s\n", kind->name, kind->summary);
	if (mover_make(&mover, kind, 0) != 0) {
		printf("             not available: %s\n", mover_reason());
		return;
	}
	print_list("operations:", mover_operations(&mover, names));
	print_list("flags:", mover_flags(&mover, names));
	mover_close(&mover);
}

static void print_text(const struct machine *machine)
{
	printf("miniasync %s, library %s\n\n", MINIASYNC_VERSION_STRING, miniasync_version());
	print_machine(machine);
	printf("\nMovers\n");
	for (const struct mover_kind *kind = mover_kinds; kind->name != NULL; kind++)
		print_mover(kind);
}

static json_t *list_json(const char *const names[])
{
	json_t *list = json_array();
	for (size_t i = 0; names[i] != NULL; i++)
		list = document_append(list, json_string(names[i]));
	return list;
}

static json_t *mover_json(const struct mover_kind *kind)
{
	const char *operations[MOVER_NAMES_MAX], *flags[MOVER_NAMES_MAX];
	struct mover mover;
	if (mover_make(&mover, kind, 0) != 0)
		return json_pack("{s:s, s:b, s:s}", "name", kind->name, "available", 0, "reason",
				 mover_reason());
	json_t *json = json_pack("{s:s, s:b, s:o, s:o}", "name", kind->name, "available", 1,
				 "operations", list_json(mover_operations(&mover, operations)),
				 "flags", list_json(mover_flags(&mover, flags)));
	mover_close(&mover);
	return json;
}

static int print_json(const struct machine *machine)
{
	json_t *movers = json_array();
	for (const struct mover_kind *kind = mover_kinds; kind->name != NULL; kind++)
		movers = document_append(movers, mover_json(kind));
	json_t *all =
		json_pack("{s:s, s:s, s:o, s:o}", "command", MINIASYNC_VERSION_STRING, "library",
			  miniasync_version(), "machine", machine_json(machine), "movers", movers);
	if (document_print(all, stdout) != 0)
		return complain("--json", "%s", strerror(ENOMEM));
	return 0;
}

int command_info(int argc, char **argv)
{
	bool json = false;
	take_arguments(&parser, argc, argv, 0, &json);

	struct machine machine;
	if (machine_read(&machine) != 0)
		return EXIT_FAILURE;
	if (json)
		return print_json(&machine) == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
	print_text(&machine);
	return EXIT_SUCCESS;
}
