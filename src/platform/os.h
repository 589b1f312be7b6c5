/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/*
 * os.h -- every duty of an operating system, each a prototype here. A port is finished when it
 * answers all of them. There is one, to Linux, in os_linux.c, os_cpus_linux.c and
 * os_descriptors_linux.c.
 *
 * Nothing here prints or ends the process. Failures are errno values, returned. Tests make these
 * functions fail in turn, so the library calls the system nowhere else.
 */

#ifndef MINIASYNC_PLATFORM_OS_H
#define MINIASYNC_PLATFORM_OS_H

#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* The unit in which CPUs share memory: data of different writers is kept this far apart. */
#define CACHE_LINE 64

/*
 * A variable of each thread, without the function call that a shared library would make for it,
 * where the loader keeps room for those of libraries that a running program loads.
 */
#ifdef __GLIBC__
#define OS_THREAD_LOCAL _Thread_local __attribute__((tls_model("initial-exec")))
#else
#define OS_THREAD_LOCAL _Thread_local
#endif

/* Times are nanoseconds of the monotonic clock; this one never comes. */
#define OS_NEVER UINT64_MAX

/* Memory, aligned to a cache line, with anything in it; NULL when there is none. */
void *os_allocate(size_t size);
void os_free(void *memory);

/* The same, zeroed. */
static inline void *os_allocate_zeroed(size_t size)
{
	void *memory = os_allocate(size);
	return memory != NULL ? memset(memory, 0, size) : NULL;
}

/* The time now. Async-signal-safe. */
uint64_t os_now(void);

/*
 * os_sleep -- sleeps while the word holds the value expected, until woken or until the deadline.
 * May return early for any reason; the caller looks at the word again.
 */
void os_sleep(_Atomic uint32_t *word, uint32_t expected, uint64_t deadline);

/*
 * os_wake -- wakes one thread that sleeps on the word, of which only the address is used.
 * Async-signal-safe.
 */
void os_wake(_Atomic uint32_t *word);

/*
 * Descriptors for event loops; numbers, or minus an errno value. A bell is readable after it was
 * rung until it is silenced; ringing is async-signal-safe and never blocks. An alarm is readable
 * from its time on, until it is set anew. A group is readable while one of its two is.
 */
int os_bell_new(void);
void os_bell_ring(int bell);
void os_bell_silence(int bell);
int os_alarm_new(void);
void os_alarm_set(int alarm, uint64_t time);
int os_group_new(int first, int second);
void os_descriptor_close(int descriptor);

/* Lets another runnable thread have the CPU. */
void os_yield(void);

/*
 * How a thread is made; members that are 0 or NULL choose the system's default. The CPUs that it is
 * to keep to are ones that the caller has found usable (os_cpu_is_usable).
 */
struct os_thread_options {
	const char *name;
	const unsigned *cpus;
	size_t cpu_count;
	size_t stack_size;
};

struct os_thread {
	uintptr_t handle;
};

/*
 * 0, or an errno value: then there is no thread. In the new one signals are blocked, all but those
 * that tell of its own faults.
 */
int os_thread_start(struct os_thread *thread, const struct os_thread_options *options,
		    void (*run)(void *arg), void *arg);
void os_thread_join(struct os_thread *thread);

/* Has a function called when the calling thread ends; 0, or an errno value. One for each thread. */
int os_thread_at_exit(void (*leave)(void));

/*
 * Has a function called in each child that this process forks from now on, before fork returns
 * there: 0, or an errno value. Asked for again it does nothing, as the flag, false at first, tells;
 * threads that ask at the same time may have it called for each.
 */
int os_at_fork(void (*in_child)(void), atomic_bool *asked);

/* How many CPUs this thread may use, by its affinity and its cgroups' quotas; 1 or more. */
unsigned os_usable_cpus(void);

/* Whether this thread may run on a CPU. */
int os_cpu_is_usable(unsigned cpu);

/* The size in bytes of the last cache before memory; 0 when the system does not tell. */
size_t os_cache_size(void);

#endif
