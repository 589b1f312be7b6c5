/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/*
 * resources.c -- os.h's memory and threads, as resources.h lets them be had.
 */

#include "support/resources.h"

#include <errno.h>

#include "platform/os.h"

struct resources resources = {
	.allocations_left = RESOURCES_UNLIMITED,
	.threads_left = RESOURCES_UNLIMITED,
};

void *__real_os_allocate(size_t size);
void __real_os_free(void *memory);
int __real_os_thread_start(struct os_thread *thread, const struct os_thread_options *options,
			   void (*run)(void *arg), void *arg);
void __real_os_thread_join(struct os_thread *thread);

void *__wrap_os_allocate(size_t size);
void __wrap_os_free(void *memory);
int __wrap_os_thread_start(struct os_thread *thread, const struct os_thread_options *options,
			   void (*run)(void *arg), void *arg);
void __wrap_os_thread_join(struct os_thread *thread);

void resources_begin(long allocations, long threads)
{
	atomic_store(&resources.allocations_left, allocations);
	atomic_store(&resources.threads_left, threads);
	atomic_store(&resources.refused, 0);
	atomic_store(&resources.live, 0);
	atomic_store(&resources.bytes, 0);
	atomic_store(&resources.threads, 0);
	atomic_store(&resources.joined, 0);
	resources.refuses = NULL;
}

/* Whether one more may be had. */
static int take_one(atomic_long *left)
{
	long now = atomic_load(left);
	while (now > 0 && !atomic_compare_exchange_weak(left, &now, now - 1))
		;
	if (now != 0)
		return 1;
	atomic_fetch_add(&resources.refused, 1);
	if (resources.refuses != NULL)
		resources.refuses();
	return 0;
}

void *__wrap_os_allocate(size_t size)
{
	void *memory = take_one(&resources.allocations_left) ? __real_os_allocate(size) : NULL;
	if (memory != NULL) {
		atomic_fetch_add(&resources.live, 1);
		atomic_fetch_add(&resources.bytes, size);
	}
	return memory;
}

void __wrap_os_free(void *memory)
{
	if (memory != NULL)
		atomic_fetch_sub(&resources.live, 1);
	__real_os_free(memory);
}

int __wrap_os_thread_start(struct os_thread *thread, const struct os_thread_options *options,
			   void (*run)(void *arg), void *arg)
{
	if (!take_one(&resources.threads_left))
		return EAGAIN;
	int error = __real_os_thread_start(thread, options, run, arg);
	if (error == 0)
		atomic_fetch_add(&resources.threads, 1);
	return error;
}

void __wrap_os_thread_join(struct os_thread *thread)
{
	__real_os_thread_join(thread);
	atomic_fetch_add(&resources.joined, 1);
}
