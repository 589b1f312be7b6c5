/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/* together.c -- see together.h. */

#include "support/together.h"

#include <pthread.h>

#include "support/test.h"

struct member {
	pthread_t thread;
	pthread_barrier_t *start;
	void (*run)(void *shared, unsigned number);
	void *shared;
	unsigned number;
};

static void *member_run(void *argument)
{
	struct member *member = argument;
	pthread_barrier_wait(member->start);
	member->run(member->shared, member->number);
	return NULL;
}

void run_together(unsigned count, void (*run)(void *shared, unsigned number), void *shared)
{
	struct member members[TOGETHER_MAX];
	pthread_barrier_t start;
	assert_in_range(count, 1, TOGETHER_MAX);
	assert_int_equal(pthread_barrier_init(&start, NULL, count), 0);
	for (unsigned i = 0; i < count; i++) {
		members[i] =
			(struct member){.start = &start, .run = run, .shared = shared, .number = i};
		assert_int_equal(pthread_create(&members[i].thread, NULL, member_run, &members[i]),
				 0);
	}
	for (unsigned i = 0; i < count; i++)
		pthread_join(members[i].thread, NULL);
	pthread_barrier_destroy(&start);
}
