/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/*
 * schedule.c -- see schedule.h. Whoever runs holds the baton: it alone reads and writes what is
 * below, and hands it on through the semaphore of the next.
 */

#include "support/schedule.h"

#include <errno.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "concurrent/yield_point.h"
#include "platform/os.h"
#include "support/random.h"

#define THREADS_MAX 16
#define STEPS_MAX 100000
/* PCT: how often the running thread's priority is lowered. */
#define CHANGES 3
#ifdef __SANITIZE_THREAD__ /* where changing over costs ten times as much */
#define SEEDS 300
#else
#define SEEDS 1000
#endif

void __wrap_os_sleep(_Atomic uint32_t *word, uint32_t expected, uint64_t deadline);
void __wrap_os_wake(_Atomic uint32_t *word);
void __wrap_os_yield(void);
int __wrap_os_thread_start(struct os_thread *thread, const struct os_thread_options *options,
			   void (*run)(void *arg), void *arg);
void __wrap_os_thread_join(struct os_thread *thread);
int __wrap_os_thread_at_exit(void (*leave)(void));

enum thread_state { RUNNABLE, ASLEEP, JOINING, ENDED };

struct thread {
	enum thread_state state;
	void *waits_for; /* the word, or the thread */
	int priority;
	sem_t turn;
	pthread_t handle;
	void (*run)(void *arg);
	void *arg;
};

static struct thread threads[THREADS_MAX];
static unsigned count;
static struct random choices;
static uint32_t current_seed;
static bool by_priority;
static unsigned change_at[CHANGES];
static int lowest;
static unsigned steps;
static uint64_t trace;
static _Thread_local struct thread *self;

void schedule_fail(const char *what)
{
	fprintf(stderr, "schedule: %s: MINIASYNC_SEED=%u runs it again\n", what,
		(unsigned)current_seed);
	_exit(SCHEDULE_FAILED);
}

static struct thread *choose(void)
{
	struct thread *runnable[THREADS_MAX];
	unsigned found = 0;
	unsigned first = 0;
	for (unsigned i = 0; i < count; i++) {
		if (threads[i].state != RUNNABLE)
			continue;
		runnable[found++] = &threads[i];
		if (threads[i].priority > runnable[first]->priority)
			first = found - 1;
	}
	if (found == 0)
		schedule_fail("nobody can go on");
	struct thread *next = runnable[by_priority ? first : random_below(&choices, found)];
	trace = (trace ^ (uint64_t)(next - threads + 1)) * UINT64_C(0x100000001b3);
	return next;
}

/* Hands the baton on; returns when this thread has it again. */
static void change_over(void)
{
	struct thread *next = choose();
	if (next == self)
		return;
	struct thread *me = self;
	sem_post(&next->turn);
	while (sem_wait(&me->turn) != 0)
		continue;
}

void yield_point(void)
{
	if (self == NULL)
		return;
	if (++steps > STEPS_MAX)
		schedule_fail("no end in sight");
	for (unsigned i = 0; i < CHANGES; i++)
		if (change_at[i] == steps)
			self->priority = --lowest;
	change_over();
}

void __wrap_os_yield(void)
{
	self->priority = --lowest; /* whoever polls gives way to those it waits for */
	yield_point();
}

void __wrap_os_sleep(_Atomic uint32_t *word, uint32_t expected, uint64_t deadline)
{
	yield_point();
	if (atomic_load(word) != expected || random_below(&choices, 8) == 0)
		return;
	if (deadline == OS_NEVER) {
		self->state = ASLEEP;
		self->waits_for = word;
	}
	change_over();
}

static void release(enum thread_state state, void *waits_for)
{
	for (unsigned i = 0; i < count; i++) {
		if (threads[i].state == state && threads[i].waits_for == waits_for) {
			threads[i].state = RUNNABLE;
			return;
		}
	}
}

void __wrap_os_wake(_Atomic uint32_t *word)
{
	yield_point();
	release(ASLEEP, word);
}

static void *thread_main(void *argument)
{
	struct thread *me = argument;
	while (sem_wait(&me->turn) != 0)
		continue;
	self = me;
	me->run(me->arg);
	me->state = ENDED;
	release(JOINING, me);
	sem_post(&choose()->turn);
	return NULL;
}

static struct thread *add_thread(void (*run)(void *arg), void *arg)
{
	if (count == THREADS_MAX)
		schedule_fail("too many threads");
	struct thread *thread = &threads[count++];
	*thread = (struct thread){.run = run, .arg = arg};
	thread->priority = (int)random_below(&choices, 1000);
	sem_init(&thread->turn, 0, 0);
	return thread;
}

int __wrap_os_thread_start(struct os_thread *thread, const struct os_thread_options *options,
			   void (*run)(void *arg), void *arg)
{
	(void)options;
	struct thread *added = add_thread(run, arg);
	thread->handle = (uintptr_t)added;
	int error = pthread_create(&added->handle, NULL, thread_main, added);
	yield_point();
	return error;
}

void __wrap_os_thread_join(struct os_thread *thread)
{
	struct thread *joined = (struct thread *)thread->handle;
	if (joined->state != ENDED) {
		self->state = JOINING;
		self->waits_for = joined;
		change_over();
	}
	pthread_join(joined->handle, NULL);
}

/* Nothing is done behind a thread's end, where nobody schedules it. */
int __wrap_os_thread_at_exit(void (*leave)(void))
{
	(void)leave;
	return ENOSYS;
}

uint64_t schedule_run(uint32_t seed, void (*scenario)(void))
{
	current_seed = seed;
	choices.state = seed * UINT32_C(2654435761) | 1;
	by_priority = seed % 2;
	lowest = 0;
	steps = 0;
	trace = 0;
	count = 0;
	uint32_t within = UINT32_C(16) << random_below(&choices, 5);
	for (unsigned i = 0; i < CHANGES; i++)
		change_at[i] = 1 + random_below(&choices, within);
	self = add_thread(NULL, NULL);
	scenario();
	self = NULL;
	for (unsigned i = 0; i < count; i++)
		sem_destroy(&threads[i].turn);
	return trace;
}

unsigned schedule_run_many(void (*scenario)(void))
{
	static uint64_t seen[4 * SEEDS]; /* a set, by open addressing; 0: nothing */
	const char *only = getenv("MINIASYNC_SEED");
	unsigned different = 0;
	if (only != NULL) {
		schedule_run((uint32_t)strtoul(only, NULL, 10), scenario);
		return 1;
	}
	for (size_t i = 0; i < sizeof(seen) / sizeof(seen[0]); i++)
		seen[i] = 0;
	for (uint32_t seed = 1; seed <= SEEDS; seed++) {
		uint64_t found = schedule_run(seed, scenario) | 1;
		size_t at = found % (4 * SEEDS);
		while (seen[at] != 0 && seen[at] != found)
			at = (at + 1) % (4 * SEEDS);
		different += seen[at] == 0;
		seen[at] = found;
	}
	return different;
}
