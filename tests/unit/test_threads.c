/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/*
 * test_threads.c -- what the threads mover promises beyond the movers' suite: options, copy
 * functions of the program's own, where operations run, and the figures of it all.
 */

#define _GNU_SOURCE
#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <string.h>

#include "tested_threads.h"

/* Options. */

static void the_default_mover_works(void **state)
{
	(void)state;
	struct data_mover_threads *mover = data_mover_threads_default();
	assert_non_null(mover);
	struct vdm *vdm = data_mover_threads_get_vdm(mover);
	assert_int_equal(run(vdm_memset(vdm, dest, 'd', LARGE, 0)), VDM_SUCCESS);
	assert_int_equal(dest[LARGE - 1], 'd');
	data_mover_threads_delete(mover);
}

static unsigned some_usable_cpu(void)
{
	cpu_set_t set;
	assert_int_equal(sched_getaffinity(0, sizeof(set), &set), 0);
	unsigned cpu = 0;
	while (!CPU_ISSET(cpu, &set))
		cpu++;
	return cpu;
}

/* What a worker finds out about itself, in a copy function of the test's own. */
static struct {
	char name[16];
	int cpus;
	int on_cpu;
	size_t stack_size;
} worker;

static void *look_at_the_worker(void *to, const void *from, size_t n, unsigned flags)
{
	(void)flags;
	cpu_set_t set;
	pthread_attr_t attributes;
	pthread_getname_np(pthread_self(), worker.name, sizeof(worker.name));
	pthread_getaffinity_np(pthread_self(), sizeof(set), &set);
	worker.cpus = CPU_COUNT(&set);
	worker.on_cpu = sched_getcpu();
	pthread_getattr_np(pthread_self(), &attributes);
	pthread_attr_getstacksize(&attributes, &worker.stack_size);
	pthread_attr_destroy(&attributes);
	return memcpy(to, from, n);
}

static void workers_are_made_as_the_options_say(void **state)
{
	(void)state;
	unsigned cpu = some_usable_cpu();
	struct data_mover_threads_options options = DATA_MOVER_THREADS_OPTIONS_INIT;
	options.threads = 1;
	options.queue_depth = 5;
	options.thread_name = "a name that is too long";
	options.cpus = &cpu;
	options.cpu_count = 1;
	options.stack_size = 256 * 1024;
	struct data_mover_threads *mover = data_mover_threads_new_with(&options);
	assert_non_null(mover);
	memset(&options, 0xA5, sizeof(options)); /* read, not kept */
	data_mover_threads_set_memcpy_fn(mover, look_at_the_worker);

	struct vdm *vdm = data_mover_threads_get_vdm(mover);
	assert_int_equal(run(vdm_memcpy(vdm, dest, source, 10, 0)), VDM_SUCCESS);

	assert_string_equal(worker.name, "a name that is ");
	assert_int_equal(worker.cpus, 1);
	assert_int_equal(worker.on_cpu, cpu);
	assert_true(worker.stack_size >= 256 * 1024);
	data_mover_threads_delete(mover);
}

static void refused(const struct data_mover_threads_options *options)
{
	errno = 0;
	assert_null(data_mover_threads_new_with(options));
	assert_int_equal(errno, EINVAL);
}

static void impossible_options_are_refused(void **state)
{
	(void)state;
	const struct data_mover_threads_options defaults = DATA_MOVER_THREADS_OPTIONS_INIT;
	struct data_mover_threads_options options = defaults;
	options.size = 0;
	refused(&options);
	options.size = sizeof(options) + 1;
	refused(&options);
	options = defaults;
	options.notifier = (enum future_notifier_type)7;
	refused(&options);
	options = defaults;
	options.threads = SIZE_MAX;
	refused(&options);
	options = defaults;
	options.queue_depth = SIZE_MAX;
	refused(&options);
	options = defaults;
	unsigned no_such_cpu = 1000000;
	options.cpus = &no_such_cpu;
	options.cpu_count = 1;
	refused(&options);
}

/* Functions of the program's own. */

static struct {
	pthread_mutex_t lock;
	unsigned calls, flags;
	void *to;
	const void *from;
	int c;
	size_t n;
	pthread_t thread;
} own = {.lock = PTHREAD_MUTEX_INITIALIZER};

