/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/* system.c -- see system.h. */

#define _GNU_SOURCE
#include "support/system.h"

#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <sys/epoll.h>
#include <sys/syscall.h>

#define FUTEX_WAIT_BITSET_PRIVATE (9 | 128)

struct system_calls system_calls = {.failing = -1};

void system_fail(long nth)
{
	atomic_store(&system_calls.asked, 0);
	atomic_store(&system_calls.failing, nth);
}

static bool fails(void)
{
	return atomic_fetch_add(&system_calls.asked, 1) == atomic_load(&system_calls.failing);
}

/* A call that fails by a value, and sets errno. */
#define WRAP(_type, _name, _parameters, _arguments, _value, _errno) \
	_type __real_##_name _parameters;                           \
	_type __wrap_##_name _parameters;                           \
	_type __wrap_##_name _parameters                            \
	{                                                           \
		if (!fails())                                       \
			return __real_##_name _arguments;           \
		errno = _errno;                                     \
		return _value;                                      \
	}

/* One that returns an errno value. */
#define WRAP_ERROR(_name, _parameters, _arguments, _error) \
	WRAP(int, _name, _parameters, _arguments, _error, errno)

WRAP_ERROR(pthread_create,
	   (pthread_t * thread, const pthread_attr_t *attributes, void *(*run)(void *), void *arg),
	   (thread, attributes, run, arg), EAGAIN)
WRAP_ERROR(pthread_attr_init, (pthread_attr_t * attributes), (attributes), ENOMEM)
WRAP_ERROR(pthread_attr_setstacksize, (pthread_attr_t * attributes, size_t size),
	   (attributes, size), EINVAL)
WRAP_ERROR(pthread_key_create, (pthread_key_t * key, void (*destructor)(void *)), (key, destructor),
	   EAGAIN)
WRAP_ERROR(pthread_setspecific, (pthread_key_t key, const void *value), (key, value), ENOMEM)
WRAP_ERROR(pthread_atfork, (void (*prepare)(void), void (*parent)(void), void (*child)(void)),
	   (prepare, parent, child), ENOMEM)
WRAP(int, eventfd, (unsigned value, int flags), (value, flags), -1, EMFILE)
WRAP(int, timerfd_create, (int clock, int flags), (clock, flags), -1, ENFILE)
WRAP(int, epoll_create1, (int flags), (flags), -1, EMFILE)
WRAP(int, epoll_ctl, (int group, int what, int descriptor, struct epoll_event *event),
     (group, what, descriptor, event), -1, ENOSPC)
WRAP(FILE *, fopen, (const char *path, const char *mode), (path, mode), NULL, EMFILE)
WRAP(int, sched_getaffinity, (pid_t thread, size_t size, cpu_set_t *set), (thread, size, set), -1,
     EPERM)

void *__real_malloc(size_t size);
void *__real_aligned_alloc(size_t alignment, size_t size);
void __real_free(void *memory);
void *__wrap_malloc(size_t size);
void *__wrap_aligned_alloc(size_t alignment, size_t size);
void __wrap_free(void *memory);

static void *counted(void *memory)
{
	if (memory != NULL)
		atomic_fetch_add(&system_calls.live, 1);
	return memory;
}

void *__wrap_malloc(size_t size)
{
	return fails() ? NULL : counted(__real_malloc(size));
}

void *__wrap_aligned_alloc(size_t alignment, size_t size)
{
	return fails() ? NULL : counted(__real_aligned_alloc(alignment, size));
}

void __wrap_free(void *memory)
{
	if (memory != NULL)
		atomic_fetch_sub(&system_calls.live, 1);
	__real_free(memory);
}

long __real_syscall(long number, ...);
long __wrap_syscall(long number, ...);

/* Of these the library makes two, a futex wait and a wake. */
long __wrap_syscall(long number, ...)
{
	va_list list;
	va_start(list, number);
	void *word = va_arg(list, void *);
	int what = va_arg(list, int);
	unsigned value = va_arg(list, unsigned);
	void *time = va_arg(list, void *);
	void *unused = va_arg(list, void *);
	unsigned mask = va_arg(list, unsigned);
	va_end(list);
	if (number == SYS_futex && what == FUTEX_WAIT_BITSET_PRIVATE && fails()) {
		errno = EINTR;
		return -1;
	}
	return __real_syscall(number, word, what, value, time, unused, mask);
}
