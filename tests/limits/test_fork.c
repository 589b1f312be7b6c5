/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/*
 * test_fork.c -- the child of a fork: what needs the parent's threads says so and does not hang,
 * what does not need them works, and the parent is none the worse for it.
 */

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <string.h>
#include <unistd.h>

#include <libminiasync.h>

#include "concurrent/ready_set.h"
#include "support/child.h"
#include "support/resources.h"
#include "support/test.h"

#define SMALL 1000
#define LARGE ((size_t)2 << 20)

static char source[LARGE], dest[LARGE];
static sem_t gate;

static void *copy_behind_the_gate(void *to, const void *from, size_t n, unsigned flags)
{
	(void)flags;
	while (sem_wait(&gate) != 0)
		continue;
	return memcpy(to, from, n);
}

static enum vdm_operation_result run(struct vdm_operation_future operation)
{
	runtime_wait(NULL, FUTURE_AS_RUNNABLE(&operation));
	return FUTURE_OUTPUT(&operation)->result;
}

static int nobody_has_joined(void **state)
{
	(void)state;
	resources_begin(RESOURCES_UNLIMITED, RESOURCES_UNLIMITED);
	return 0;
}

/* Everything that a process may do which makes its own. */
static void use_what_is_ones_own(void)
{
#ifndef __SANITIZE_THREAD__ /* which cannot start threads in a child of several */
	struct data_mover_threads *mover = data_mover_threads_new(2, 8, FUTURE_NOTIFIER_WAKER);
	CHECK(mover != NULL);
	struct vdm *vdm = data_mover_threads_get_vdm(mover);
	memset(dest, 0, LARGE);
	CHECK(run(vdm_memcpy(vdm, dest, source, LARGE, 0)) == VDM_SUCCESS);
	CHECK(memcmp(dest, source, LARGE) == 0);

	struct executor *executor = executor_new(2);
	CHECK(executor != NULL);
	struct vdm_operation_future fill = vdm_memset(vdm, dest, 'x', LARGE, 0);
	CHECK(executor_spawn(executor, FUTURE_AS_RUNNABLE(&fill), NULL, NULL) == 0);
	CHECK(executor_drain(executor) == 0);
	CHECK(dest[0] == 'x' && dest[LARGE - 1] == 'x');
	executor_delete(executor);
	data_mover_threads_delete(mover);
#endif
	struct future_sleep sleep = future_sleep(1000);
	struct runtime *runtime = runtime_new();
	CHECK(runtime != NULL && runtime_fd(runtime) >= 0);
	CHECK(runtime_add(runtime, FUTURE_AS_RUNNABLE(&sleep), NULL) == 0);
	CHECK(runtime_next(runtime, UINT64_MAX, NULL) == FUTURE_AS_RUNNABLE(&sleep));
	runtime_delete(runtime);
}

struct inherited {
	struct data_mover_threads *threads;
	struct vdm *sync;
	struct vdm_operation_future *started;
};

/* By the six functions alone, as a program that was compiled against 0.2.1. */
static enum vdm_operation_result run_by_table(struct vdm_operation_future future)
{
	struct vdm *vdm = future.data.vdm;
	struct vdm_operation *operation = &future.data.operation;
	void *data = vdm->op_new(vdm, operation->type);
	enum future_state state = FUTURE_STATE_RUNNING;
	CHECK(vdm->op_start(data, operation, NULL) == 0);
	while (state != FUTURE_STATE_COMPLETE)
		state = vdm->op_check(data, operation);
	vdm->op_delete(data, operation, &future.output);
	return future.output.result;
}