static void note_call(void *to, const void *from, int c, size_t n, unsigned flags)
{
	pthread_mutex_lock(&own.lock);
	own.calls++;
	own.to = to;
	own.from = from;
	own.c = c;
	own.n = n;
	own.flags = flags;
	own.thread = pthread_self();
	pthread_mutex_unlock(&own.lock);
}

static void *own_copy(void *to, const void *from, size_t n, unsigned flags)
{
	note_call(to, from, 0, n, flags);
	return to;
}

static void *own_set(void *to, int c, size_t n, unsigned flags)
{
	note_call(to, NULL, c, n, flags);
	return to;
}

static void called_once(const void *to, const void *from, int c, size_t n, unsigned flags)
{
	assert_int_equal(own.calls, 1);
	assert_ptr_equal(own.to, to);
	assert_ptr_equal(own.from, from);
	assert_int_equal(own.c, c);
	assert_int_equal(own.n, n);
	assert_int_equal(own.flags, flags);
	assert_false(pthread_equal(own.thread, pthread_self()));
	own.calls = 0;
}

static void ones_own_functions_are_called_once_on_a_worker_with_flags_as_given(void **state)
{
	struct data_mover_threads *mover = *state;
	struct vdm *vdm = data_mover_threads_get_vdm(mover);
	data_mover_threads_set_memcpy_fn(mover, own_copy);
	data_mover_threads_set_memmove_fn(mover, own_copy);
	data_mover_threads_set_memset_fn(mover, own_set);

	assert_int_equal(run(vdm_memcpy(vdm, dest, source, LARGE, 0x40)), VDM_SUCCESS);
	called_once(dest, source, 0, LARGE, 0x40);
	assert_int_equal(run(vdm_memcpy(vdm, dest, source, 1, 0)), VDM_SUCCESS);
	called_once(dest, source, 0, 1, 0);
	assert_int_equal(run(vdm_memmove(vdm, dest, source, LARGE, 0x80000000)), VDM_SUCCESS);
	called_once(dest, source, 0, LARGE, 0x80000000);
	assert_int_equal(run(vdm_memset(vdm, dest, 77, LARGE, 3)), VDM_SUCCESS);
	called_once(dest, NULL, 77, LARGE, 3);
}

static void ones_own_memcpy_is_called_for_each_segment_that_is_not_empty(void **state)
{
	struct data_mover_threads *mover = *state;
	data_mover_threads_set_memcpy_fn(mover, own_copy);
	struct vdm_segment segments[] = {
		{dest, source, 5},
		{dest + 5, source, 0},
		{dest + 100, source + 50, LARGE - 100},
	};
	own.calls = 0;
	assert_int_equal(run(vdm_memcpyv(data_mover_threads_get_vdm(mover), segments, 3, 0x40)),
			 VDM_SUCCESS);
	assert_int_equal(own.calls, 2);
	own.calls = 1;
	called_once(dest + 100, source + 50, 0, LARGE - 100, 0x40);
}

/* Where operations run, and how that is counted. */

static void small_operations_run_inside_their_first_poll(void **state)
{
	struct data_mover_threads *mover = *state;
	data_mover_threads_set_inline_size(mover, 1000);
	struct vdm_operation_future small =
		vdm_memcpy(data_mover_threads_get_vdm(mover), dest, source, 1000, 0);
	struct vdm_operation_future larger =
		vdm_memcpy(data_mover_threads_get_vdm(mover), dest, source, 1001, 0);

	assert_int_equal(future_poll(FUTURE_AS_RUNNABLE(&small), NULL), FUTURE_STATE_COMPLETE);
	assert_int_equal(future_poll(FUTURE_AS_RUNNABLE(&larger), NULL), FUTURE_STATE_RUNNING);
	runtime_wait(NULL, FUTURE_AS_RUNNABLE(&larger));

	assert_int_equal(stats_of(mover).inlined, 1);
	assert_int_equal(stats_of(mover).queued, 1);
}

static void a_batch_is_as_large_as_its_bytes_and_64_for_each_segment(void **state)
{
	struct data_mover_threads *mover = *state;
	struct vdm_segment segments[] = {{dest, source, 100}, {dest + 100, source, 72}};
	data_mover_threads_set_inline_size(mover, 300);
	struct vdm_operation_future small =
		vdm_memcpyv(data_mover_threads_get_vdm(mover), segments, 2, 0);
	segments[1].n++;
	struct vdm_operation_future larger =
		vdm_memcpyv(data_mover_threads_get_vdm(mover), segments, 2, 0);

	assert_int_equal(future_poll(FUTURE_AS_RUNNABLE(&small), NULL), FUTURE_STATE_COMPLETE);
	assert_int_equal(future_poll(FUTURE_AS_RUNNABLE(&larger), NULL), FUTURE_STATE_RUNNING);
	runtime_wait(NULL, FUTURE_AS_RUNNABLE(&larger));
}

