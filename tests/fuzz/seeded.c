/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/*
 * seeded.c -- a property as a unit test: the inputs that were kept, and then random ones that are
 * the same each time.
 *
 * usage: NAME [-s FIRST_SEED] [-n COUNT] [FILE_OR_FOLDER...]
 *
 * A failure ends the program with the input's name or seed as its last line. So does an input that
 * takes a minute: it hangs.
 */

#include <dirent.h>
#include <inttypes.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "fuzz/property.h"
#include "support/random.h"

enum { SECONDS_MOST = 60 };

static char name[PATH_MAX + 32]; /* of the input that is tried */
static uint32_t tried;

/* A sanitizer ends the program in its own way, and calls this first. */
void __sanitizer_set_death_callback(void (*callback)(void)) __attribute__((weak));

static void say_the_name(void)
{
	ssize_t ignored = write(STDERR_FILENO, name, strlen(name));
	(void)ignored;
}

static void say_the_name_and_end(int number)
{
	say_the_name();
	signal(number, SIG_DFL);
	raise(number);
}

static void name_inputs_that_fail(void)
{
	signal(SIGABRT, say_the_name_and_end);
	signal(SIGALRM, say_the_name_and_end);
	if (__sanitizer_set_death_callback != NULL) {
		__sanitizer_set_death_callback(say_the_name);
		return;
	}
	signal(SIGSEGV, say_the_name_and_end);
	signal(SIGBUS, say_the_name_and_end);
}

static void try_input(const uint8_t *bytes, size_t size)
{
	alarm(SECONDS_MOST);
	LLVMFuzzerTestOneInput(bytes, size);
	alarm(0);
	tried++;
}

static void try_seed(uint32_t seed)
{
	static uint8_t bytes[256];
	struct random random = {seed * UINT32_C(2654435761) | 1};
	size_t size = 1 + random_below(&random, sizeof(bytes));
	for (size_t i = 0; i < size; i++)
		bytes[i] = (uint8_t)(random_next(&random) >> 24);
	snprintf(name, sizeof(name), "with the seed %" PRIu32 "\n", seed);
	try_input(bytes, size);
}

static void try_file(const char *path)
{
	static uint8_t bytes[1 << 16];
	FILE *file = fopen(path, "rb");
	CHECK(file != NULL);
	size_t size = fread(bytes, 1, sizeof(bytes), file);
	fclose(file);
	snprintf(name, sizeof(name), "with the input %s\n", path);
	try_input(bytes, size);
}

static void try_files(const char *path)
{
	DIR *folder = opendir(path);
	if (folder == NULL) {
		try_file(path);
		return;
	}
	for (const struct dirent *entry; (entry = readdir(folder)) != NULL;) {
		char inside[PATH_MAX];
		snprintf(inside, sizeof(inside), "%s/%s", path, entry->d_name);
		if (entry->d_name[0] != '.')
			try_file(inside);
	}
	closedir(folder);
}

int main(int argc, char **argv)
{
	uint32_t first = 1, count = 0;
	for (int option; (option = getopt(argc, argv, "s:n:")) != -1;) {
		uint32_t *number = option == 's' ? &first : option == 'n' ? &count : NULL;
		if (number == NULL)
			return 2;
		*number = (uint32_t)strtoul(optarg, NULL, 10);
	}

	name_inputs_that_fail();
	for (; optind < argc; optind++)
		try_files(argv[optind]);
	printf("held for %" PRIu32 " inputs that were kept\n", tried);
	tried = 0;
	while (tried < count)
		try_seed(first + tried);
	printf("held for %" PRIu32 " random ones\n", tried);
	return 0;
}