static void use_an_inherited_mover(void *arg)
{
	struct inherited *inherited = arg;
	struct vdm *vdm = data_mover_threads_get_vdm(inherited->threads);
	struct future *started = FUTURE_AS_RUNNABLE(inherited->started);

	runtime_wait(NULL, started);
	CHECK(FUTURE_OUTPUT(inherited->started)->result == VDM_ERROR_JOB_CORRUPTED);
	CHECK(run(vdm_memcpy(vdm, dest, source, LARGE, 0)) == VDM_ERROR_JOB_CORRUPTED);
	CHECK(run(vdm_memset(vdm, dest, 0, LARGE, 0)) == VDM_ERROR_JOB_CORRUPTED);
	CHECK(run_by_table(vdm_memset(vdm, dest, 0, LARGE, 0)) == VDM_ERROR_JOB_CORRUPTED);

	struct vdm_operation_future canceled = vdm_memset(vdm, dest, 0, LARGE, 0);
	future_cancel(FUTURE_AS_RUNNABLE(&canceled));
	runtime_wait(NULL, FUTURE_AS_RUNNABLE(&canceled));
	CHECK(FUTURE_OUTPUT(&canceled)->result == VDM_ERROR_CANCELED);

	CHECK(run(vdm_memset(vdm, dest, 'y', SMALL, 0)) == VDM_SUCCESS); /* in the poll */
	CHECK(dest[0] == 'y' && dest[SMALL - 1] == 'y');
	CHECK(run(vdm_memcpy(inherited->sync, dest, source, LARGE, 0)) == VDM_SUCCESS);
	CHECK(memcmp(dest, source, LARGE) == 0);
	data_mover_threads_delete(inherited->threads);
	CHECK(atomic_load(&resources.joined) == 0); /* with some libcs it would not return */
	use_what_is_ones_own();
}

/* It is forked with a copy in its worker's hand and as many in the queue as there is room for. */
static void a_mover_is_without_its_workers(void **state)
{
	(void)state;
	enum { COPIES = 8 };
	static char from[LARGE], to[LARGE];
	struct data_mover_sync *sync = data_mover_sync_new();
	struct data_mover_threads *mover = data_mover_threads_new(1, 2, FUTURE_NOTIFIER_WAKER);
	sem_init(&gate, 0, 0);
	memset(source, 'a', LARGE);
	memset(from, 'b', LARGE);
	data_mover_threads_set_memcpy_fn(mover, copy_behind_the_gate);
	struct vdm *vdm = data_mover_threads_get_vdm(mover);
	struct vdm_operation_future copies[COPIES];
	struct future *futs[COPIES];
	for (size_t i = 0; i < COPIES; i++) {
		copies[i] = vdm_memcpy(vdm, to, from, LARGE, 0);
		futs[i] = FUTURE_AS_RUNNABLE(&copies[i]);
		future_poll(futs[i], NULL);
	}
	assert_int_equal(FUTURE_STATE(&copies[COPIES - 1]), FUTURE_STATE_IDLE);

	struct inherited inherited = {mover, data_mover_sync_get_vdm(sync), &copies[0]};
	run_in_child(use_an_inherited_mover, &inherited);

	for (size_t i = 0; i < COPIES; i++)
		sem_post(&gate);
	runtime_wait_multiple(NULL, futs, COPIES);
	for (size_t i = 0; i < COPIES; i++)
		assert_int_equal(FUTURE_OUTPUT(&copies[i])->result, VDM_SUCCESS);
	assert_memory_equal(to, from, LARGE);
	data_mover_threads_delete(mover);
	data_mover_sync_delete(sync);
	sem_destroy(&gate);
}

struct spawned {
	struct executor *executor;
	struct future_event event;
	struct future_event_wait wait;
};

static void use_an_inherited_executor(void *arg)
{
	struct spawned *spawned = arg;
	struct future_sleep sleep = future_sleep(1000);

	future_event_set(&spawned->event); /* wakes a task that nobody will run */
	errno = 0;
	CHECK(executor_spawn(spawned->executor, FUTURE_AS_RUNNABLE(&sleep), NULL, NULL) == -1);
	CHECK(errno == ESRCH);
	errno = 0;
	CHECK(executor_wait(spawned->executor, FUTURE_AS_RUNNABLE(&spawned->wait)) == -1);
	CHECK(errno == ESRCH);
	errno = 0;
	CHECK(executor_drain(spawned->executor) == -1);
	CHECK(errno == ESRCH);
	executor_delete(spawned->executor);
	CHECK(atomic_load(&resources.joined) == 0);
	use_what_is_ones_own();
}

