/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/*
 * faults.c -- os.h's memory, threads and sleeps, as faults.h has them.
 */

#include "soak/faults.h"

#include <errno.h>
#include <malloc.h>

#include "platform/os.h"
#include "support/random.h"

void *__real_os_allocate(size_t size);
void __real_os_free(void *memory);
int __real_os_thread_start(struct os_thread *thread, const struct os_thread_options *options,
			   void (*run)(void *arg), void *arg);
void __real_os_sleep(_Atomic uint32_t *word, uint32_t expected, uint64_t deadline);

void *__wrap_os_allocate(size_t size);
void __wrap_os_free(void *memory);
int __wrap_os_thread_start(struct os_thread *thread, const struct os_thread_options *options,
			   void (*run)(void *arg), void *arg);
void __wrap_os_sleep(_Atomic uint32_t *word, uint32_t expected, uint64_t deadline);

/* One call in so many fails. */
static const uint32_t rarity[FAULTS] = {
	[FAULT_MEMORY] = 10,
	[FAULT_THREAD] = 8,
	[FAULT_SLEEP] = 50,
};

struct faults_account faults_of_nobody;

static atomic_bool allowed;
static atomic_size_t held;
static _Thread_local struct faults_account *charged;

void faults_allow(bool allow)
{
	atomic_store(&allowed, allow);
}

struct faults_account *faults_charge(struct faults_account *account)
{
	struct faults_account *before = charged;
	charged = account;
	return before;
}

size_t faults_bytes_held(void)
{
	return atomic_load(&held);
}

static bool fails(enum fault fault)
{
	static _Atomic uint32_t threads;
	static _Thread_local struct random random;
	if (!atomic_load_explicit(&allowed, memory_order_relaxed))
		return false;
	if (random.state == 0)
		random.state = 1 + atomic_fetch_add(&threads, 1) * 7919;
	if (random_below(&random, rarity[fault]) != 0)
		return false;
	struct faults_account *account = charged != NULL ? charged : &faults_of_nobody;
	atomic_fetch_add_explicit(&account->injected[fault], 1, memory_order_relaxed);
	return true;
}

void *__wrap_os_allocate(size_t size)
{
	void *memory = fails(FAULT_MEMORY) ? NULL : __real_os_allocate(size);
	if (memory != NULL)
		atomic_fetch_add(&held, malloc_usable_size(memory));
	return memory;
}

void __wrap_os_free(void *memory)
{
	if (memory != NULL)
		atomic_fetch_sub(&held, malloc_usable_size(memory));
	__real_os_free(memory);
}

int __wrap_os_thread_start(struct os_thread *thread, const struct os_thread_options *options,
			   void (*run)(void *arg), void *arg)
{
	return fails(FAULT_THREAD) ? EAGAIN : __real_os_thread_start(thread, options, run, arg);
}

void __wrap_os_sleep(_Atomic uint32_t *word, uint32_t expected, uint64_t deadline)
{
	if (!fails(FAULT_SLEEP))
		__real_os_sleep(word, expected, deadline);
}