static void with_an_inline_size_of_zero_nothing_runs_inside_its_poll(void **state)
{
	struct data_mover_threads *mover = *state;
	data_mover_threads_set_inline_size(mover, 0);
	struct vdm_operation_future none =
		vdm_memcpy(data_mover_threads_get_vdm(mover), dest, source, 0, 0);
	assert_int_equal(future_poll(FUTURE_AS_RUNNABLE(&none), NULL), FUTURE_STATE_RUNNING);
	runtime_wait(NULL, FUTURE_AS_RUNNABLE(&none));
	assert_int_equal(stats_of(mover).inlined, 0);
}

static void figures_are_exact_once_operations_are_complete(void **state)
{
	struct data_mover_threads *mover = *state;
	struct vdm *vdm = data_mover_threads_get_vdm(mover);
	data_mover_threads_set_inline_size(mover, 100);
	for (size_t i = 1; i <= 10; i++) {
		run(vdm_memcpy(vdm, dest, source, i * 20, 0));
		run(vdm_memset(vdm, dest, 1, LARGE, 0));
	}
	run(vdm_memmove(vdm, dest, source, 5, 0));
	struct vdm_segment segments[] = {{dest, source, 10}, {dest + 10, source, 10}};
	run(vdm_memcpyv(vdm, segments, 1, 0));
	run(vdm_memcpyv(vdm, segments, 2, 0));
	run(vdm_memcpy(vdm, dest, source, 5, 1 << 30)); /* refused: no operation of any kind */
	struct vdm_operation_future canceled = vdm_memcpy(vdm, dest, source, 5, 0);
	future_cancel(FUTURE_AS_RUNNABLE(&canceled));
	runtime_wait(NULL, FUTURE_AS_RUNNABLE(&canceled));

	struct data_mover_threads_stats stats = stats_of(mover);
	assert_int_equal(stats.size, sizeof(stats));
	assert_int_equal(stats.operations[VDM_OPERATION_MEMCPY], 10);
	assert_int_equal(stats.bytes[VDM_OPERATION_MEMCPY], 1100);
	assert_int_equal(stats.operations[VDM_OPERATION_MEMSET], 10);
	assert_int_equal(stats.bytes[VDM_OPERATION_MEMSET], 10 * LARGE);
	assert_int_equal(stats.operations[VDM_OPERATION_MEMMOVE], 1);
	assert_int_equal(stats.operations[VDM_OPERATION_FLUSH], 0);
	assert_int_equal(stats.memcpyv_operations, 2);
	assert_int_equal(stats.memcpyv_bytes, 30);
	assert_int_equal(stats.inlined, 5 + 1 + 1);
	assert_int_equal(stats.queued, 5 + 10 + 1);
	assert_int_equal(stats.refused, 0);
	assert_int_equal(stats.canceled, 1);
	assert_int_equal(stats.queue_depth, 0);
	assert_in_range(stats.queue_depth_max, 1, 16);
}

static void figures_fit_a_program_that_knows_fewer(void **state)
{
	struct data_mover_threads_stats stats;
	memset(&stats, 0xA5, sizeof(stats));
	stats.size = offsetof(struct data_mover_threads_stats, inlined);
	data_mover_threads_get_stats(*state, &stats);
	assert_int_equal(stats.operations[0], 0);
	assert_true(stats.inlined == UINT64_C(0xA5A5A5A5A5A5A5A5));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_default_mover_works),
		cmocka_unit_test(workers_are_made_as_the_options_say),
		cmocka_unit_test(impossible_options_are_refused),
		threads_test(ones_own_functions_are_called_once_on_a_worker_with_flags_as_given),
		threads_test(ones_own_memcpy_is_called_for_each_segment_that_is_not_empty),
		threads_test(small_operations_run_inside_their_first_poll),
		threads_test(a_batch_is_as_large_as_its_bytes_and_64_for_each_segment),
		threads_test(with_an_inline_size_of_zero_nothing_runs_inside_its_poll),
		threads_test(figures_are_exact_once_operations_are_complete),
		threads_test(figures_fit_a_program_that_knows_fewer),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
