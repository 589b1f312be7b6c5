/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/*
 * os_linux.c -- Linux answers os.h: memory, time, sleeping, threads.
 */

#define _GNU_SOURCE
#include "platform/os.h"

#include <errno.h>
#include <limits.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

/* From linux/futex.h, which not every libc's headers come with. */
#define FUTEX_WAIT_BITSET_PRIVATE (9 | 128)
#define FUTEX_WAKE_PRIVATE (1 | 128)
#define FUTEX_MATCH_ANY 0xffffffff

#define NANOSECONDS UINT64_C(1000000000)

void *os_allocate(size_t size)
{
	if (size > SIZE_MAX - CACHE_LINE)
		return NULL;
	size_t rounded = (size + CACHE_LINE - 1) & ~(size_t)(CACHE_LINE - 1);
	return aligned_alloc(CACHE_LINE, rounded);
}

void os_free(void *memory)
{
	free(memory);
}

uint64_t os_now(void)
{
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * NANOSECONDS + (uint64_t)now.tv_nsec;
}

/* What SYS_futex reads, which where longs have 32 bits may be another thing than a timespec. */
struct futex_time {
	long seconds;
	long nanoseconds;
};

void os_sleep(_Atomic uint32_t *word, uint32_t expected, uint64_t deadline)
{
	/* The bitset form is the one whose time is absolute. A wait is not a failure to report. */
	int saved = errno;
	uint64_t seconds = deadline / NANOSECONDS;
	struct futex_time until = {.seconds = seconds < LONG_MAX ? (long)seconds : LONG_MAX,
				   .nanoseconds = (long)(deadline % NANOSECONDS)};
	syscall(SYS_futex, word, FUTEX_WAIT_BITSET_PRIVATE, expected,
		deadline == OS_NEVER ? NULL : &until, NULL, FUTEX_MATCH_ANY);
	errno = saved;
}

void os_wake(_Atomic uint32_t *word)
{
	int saved = errno; /* signal handlers come this way */
	syscall(SYS_futex, word, FUTEX_WAKE_PRIVATE, 1, NULL, NULL, 0);
	errno = saved;
}

void os_yield(void)
{
	sched_yield();
}

/* What a new thread takes with it, and frees. */
struct thread_start {
	void (*run)(void *arg);
	void *arg;
	int is_bound;
	cpu_set_t cpus;
};

/*
 * A thread binds itself, for not every libc can have it made bound. That fails only when all of its
 * CPUs were taken from the process since the caller looked: it runs on what is left then, which is
 * what the system does with a thread that is bound already.
 */
static void *thread_run(void *argument)
{
	struct thread_start start = *(struct thread_start *)argument;
	free(argument);
	if (start.is_bound)
		sched_setaffinity(0, sizeof(start.cpus), &start.cpus);
	start.run(start.arg);
	return NULL;
}

static int bind_to_cpus(struct thread_start *start, const struct os_thread_options *options)
{
	start->is_bound = options->cpu_count != 0;
	CPU_ZERO(&start->cpus);
	for (size_t i = 0; i < options->cpu_count; i++) {
		if (options->cpus[i] >= CPU_SETSIZE)
			return EINVAL;
		CPU_SET(options->cpus[i], &start->cpus);
	}
	return 0;
}

static int set_stack_size(pthread_attr_t *attributes, size_t size)
{
	if (size == 0)
		return 0;
	if (size < (size_t)PTHREAD_STACK_MIN)
		size = (size_t)PTHREAD_STACK_MIN;
	return pthread_attr_setstacksize(attributes, size);
}

/*
 * The program's signals are for the program's threads. A fault is for the thread that runs into it:
 * if that one blocks it, the program ends past a handler that could have mended it, such as one for
 * SIGBUS when a mapped file shrinks.
 */
static void block_all_but_faults(sigset_t *blocked)
{
	static const int faults[] = {SIGBUS, SIGSEGV, SIGFPE, SIGILL, SIGTRAP};
	sigfillset(blocked);
	for (size_t i = 0; i < sizeof(faults) / sizeof(faults[0]); i++)
		sigdelset(blocked, faults[i]);
}

static int create_thread(pthread_t *handle, const pthread_attr_t *attributes,
			 struct thread_start *start)
{
	sigset_t blocked, before;
	block_all_but_faults(&blocked);
	pthread_sigmask(SIG_SETMASK, &blocked, &before);
	int error = pthread_create(handle, attributes, thread_run, start);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	return error;
}

int os_thread_start(struct os_thread *thread, const struct os_thread_options *options,
		    void (*run)(void *arg), void *arg)
{
	struct thread_start *start = malloc(sizeof(*start));
	if (start == NULL)
		return ENOMEM;
	start->run = run;
	start->arg = arg;

	pthread_attr_t attributes;
	pthread_t handle;
	int error = pthread_attr_init(&attributes);
	if (error == 0) {
		error = bind_to_cpus(start, options);
		if (error == 0)
			error = set_stack_size(&attributes, options->stack_size);
		if (error == 0)
			error = create_thread(&handle, &attributes, start);
		pthread_attr_destroy(&attributes);
	}
	if (error != 0) {
		free(start);
		return error;
	}
	thread->handle = (uintptr_t)handle;
	if (options->name != NULL) {
		char name[16] = "";
		strncpy(name, options->name, sizeof(name) - 1);
		pthread_setname_np(handle, name);
	}
	return 0;
}

void os_thread_join(struct os_thread *thread)
{
	pthread_join((pthread_t)thread->handle, NULL);
}

/* A key's destructor is how a thread's end is noticed; the key's value is the function to call. */
static void exit_run(void *leave)
{
	((void (*)(void))(uintptr_t)leave)();
}

/*
 * The key, made by whoever comes first. Not by pthread_once: with some libcs the child of a fork
 * would wait for a thread that was at it, and is not there.
 */
static int exit_key(pthread_key_t *key)
{
	static _Atomic uint64_t made; /* the key plus one */
	uint64_t found = atomic_load_explicit(&made, memory_order_relaxed);
	if (found == 0) {
		int error = pthread_key_create(key, exit_run);
		if (error != 0)
			return error;
		if (atomic_compare_exchange_strong_explicit(&made, &found, (uint64_t)*key + 1,
							    memory_order_relaxed,
							    memory_order_relaxed))
			return 0;
		pthread_key_delete(*key);
	}
	*key = (pthread_key_t)(found - 1);
	return 0;
}

int os_thread_at_exit(void (*leave)(void))
{
	pthread_key_t key;
	int error = exit_key(&key);
	return error != 0 ? error : pthread_setspecific(key, (void *)(uintptr_t)leave);
}

/* Only fork calls it, not clone or _Fork: their children may not use a library such as this one. */
int os_at_fork(void (*in_child)(void), atomic_bool *asked)
{
	if (atomic_load_explicit(asked, memory_order_acquire))
		return 0;
	int error = pthread_atfork(NULL, NULL, in_child);
	if (error == 0)
		atomic_store_explicit(asked, true, memory_order_release);
	return error;
}