/* A sanitizer does not stand forks among threads that are only starting: the worker has run. */
static void an_executor_is_without_its_workers(void **state)
{
	(void)state;
	struct spawned spawned = {.executor = executor_new(1)};
	struct future_yield yield = future_yield();
	assert_non_null(spawned.executor);
	assert_int_equal(executor_spawn(spawned.executor, FUTURE_AS_RUNNABLE(&yield), NULL, NULL),
			 0);
	assert_int_equal(executor_wait(spawned.executor, FUTURE_AS_RUNNABLE(&yield)), 0);
	future_event_init(&spawned.event);
	spawned.wait = future_event_wait(&spawned.event);
	assert_int_equal(
		executor_spawn(spawned.executor, FUTURE_AS_RUNNABLE(&spawned.wait), NULL, NULL), 0);
	run_in_child(use_an_inherited_executor, &spawned);
	future_event_set(&spawned.event);
	executor_delete(spawned.executor);
	assert_int_equal(FUTURE_STATE(&spawned.wait), FUTURE_STATE_COMPLETE);
}

static bool is_readable(int descriptor, int timeout)
{
	struct pollfd poll_it = {.fd = descriptor, .events = POLLIN};
	return poll(&poll_it, 1, timeout) == 1;
}

/* A runtime whose descriptor somebody watches, with an event that wakes it and a time. */
struct watched {
	struct runtime *runtime;
	int fd;
	struct future_event event;
	struct future_event_wait wait;
	struct future_sleep sleep;
};

static void watch(struct watched *watched, uint64_t sleep)
{
	watched->runtime = runtime_new();
	future_event_init(&watched->event);
	watched->wait = future_event_wait(&watched->event);
	watched->sleep = future_sleep(sleep);
	assert_int_equal(runtime_add(watched->runtime, FUTURE_AS_RUNNABLE(&watched->wait), NULL),
			 0);
	assert_int_equal(runtime_add(watched->runtime, FUTURE_AS_RUNNABLE(&watched->sleep), NULL),
			 0);
	watched->fd = runtime_fd(watched->runtime);
	assert_true(watched->fd >= 0);
	assert_null(runtime_next(watched->runtime, 0, NULL));
	assert_false(is_readable(watched->fd, 0));
}

static void use_an_inherited_runtime(void *arg)
{
	struct watched *watched = arg;
	struct runtime *runtime = watched->runtime;

	future_event_set(&watched->event);
	CHECK(runtime_next(runtime, 0, NULL) == FUTURE_AS_RUNNABLE(&watched->wait));
	CHECK(runtime_remove(runtime, FUTURE_AS_RUNNABLE(&watched->sleep)) == 0);
	CHECK(runtime_next(runtime, 0, NULL) == NULL);

	/* A descriptor of the child's own works, and only for the child. */
	int fd = runtime_fd(runtime);
	CHECK(fd >= 0 && runtime_fd(runtime) == fd);
	struct future_event event;
	future_event_init(&event);
	struct future_event_wait wait = future_event_wait(&event);
	CHECK(runtime_add(runtime, FUTURE_AS_RUNNABLE(&wait), NULL) == 0);
	CHECK(runtime_next(runtime, 0, NULL) == NULL);
	future_event_set(&event);
	CHECK(is_readable(fd, 0));
	CHECK(runtime_next(runtime, 0, NULL) == FUTURE_AS_RUNNABLE(&wait));
	runtime_delete(runtime);
	use_what_is_ones_own();
}

static void only_delete_a_runtime(void *arg)
{
	runtime_delete(((struct watched *)arg)->runtime);
}

