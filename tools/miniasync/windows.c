/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/*
 * windows.c -- reserved addresses, and the handler that keeps a lost page from ending the process.
 */

#include "windows.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

/* A copy has two: those of its source and of its destination. */
#define GUARDED_MAX 2
static struct windows *_Atomic guarded[GUARDED_MAX];

/* What processors map at once if they can: 2 MiB on x86-64, and mostly on aarch64. */
#define LARGE_PAGE ((size_t)2 << 20)

static size_t page; /* the handler may not ask for it */

size_t page_size(void)
{
	return (size_t)sysconf(_SC_PAGESIZE);
}

static int contains(const struct windows *windows, const char *address)
{
	return windows != NULL && address >= windows->reserved &&
	       address < windows->reserved + windows->reserved_size;
}

/*
 * The bare system call is async-signal-safe, which mmap does not promise to be. Two threads that
 * met the same page may both come here; what the page holds does not matter any more.
 */
static int replace_page(struct windows *windows, char *address)
{
	uintptr_t at = (uintptr_t)address & ~(uintptr_t)(page - 1);
	if (syscall(SYS_mmap, at, page, PROT_READ | PROT_WRITE,
		    MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0) == -1)
		return -1;
	atomic_store(&windows->lost, 1);
	return 0;
}

static void page_was_lost(int number, siginfo_t *information, void *context)
{
	(void)context;
	int saved = errno;
	char *address = information->si_addr;
	for (size_t i = 0; i < GUARDED_MAX; i++) {
		struct windows *windows = atomic_load(&guarded[i]);
		if (contains(windows, address) && replace_page(windows, address) == 0) {
			errno = saved;
			return;
		}
	}
	signal(number, SIG_DFL); /* somebody else's fault, met again on return */
}

static void guard(struct windows *windows)
{
	struct sigaction action = {.sa_sigaction = page_was_lost, .sa_flags = SA_SIGINFO};
	sigemptyset(&action.sa_mask);
	page = page_size();
	for (size_t i = 0; i < GUARDED_MAX; i++) {
		struct windows *expected = NULL;
		if (atomic_compare_exchange_strong(&guarded[i], &expected, windows))
			break;
	}
	sigaction(SIGBUS, &action, NULL);
}

static void unguard(struct windows *windows)
{
	for (size_t i = 0; i < GUARDED_MAX; i++) {
		struct windows *expected = windows;
		atomic_compare_exchange_strong(&guarded[i], &expected, NULL);
	}
}

int windows_reserve(struct windows *windows, size_t count, size_t chunk, int fd, int protection)
{
	size_t size = (LARGE_PAGE + chunk - 1) / chunk * chunk;
	size_t reserved_size = count * size + LARGE_PAGE;
	char *reserved = mmap(NULL, reserved_size, PROT_NONE,
			      MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (reserved == MAP_FAILED)
		return -1;
	*windows = (struct windows){
		.fd = fd,
		.protection = protection,
		.start = reserved + (-(uintptr_t)reserved & (LARGE_PAGE - 1)),
		.count = count,
		.size = size,
		.chunk = chunk,
		.shown = -1,
		.reserved = reserved,
		.reserved_size = reserved_size,
	};
	guard(windows);
	return 0;
}

void windows_release(struct windows *windows)
{
	if (windows->reserved == NULL)
		return;
	unguard(windows);
	munmap(windows->reserved, windows->reserved_size);
	windows->reserved = NULL;
}

int windows_use_buffers(struct windows *windows)
{
	windows->buffers = true;
	windows->size = windows->chunk; /* no more memory than is needed */
	return mprotect(windows->start, windows->count * windows->size, PROT_READ | PROT_WRITE);
}

static int open_window(struct windows *windows, size_t window, off_t offset)
{
	void *at = windows->start + window * windows->size;
	return windows->buffers || mmap(at, windows->size, windows->protection,
					MAP_SHARED | MAP_FIXED, windows->fd, offset) == at
		       ? 0
		       : -1;
}

void *windows_at(struct windows *windows, off_t offset)
{
	off_t within = offset % (off_t)windows->size;
	if (offset - within != windows->shown) {
		size_t next = (windows->newest + 1) % windows->count;
		if (open_window(windows, next, offset - within) != 0)
			return NULL;
		windows->newest = next;
		windows->shown = offset - within;
	}
	return windows->start + windows->newest * windows->size + within;
}

int windows_can_map(int fd, int protection)
{
	size_t n = page_size();
	void *at = mmap(NULL, n, protection, MAP_SHARED, fd, 0);
	if (at == MAP_FAILED)
		return 0;
	munmap(at, n);
	return 1;
}
