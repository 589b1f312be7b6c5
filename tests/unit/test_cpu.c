/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/*
 * test_cpu.c -- what cpu.c finds is what the kernel, which looked by itself, lists in
 * /proc/cpuinfo.
 */

#include "platform/cpu.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "support/test.h"

struct listed {
	unsigned feature;
	const char *word;
};

static const struct listed features[] = {
#if CPU_X86_64
	{CPU_SSE2, "sse2"},
	{CPU_AVX2, "avx2"},
	{CPU_AVX512F, "avx512f"},
	{CPU_CLFLUSH, "clflush"},
	{CPU_CLFLUSHOPT, "clflushopt"},
	{CPU_CLWB, "clwb"},
	{CPU_WAITPKG, "waitpkg"},
#elif CPU_ARM64
	{CPU_DC_CVAP, "dcpop"},
#endif
	{0, NULL},
};

/* The line of the first CPU that lists its features. */
static int read_features(char *line, size_t size)
{
	int found = 0;
	FILE *file = fopen("/proc/cpuinfo", "r");
	while (file != NULL && !found && fgets(line, (int)size, file) != NULL)
		found = strncmp(line, "flags", 5) == 0 || strncmp(line, "Features", 8) == 0;
	if (file != NULL)
		fclose(file);
	return found;
}

static int has_word(const char *line, const char *word)
{
	size_t length = strlen(word);
	for (const char *at = strstr(line, word); at != NULL; at = strstr(at + 1, word))
		if (at[-1] == ' ' && (at[length] == ' ' || at[length] == '\n'))
			return 1;
	return 0;
}

static void features_are_those_that_the_kernel_lists(void **state)
{
	(void)state;
	static char line[16384];
	const char *preloaded = getenv("LD_PRELOAD");

	if (preloaded != NULL && strstr(preloaded, "vgpreload") != NULL) {
		print_message("valgrind is another CPU than /proc/cpuinfo describes\n");
		skip();
	}
	if (!read_features(line, sizeof(line))) {
		print_message("no features in /proc/cpuinfo\n");
		skip();
	}
	for (const struct listed *entry = features; entry->word != NULL; entry++)
		if (has_word(line, entry->word) != ((cpu_features() & entry->feature) != 0))
			fail_msg("%s", entry->word);
}

/* The system's answer, or the one that a test has it give. */
static bool cache_is_unknown;

size_t __real_os_cache_size(void);
size_t __wrap_os_cache_size(void);

size_t __wrap_os_cache_size(void)
{
	return cache_is_unknown ? 0 : __real_os_cache_size();
}

/* More than an L1, less than a machine's memory: in bytes, not in another unit. */
static bool is_likely(size_t cache)
{
	return cache >= 32U << 10 && cache <= 16ULL << 30;
}

/* In a process of its own, before anybody has asked: an answer is kept. */
static void a_cache_of_unknown_size_is_guessed(void **state)
{
	(void)state;
	int status = -1;
	fflush(NULL);
	pid_t child = fork();
	if (child == 0) {
		cache_is_unknown = true;
		exit(is_likely(cpu_cache_size()) ? EXIT_SUCCESS : EXIT_FAILURE);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
}

static void answers_stay_the_same(void **state)
{
	(void)state;
	unsigned first = cpu_features();
	size_t cache = cpu_cache_size();

	assert_int_equal(cpu_features(), first);
	assert_int_equal(cpu_cache_size(), cache);
	assert_true(is_likely(cache));
}

static void a_pause_returns(void **state)
{
	(void)state;
	cpu_pause();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(features_are_those_that_the_kernel_lists),
		cmocka_unit_test(a_cache_of_unknown_size_is_guessed),
		cmocka_unit_test(answers_stay_the_same),
		cmocka_unit_test(a_pause_returns),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