static void only_add_to_a_runtime(void *arg)
{
	struct watched *watched = arg;
	static struct future_sleep never;
	never = future_sleep_until(UINT64_MAX);
	CHECK(runtime_remove(watched->runtime, FUTURE_AS_RUNNABLE(&watched->wait)) == 0);
	CHECK(runtime_remove(watched->runtime, FUTURE_AS_RUNNABLE(&watched->sleep)) == 0);
	CHECK(runtime_add(watched->runtime, FUTURE_AS_RUNNABLE(&never), NULL) == 0);
}

static void (*const child_uses[])(void *) = {use_an_inherited_runtime, only_delete_a_runtime,
					     only_add_to_a_runtime};

static void a_child_does_not_silence_its_parents_bell(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT_OF(child_uses); i++) {
		struct watched watched;
		watch(&watched, UINT64_MAX);
		future_event_set(&watched.event);
		run_in_child(child_uses[i], &watched);
		assert_true(is_readable(watched.fd, 0));
		assert_ptr_equal(runtime_next(watched.runtime, 0, NULL),
				 FUTURE_AS_RUNNABLE(&watched.wait));
		runtime_delete(watched.runtime);
	}
}

static void a_child_does_not_stop_its_parents_alarm(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT_OF(child_uses); i++) {
		struct watched watched;
		watch(&watched, 20000000);
		run_in_child(child_uses[i], &watched);
		assert_true(is_readable(watched.fd, 60000)); /* rather than never */
		runtime_delete(watched.runtime);
	}
}

static void ring_ones_own_bell(void *arg)
{
	struct watched *watched = arg;
	watch(watched, UINT64_MAX);
	future_event_set(&watched->event);
	CHECK(is_readable(watched->fd, 0));
}

/* Bells are kept for later runtimes, in either process. */
static void a_child_does_not_use_its_parents_bell_for_a_runtime_of_its_own(void **state)
{
	(void)state;
	static struct watched watched;
	watch(&watched, UINT64_MAX);
	runtime_delete(watched.runtime);
	run_in_child(ring_ones_own_bell, &watched);
	watch(&watched, UINT64_MAX); /* which is not readable */
	runtime_delete(watched.runtime);
}

static void ring_the_bell_of_an_inherited_runtime(void *arg)
{
	struct watched *watched = arg;
	int fd = runtime_fd(watched->runtime);
	CHECK(fd >= 0);
	watched->sleep = future_sleep(UINT64_MAX);
	CHECK(runtime_add(watched->runtime, FUTURE_AS_RUNNABLE(&watched->sleep), NULL) == 0);
	CHECK(is_readable(fd, 0));
}

static void a_child_makes_a_bell_for_a_runtime_that_had_no_descriptor(void **state)
{
	(void)state;
	static struct watched watched;
	watch(&watched, UINT64_MAX);
	runtime_delete(watched.runtime); /* its bell is kept, and that of the next one */
	watched.runtime = runtime_new();
	watched.sleep = future_sleep(0);
	assert_int_equal(runtime_add(watched.runtime, FUTURE_AS_RUNNABLE(&watched.sleep), NULL), 0);
	assert_non_null(runtime_next(watched.runtime, 0, NULL));
	run_in_child(ring_the_bell_of_an_inherited_runtime, &watched);
	assert_false(is_readable(runtime_fd(watched.runtime), 0));
	runtime_delete(watched.runtime);
}

enum { SETS = 4, FREE = 2 };

/* What the parent had; other threads of its may have been at the pools it came from. */
struct pooled {
	struct ready_set *sets[SETS]; /* the first of them are free: the thread keeps one */
	struct executor *executor;
};

static void take_from_pools_of_ones_own(void *arg)
{
	const struct pooled *pooled = arg;
	for (size_t i = FREE; i < SETS; i++)
		ready_set_release(pooled->sets[i]);
	for (size_t i = 0; i < SETS; i++) {
		struct ready_set *set = ready_set_acquire(1);
		CHECK(set != NULL);
		for (size_t k = 0; k < SETS; k++)
			CHECK(set != pooled->sets[k]);
	}
#ifndef __SANITIZE_THREAD__
	struct executor *executor = executor_new(1);
	CHECK(executor != NULL && executor != pooled->executor);
	executor_delete(executor);
#endif
}

