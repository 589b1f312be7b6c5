/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/*
 * sharing.c -- one mover and several threads, one operation and several threads, several movers.
 */

#include <pthread.h>
#include <sched.h>
#include <string.h>

#include "movers/mover.h"
#include "support/pattern.h"

enum { THREADS = 4, COPIES = 250, LARGEST = 6000 };

/* Threads of a test count what went wrong, for cmocka's assertions are the main thread's. */
struct submitter {
	pthread_t thread;
	struct vdm *vdm;
	unsigned number, wrong;
	unsigned char source[LARGEST], dest[LARGEST];
};

static struct submitter submitters[THREADS];

static void *submit_and_wait(void *arg)
{
	struct submitter *submitter = arg;
	for (unsigned i = 0; i < COPIES; i++) {
		size_t n = (i * 997) % LARGEST;
		pattern_fill(submitter->source, n, submitter->number + i);
		struct vdm_operation_future copy =
			vdm_memcpy(submitter->vdm, submitter->dest, submitter->source, n, 0);
		submitter->wrong += finish(&copy) != VDM_SUCCESS ||
				    !pattern_holds(submitter->dest, n, submitter->number + i);
	}
	return NULL;
}

static void many_threads_submit_at_once(void **state)
{
	for (unsigned i = 0; i < THREADS; i++) {
		submitters[i] = (struct submitter){.vdm = vdm_of(state), .number = i * 1000};
		assert_int_equal(pthread_create(&submitters[i].thread, NULL, submit_and_wait,
						&submitters[i]),
				 0);
	}
	for (unsigned i = 0; i < THREADS; i++) {
		pthread_join(submitters[i].thread, NULL);
		assert_int_equal(submitters[i].wrong, 0);
	}
}

/* Operations that every thread polls, one thread at a time. */
struct shared_copies {
	pthread_mutex_t lock;
	struct vdm_operation_future copies[COPIES];
};

static struct shared_copies shared = {.lock = PTHREAD_MUTEX_INITIALIZER};
static unsigned char shared_source[COPIES][100], shared_dest[COPIES][100];

static void *poll_in_turn(void *arg)
{
	(void)arg;
	size_t pending = COPIES;
	while (pending > 0) {
		pending = 0;
		for (size_t i = 0; i < COPIES; i++) {
			pthread_mutex_lock(&shared.lock);
			if (future_poll(FUTURE_AS_RUNNABLE(&shared.copies[i]), NULL) !=
			    FUTURE_STATE_COMPLETE)
				pending++;
			pthread_mutex_unlock(&shared.lock);
		}
		sched_yield();
	}
	return NULL;
}

static void an_operation_is_polled_by_several_threads_in_turn(void **state)
{
	pthread_t threads[THREADS];
	memset(shared_dest, 0, sizeof(shared_dest));
	pattern_fill(shared_source, sizeof(shared_source), 3);
	for (size_t i = 0; i < COPIES; i++)
		shared.copies[i] = vdm_memcpy(vdm_of(state), shared_dest[i], shared_source[i],
					      sizeof(shared_dest[i]), 0);
	for (size_t i = 0; i < THREADS; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, poll_in_turn, NULL), 0);
	for (size_t i = 0; i < THREADS; i++)
		pthread_join(threads[i], NULL);

	for (size_t i = 0; i < COPIES; i++)
		assert_int_equal(FUTURE_OUTPUT(&shared.copies[i])->result, VDM_SUCCESS);
	assert_memory_equal(shared_dest, shared_source, sizeof(shared_dest));
}

static void *poll_each_once(void *arg)
{
	(void)arg;
	for (size_t i = 0; i < COPIES; i++)
		future_poll(FUTURE_AS_RUNNABLE(&shared.copies[i]), NULL);
	return NULL;
}

static void operations_outlive_the_thread_that_started_them(void **state)
{
	pthread_t thread;
	memset(shared_dest, 0, sizeof(shared_dest));
	pattern_fill(shared_source, sizeof(shared_source), 4);
	for (size_t i = 0; i < COPIES; i++)
		shared.copies[i] = vdm_memcpy(vdm_of(state), shared_dest[i], shared_source[i],
					      sizeof(shared_dest[i]), 0);
	assert_int_equal(pthread_create(&thread, NULL, poll_each_once, NULL), 0);
	pthread_join(thread, NULL);

	for (size_t i = 0; i < COPIES; i++)
		assert_int_equal(finish(&shared.copies[i]), VDM_SUCCESS);
	assert_memory_equal(shared_dest, shared_source, sizeof(shared_dest));
}

static void movers_of_one_kind_live_side_by_side(void **state)
{
	void *second = tested->create();
	assert_non_null(second);
	struct vdm *vdms[] = {vdm_of(state), tested->get_vdm(second)};
	memset(shared_dest, 0, sizeof(shared_dest));
	pattern_fill(shared_source, sizeof(shared_source), 5);
	for (size_t i = 0; i < COPIES; i++) {
		shared.copies[i] = vdm_memcpy(vdms[i % 2], shared_dest[i], shared_source[i],
					      sizeof(shared_dest[i]), 0);
		future_poll(FUTURE_AS_RUNNABLE(&shared.copies[i]), NULL);
	}
	finish_all(shared.copies, COPIES);
	tested->destroy(second);
	assert_memory_equal(shared_dest, shared_source, sizeof(shared_dest));
}

int sharing_suite(void)
{
	const struct CMUnitTest tests[] = {
		mover_test(many_threads_submit_at_once),
		mover_test(an_operation_is_polled_by_several_threads_in_turn),
		mover_test(operations_outlive_the_thread_that_started_them),
		mover_test(movers_of_one_kind_live_side_by_side),
	};
	return cmocka_run_group_tests_name("sharing", tests, NULL, NULL);
}
