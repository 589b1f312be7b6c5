/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/*
 * guard.c -- a mapping of whole pages and one more, which nobody may touch.
 */

#define _GNU_SOURCE
#include "support/guard.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

static size_t page_size(void)
{
	return (size_t)sysconf(_SC_PAGESIZE);
}

static size_t whole_pages(size_t size)
{
	return (size + page_size() - 1) / page_size() * page_size();
}

static void *first_page(void *memory, size_t size)
{
	return (char *)memory - (whole_pages(size) - size);
}

void *guard_allocate(size_t size)
{
	size_t usable = whole_pages(size);
	char *pages = mmap(NULL, usable + page_size(), PROT_READ | PROT_WRITE,
			   MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (pages == MAP_FAILED || mprotect(pages + usable, page_size(), PROT_NONE) != 0)
		abort();
	memset(pages, 0xA5, usable);
	return pages + usable - size;
}

void guard_forbid(void *memory, size_t size)
{
	if (mprotect(first_page(memory, size), whole_pages(size), PROT_NONE) != 0)
		abort();
}

void guard_free(void *memory, size_t size)
{
	munmap(first_page(memory, size), whole_pages(size) + page_size());
}
