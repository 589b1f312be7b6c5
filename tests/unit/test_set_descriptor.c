/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/*
 * test_set_descriptor.c -- the descriptor of a set, for event loops: readable whenever there is
 * something to do, and quiet otherwise.
 */

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <sys/resource.h>
#include <unistd.h>

#include "gate.h"
#include "support/resources.h"
#include "support/test.h"

static int is_readable(int descriptor)
{
	struct pollfd pollfd = {.fd = descriptor, .events = POLLIN};
	return poll(&pollfd, 1, 0) == 1;
}

static void the_descriptor_is_readable_when_there_is_something_to_do(void **state)
{
	struct gate gate = waking_gate();
	struct gate_future future = gate_future(&gate);
	struct runtime *runtime = runtime_new();
	int descriptor = runtime_fd(runtime);
	(void)state;

	assert_true(descriptor >= 0);
	assert_int_equal(runtime_fd(runtime), descriptor);
	assert_false(is_readable(descriptor));
	runtime_add(runtime, &future.base, NULL);
	assert_true(is_readable(descriptor));
	while (runtime_next(runtime, 0, NULL) == NULL && gate.polls == 0)
		continue;
	runtime_next(runtime, 0, NULL);
	assert_false(is_readable(descriptor));
	open_gate(&gate);
	assert_true(is_readable(descriptor));
	assert_ptr_equal(runtime_next(runtime, 0, NULL), &future.base);
	assert_null(runtime_next(runtime, 0, NULL));
	assert_false(is_readable(descriptor));
	runtime_delete(runtime);
}

static void the_descriptor_tells_of_threads_times_and_silence(void **state)
{
	static const struct gate kinds[] = {
		{.notifier_used = FUTURE_NOTIFIER_WAKER},
		{.notifier_used = FUTURE_NOTIFIER_NONE},
		{.notifier_used = FUTURE_NOTIFIER_NONE, .poll_within_us = 500},
		{.notifier_used = FUTURE_NOTIFIER_WAKER, .poll_within_us = 500},
		{.notifier_used = FUTURE_NOTIFIER_POLLER},
	};
	struct runtime *runtime = runtime_new();
	int descriptor = runtime_fd(runtime);
	(void)state;

	for (size_t i = 0; i < COUNT_OF(kinds); i++) {
		struct gate gate = kinds[i];
		struct gate_future future = gate_future(&gate);
		pthread_t thread;
		runtime_add(runtime, &future.base, NULL);
		pthread_create(&thread, NULL, open_from_thread, &gate);
		struct future *complete = NULL;
		while (complete == NULL) {
			struct pollfd pollfd = {.fd = descriptor, .events = POLLIN};
			assert_int_equal(poll(&pollfd, 1, -1), 1);
			complete = runtime_next(runtime, 0, NULL);
		}
		assert_ptr_equal(complete, &future.base);
		pthread_join(thread, NULL);
	}
	struct gate silent = waking_gate();
	struct gate_future future = gate_future(&silent);
	runtime_add(runtime, &future.base, NULL);
	runtime_next(runtime, 0, NULL);
	silent.open = 1; /* and does not wake */
	while (runtime_next(runtime, 0, NULL) == NULL) {
		struct pollfd pollfd = {.fd = descriptor, .events = POLLIN};
		assert_int_equal(poll(&pollfd, 1, -1), 1);
	}
	runtime_delete(runtime);
}

static void *open_by_and_by(void *gate)
{
	open_gate(gate);
	return NULL;
}

/* Sleeping, a wait is woken by what rings the bell; some of these waits come to sleep. */
static void the_descriptor_is_quiet_after_a_wait_that_was_woken(void **state)
{
	struct gate other = waking_gate();
	struct gate_future pending = gate_future(&other);
	struct runtime *runtime = runtime_new();
	int descriptor = runtime_fd(runtime);
	(void)state;

	runtime_add(runtime, &pending.base, NULL);
	for (int i = 0; i < 50; i++) {
		struct gate gate = waking_gate();
		struct gate_future future = gate_future(&gate);
		pthread_t thread;
		runtime_add(runtime, &future.base, NULL);
		assert_null(runtime_next(runtime, 0, NULL));
		pthread_create(&thread, NULL, open_by_and_by, &gate);
		assert_ptr_equal(runtime_next(runtime, FOREVER, NULL), &future.base);
		pthread_join(thread, NULL);
		assert_null(runtime_next(runtime, 0, NULL));
		assert_false(is_readable(descriptor));
	}
	open_gate(&other);
	assert_true(is_readable(descriptor));
	assert_ptr_equal(runtime_next(runtime, 0, NULL), &pending.base);
	runtime_delete(runtime);
}

static int next_descriptor(void)
{
	int next = dup(STDOUT_FILENO);
	assert_true(next >= 0);
	close(next);
	return next;
}

/* Runs first: a bell is kept for the sets to come. */
static void a_descriptor_that_cannot_be_had_is_refused_and_had_later(void **state)
{
	struct gate gate = {.open = 1};
	struct gate_future future = gate_future(&gate);
	struct rlimit before, limit;
	struct runtime *runtime = runtime_new();
	(void)state;
	resources_begin(0, RESOURCES_UNLIMITED);
	assert_int_equal(runtime_fd(runtime), -1);
	assert_int_equal(errno, ENOMEM);
	resources_begin(RESOURCES_UNLIMITED, RESOURCES_UNLIMITED);

	getrlimit(RLIMIT_NOFILE, &before);
	limit = before;
	limit.rlim_cur = (rlim_t)next_descriptor();
	int descriptor = -1, refusals = 0;
	while (descriptor == -1) {
		assert_int_equal(setrlimit(RLIMIT_NOFILE, &limit), 0);
		descriptor = runtime_fd(runtime);
		setrlimit(RLIMIT_NOFILE, &before);
		if (descriptor == -1) {
			assert_int_equal(errno, EMFILE);
			refusals++;
			limit.rlim_cur++;
		}
	}
	assert_int_equal(refusals, 3); /* a bell, an alarm, a group */
	assert_int_equal(runtime_add(runtime, &future.base, NULL), 0);
	assert_true(is_readable(descriptor));
	assert_ptr_equal(runtime_next(runtime, 0, NULL), &future.base);
	runtime_delete(runtime);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_descriptor_that_cannot_be_had_is_refused_and_had_later),
		cmocka_unit_test(the_descriptor_is_readable_when_there_is_something_to_do),
		cmocka_unit_test(the_descriptor_tells_of_threads_times_and_silence),
		cmocka_unit_test(the_descriptor_is_quiet_after_a_wait_that_was_woken),
	};
	resources_begin(RESOURCES_UNLIMITED, RESOURCES_UNLIMITED);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