static void a_child_has_pools_of_its_own(void **state)
{
	(void)state;
	struct pooled pooled = {.executor = executor_new(1)};
	executor_delete(pooled.executor);
	for (size_t i = 0; i < SETS; i++)
		pooled.sets[i] = ready_set_acquire(1);
	for (size_t i = 0; i < FREE; i++)
		ready_set_release(pooled.sets[i]);
	run_in_child(take_from_pools_of_ones_own, &pooled);
	for (size_t i = FREE; i < SETS; i++)
		ready_set_release(pooled.sets[i]);
}

/* Threads that take and give back what a child may find half taken. */
struct churn {
	_Atomic bool ending;
	struct data_mover_threads *mover;
};

static void *wait_once(void *arg)
{
	struct vdm_operation_future fill = vdm_memset(
		data_mover_threads_get_vdm(((struct churn *)arg)->mover), (char[64]){0}, 1, 64, 0);
	struct future_sleep sleep = future_sleep(0);
	struct runtime *runtime = runtime_new();
	struct future *both[] = {FUTURE_AS_RUNNABLE(&fill), FUTURE_AS_RUNNABLE(&sleep)};
	runtime_wait_multiple(runtime, both, 2);
	struct executor *executor = executor_new(1);
	if (executor != NULL) {
		sleep = future_sleep(1000);
		executor_spawn(executor, FUTURE_AS_RUNNABLE(&sleep), NULL, NULL);
	}
	executor_delete(executor);
	runtime_delete(runtime);
	return NULL;
}

static void *churn(void *arg)
{
	struct churn *shared = arg;
	while (!atomic_load(&shared->ending)) {
		pthread_t threads[4];
		size_t started = 0;
		while (started < COUNT_OF(threads) &&
		       pthread_create(&threads[started], NULL, wait_once, arg) == 0)
			started++;
		while (started-- > 0)
			pthread_join(threads[started], NULL);
	}
	return NULL;
}

static void use_and_fork_again(void *arg)
{
	unsigned *generation = arg;
	use_what_is_ones_own();
	if (++*generation < 3)
		run_in_child(use_and_fork_again, arg);
	_Exit(0); /* nobody looks for leaks: what other threads had is lost */
}

static void children_work_whatever_other_threads_were_at(void **state)
{
	(void)state;
#if defined(__SANITIZE_THREAD__) || defined(__SANITIZE_ADDRESS__)
	print_message("skipped: a sanitizer does not stand forks among busy threads\n");
	skip();
#endif
	struct churn shared = {.mover = data_mover_threads_new(2, 8, FUTURE_NOTIFIER_WAKER)};
	assert_non_null(shared.mover);
	data_mover_threads_set_inline_size(shared.mover, 0);
	pthread_t thread;
	assert_int_equal(pthread_create(&thread, NULL, churn, &shared), 0);
	for (int i = 0; i < 20; i++) {
		unsigned generation = 0;
		run_in_child(use_and_fork_again, &generation);
	}
	atomic_store(&shared.ending, true);
	pthread_join(thread, NULL);
	data_mover_threads_delete(shared.mover);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(a_mover_is_without_its_workers, nobody_has_joined),
		cmocka_unit_test_setup(an_executor_is_without_its_workers, nobody_has_joined),
		cmocka_unit_test(a_child_does_not_silence_its_parents_bell),
		cmocka_unit_test(a_child_does_not_stop_its_parents_alarm),
		cmocka_unit_test(a_child_does_not_use_its_parents_bell_for_a_runtime_of_its_own),
		cmocka_unit_test(a_child_makes_a_bell_for_a_runtime_that_had_no_descriptor),
		cmocka_unit_test(a_child_has_pools_of_its_own),
		cmocka_unit_test(children_work_whatever_other_threads_were_at),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
