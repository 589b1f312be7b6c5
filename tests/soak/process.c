/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/* process.c -- see process.h. */

#include "soak/process.h"

#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define SETTLE_SECONDS 10

/* The number behind a name in /proc/self/status. */
static size_t status(const char *name)
{
	char line[256];
	size_t number = 0;
	FILE *file = fopen("/proc/self/status", "r");
	if (file == NULL)
		abort();
	while (fgets(line, sizeof(line), file) != NULL)
		if (strncmp(line, name, strlen(name)) == 0)
			number = strtoul(line + strlen(name), NULL, 10);
	fclose(file);
	return number;
}

size_t process_memory(void)
{
	return status("VmRSS:") * 1024;
}

size_t process_threads(void)
{
	return status("Threads:");
}

size_t process_threads_settled(size_t expected)
{
	size_t threads;
	time_t until = time(NULL) + SETTLE_SECONDS;
	while ((threads = process_threads()) != expected && time(NULL) < until)
		sched_yield();
	return threads;
}
