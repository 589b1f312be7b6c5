/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/*
 * threads.c -- the pool of threads, in the configuration that the arguments name:
 *
 *     mover_threads WORKERS RING default|INLINE_SIZE none|waker|poller
 *
 * It is held by a copy function of the test's own, which waits at a gate.
 */

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "movers/mover.h"

static size_t workers, ring;
static const char *inline_size;
static enum future_notifier_type notifier;

static void *create(void)
{
	struct data_mover_threads *mover = data_mover_threads_new(workers, ring, notifier);
	if (mover != NULL && strcmp(inline_size, "default") != 0)
		data_mover_threads_set_inline_size(mover, strtoul(inline_size, NULL, 10));
	return mover;
}

static void destroy(void *mover)
{
	data_mover_threads_delete(mover);
}

static struct vdm *get_vdm(void *mover)
{
	return data_mover_threads_get_vdm(mover);
}

static struct {
	pthread_mutex_t lock;
	pthread_cond_t opened;
	int open;
} gate = {PTHREAD_MUTEX_INITIALIZER, PTHREAD_COND_INITIALIZER, 0};

static void *copy_behind_the_gate(void *dest, const void *source, size_t n, unsigned flags)
{
	(void)flags;
	pthread_mutex_lock(&gate.lock);
	while (!gate.open)
		pthread_cond_wait(&gate.opened, &gate.lock);
	pthread_mutex_unlock(&gate.lock);
	return memcpy(dest, source, n);
}

static void set_gate(int open)
{
	pthread_mutex_lock(&gate.lock);
	gate.open = open;
	pthread_cond_broadcast(&gate.opened);
	pthread_mutex_unlock(&gate.lock);
}

static void hold(void *mover)
{
	set_gate(0);
	data_mover_threads_set_memcpy_fn(mover, copy_behind_the_gate);
}

static void release(void *mover)
{
	(void)mover;
	set_gate(1);
}

static enum future_notifier_type notifier_named(const char *name)
{
	if (strcmp(name, "waker") == 0)
		return FUTURE_NOTIFIER_WAKER;
	return strcmp(name, "poller") == 0 ? FUTURE_NOTIFIER_POLLER : FUTURE_NOTIFIER_NONE;
}

/* A ring is as large as the next power of two, and each worker has one operation in hand. */
static size_t operations_held(void)
{
	size_t rounded = 1;
	while (rounded < ring)
		rounded *= 2;
	return rounded + workers;
}

int main(int argc, char *argv[])
{
	if (argc != 5) {
		fprintf(stderr, "usage: %s WORKERS RING INLINE_SIZE NOTIFIER\n", argv[0]);
		return 2;
	}
	workers = strtoul(argv[1], NULL, 10);
	ring = strtoul(argv[2], NULL, 10);
	inline_size = argv[3];
	notifier = notifier_named(argv[4]);

	const struct tested_mover threads = {
		.name = "threads",
		.engine = "real",
		.create = create,
		.destroy = destroy,
		.get_vdm = get_vdm,
		.capabilities = CPU_CAPABILITIES,
		.asynchronous = 1,
		.notifier = notifier,
		.in_flight = operations_held(),
		.hold = hold,
		.release = release,
	};
	return mover_suite(&threads);
}
