/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/*
 * test_faults.c -- what libminiasync 0.2.1 got wrong, each fault a test that names its number.
 *
 *  1 waiting on a complete future never returned
 *  2 with two complete ones among others it crashed, and so did has_property of a complete one
 *  3 vdm_is_supported answered wrongly
 *  4 flush on the sync and threads movers ended the process
 *  5 a full pool ended in a hang
 *  6 an operation that was never polled leaked its slot
 *  7 a live operation's memory could be handed to another one
 *  8 the worker woke the waiter before the result was visible
 *  9 a waiter that came after the first poll was never woken
 * 13 a ring of size 0 overflowed the heap, zero threads hung, sizes had to be powers of two
 * 14 output was misaligned when its type is wider than the data's
 * 18 deleting NULL crashed
 *
 * Those of waiting (10 to 12) are in test_faults_waiting.c, those of resources (16 and 17) in
 * test_faults_resources.c; 15, that chains did not compile as C++, is in tests/api.
 */

#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <string.h>

#include <libminiasync.h>

#include "support/script.h"
#include "support/test.h"
#include "support/waker.h"

static char source[4096] = "source", dest[4096];

static void fault_01_a_wait_on_a_complete_future_returns(void **state)
{
	(void)state;
	struct runtime *runtime = runtime_new();
	struct script_future future;
	FUTURE_INIT_COMPLETE(&future);
	runtime_wait(runtime, FUTURE_AS_RUNNABLE(&future));
	runtime_wait(runtime, FUTURE_AS_RUNNABLE(&future));
	runtime_delete(runtime);
}

static void fault_02_complete_futures_may_be_among_those_waited_for(void **state)
{
	(void)state;
	static const struct script_step steps[] = {
		{FUTURE_STATE_RUNNING, FUTURE_NOTIFIER_NONE, 0},
		{FUTURE_STATE_COMPLETE, FUTURE_NOTIFIER_NONE, 0},
	};
	struct script scripts[2] = {SCRIPT(steps), SCRIPT(steps)};
	struct script_future futures[4] = {script_future(&scripts[0]), script_future(&scripts[1])};
	FUTURE_INIT_COMPLETE(&futures[2]);
	FUTURE_INIT_COMPLETE(&futures[3]);
	struct future *all[] = {
		FUTURE_AS_RUNNABLE(&futures[2]),
		FUTURE_AS_RUNNABLE(&futures[0]),
		FUTURE_AS_RUNNABLE(&futures[3]),
		FUTURE_AS_RUNNABLE(&futures[1]),
	};
	struct runtime *runtime = runtime_new();

	runtime_wait_multiple(runtime, all, COUNT_OF(all));

	for (size_t i = 0; i < COUNT_OF(all); i++) {
		assert_int_equal(all[i]->context.state, FUTURE_STATE_COMPLETE);
		assert_int_equal(future_has_property(all[i], FUTURE_PROPERTY_ASYNC), 0);
	}
	runtime_delete(runtime);
}

static void fault_03_supported_means_all_of_what_was_asked_for(void **state)
{
	(void)state;
	struct vdm vdm = {.capabilities = VDM_F_NO_CACHE_HINT};
	assert_int_equal(vdm_is_supported(&vdm, VDM_F_NO_CACHE_HINT), 1);
	assert_int_equal(vdm_is_supported(&vdm, VDM_F_MEM_DURABLE), 0);
	assert_int_equal(vdm_is_supported(&vdm, VDM_F_VALID_FLAGS), 0);
	assert_int_equal(vdm_is_supported(&vdm, 0), 1);
}

static void flush_ends_with_a_result(struct vdm *vdm)
{
	struct vdm_operation_future flush = vdm_flush(vdm, dest, sizeof(dest), 0);
	runtime_wait(NULL, FUTURE_AS_RUNNABLE(&flush));
	int capable = vdm_is_supported(vdm, VDM_CAPABILITY_FLUSH);
	assert_int_equal(FUTURE_OUTPUT(&flush)->result,
			 capable ? VDM_SUCCESS : VDM_ERROR_NOT_SUPPORTED);
	assert_int_equal(FUTURE_OUTPUT(&flush)->type, VDM_OPERATION_FLUSH);
}

static void fault_04_a_flush_has_a_result_on_both_movers(void **state)
{
	(void)state;
	struct data_mover_sync *sync = data_mover_sync_new();
	flush_ends_with_a_result(data_mover_sync_get_vdm(sync));
	data_mover_sync_delete(sync);
	struct data_mover_threads *threads = data_mover_threads_default();
	flush_ends_with_a_result(data_mover_threads_get_vdm(threads));
	data_mover_threads_set_inline_size(threads, 0);
	flush_ends_with_a_result(data_mover_threads_get_vdm(threads));
	data_mover_threads_delete(threads);
}

/* A pool with little room, whose operations all go through it. */
static struct data_mover_threads *narrow_pool(size_t ring)
{
	struct data_mover_threads *mover = data_mover_threads_new(1, ring, FUTURE_NOTIFIER_WAKER);
	assert_non_null(mover);
	data_mover_threads_set_inline_size(mover, 0);
	return mover;
}

static void fault_05_more_operations_than_a_pool_holds_can_be_waited_for(void **state)
{
	(void)state;
	enum { COUNT = 300 };
	struct data_mover_threads *mover = narrow_pool(2);
	struct vdm *vdm = data_mover_threads_get_vdm(mover);
	static struct vdm_operation_future copies[COUNT];
	struct future *all[COUNT];
	for (size_t i = 0; i < COUNT; i++) {
		copies[i] = vdm_memcpy(vdm, dest + i, source + i, 1, 0);
		all[i] = FUTURE_AS_RUNNABLE(&copies[i]);
	}

	runtime_wait_multiple(NULL, all, COUNT);

	for (size_t i = 0; i < COUNT; i++)
		assert_int_equal(FUTURE_OUTPUT(&copies[i])->result, VDM_SUCCESS);
	assert_memory_equal(dest, source, COUNT);
	data_mover_threads_delete(mover);
}

static void fault_06_operations_that_are_never_polled_take_no_room(void **state)
{
	(void)state;
	struct data_mover_threads *mover = narrow_pool(1);
	struct vdm *vdm = data_mover_threads_get_vdm(mover);
	for (int i = 0; i < 200000; i++)
		vdm_memcpy(vdm, dest, source, sizeof(dest), 0);

	struct vdm_operation_future copy = vdm_memcpy(vdm, dest, source, sizeof(dest), 0);
	struct counting_waker waker;
	counting_waker_init(&waker);
	struct future_notifier notifier = counting_waker_notifier(&waker);
	assert_int_not_equal(future_poll(FUTURE_AS_RUNNABLE(&copy), &notifier), FUTURE_STATE_IDLE);
	runtime_wait(NULL, FUTURE_AS_RUNNABLE(&copy));
	assert_int_equal(FUTURE_OUTPUT(&copy)->result, VDM_SUCCESS);
	data_mover_threads_delete(mover);
}

/* Copies whose destination is the gated one wait until the gate is opened. */
static struct {
	pthread_mutex_t lock;
	pthread_cond_t opened;
	int open;
	const void *gated;
} gate = {PTHREAD_MUTEX_INITIALIZER, PTHREAD_COND_INITIALIZER, 0, NULL};

static void *copy_behind_the_gate(void *to, const void *from, size_t n, unsigned flags)
{
	(void)flags;
	pthread_mutex_lock(&gate.lock);
	while (to == gate.gated && !gate.open)
		pthread_cond_wait(&gate.opened, &gate.lock);
	pthread_mutex_unlock(&gate.lock);
	return memcpy(to, from, n);
}

static void close_gate_for(const void *gated)
{
	pthread_mutex_lock(&gate.lock);
	gate.gated = gated;
	gate.open = 0;
	pthread_mutex_unlock(&gate.lock);
}

static void open_gate(void)
{
	pthread_mutex_lock(&gate.lock);
	gate.open = 1;
	pthread_cond_broadcast(&gate.opened);
	pthread_mutex_unlock(&gate.lock);
}

static void fault_07_a_live_operation_keeps_what_is_its_own(void **state)
{
	(void)state;
	struct data_mover_threads *mover = data_mover_threads_new(2, 4, FUTURE_NOTIFIER_WAKER);
	data_mover_threads_set_memcpy_fn(mover, copy_behind_the_gate);
	struct vdm *vdm = data_mover_threads_get_vdm(mover);
	memset(dest, 0, sizeof(dest));
	close_gate_for(dest);
	struct vdm_operation_future live = vdm_memcpy(vdm, dest, source, 100, 0);
	assert_int_equal(future_poll(FUTURE_AS_RUNNABLE(&live), NULL), FUTURE_STATE_RUNNING);

	for (size_t i = 0; i < 2000; i++) {
		char *own = dest + 200 + i;
		struct vdm_operation_future other = vdm_memcpy(vdm, own, source, 1, 0);
		runtime_wait(NULL, FUTURE_AS_RUNNABLE(&other));
		assert_ptr_equal(FUTURE_OUTPUT(&other)->output.memcpy.dest, own);
		assert_int_equal(future_poll(FUTURE_AS_RUNNABLE(&live), NULL),
				 FUTURE_STATE_RUNNING);
	}

	open_gate();
	runtime_wait(NULL, FUTURE_AS_RUNNABLE(&live));
	assert_ptr_equal(FUTURE_OUTPUT(&live)->output.memcpy.dest, dest);
	assert_memory_equal(dest, source, 100);
	data_mover_threads_delete(mover);
}

/* A waker that looks whether what it was called for is there. */
struct looking_waker {
	struct counting_waker counting;
	int was_there;
};

static void look(void *data)
{
	struct looking_waker *waker = data;
	waker->was_there = memcmp(dest, source, sizeof(dest)) == 0;
	struct future_notifier notifier = counting_waker_notifier(&waker->counting);
	FUTURE_WAKER_WAKE(&notifier.waker);
}

static void fault_08_the_result_is_visible_when_the_waker_is_called(void **state)
{
	(void)state;
	struct data_mover_threads *mover = narrow_pool(1);
	data_mover_threads_set_memcpy_fn(mover, copy_behind_the_gate);
	for (int i = 0; i < 200; i++) {
		struct looking_waker waker = {.was_there = 0};
		counting_waker_init(&waker.counting);
		struct future_notifier notifier = {.waker = {&waker, look}};
		memset(dest, 0, sizeof(dest));
		close_gate_for(dest);
		struct vdm_operation_future copy = vdm_memcpy(data_mover_threads_get_vdm(mover),
							      dest, source, sizeof(dest), 0);
		assert_int_equal(future_poll(FUTURE_AS_RUNNABLE(&copy), &notifier),
				 FUTURE_STATE_RUNNING);
		open_gate();
		counting_waker_wait(&waker.counting);
		assert_true(waker.was_there);
		poll_to_the_end(FUTURE_AS_RUNNABLE(&copy), NULL);
	}
	data_mover_threads_delete(mover);
}

static void fault_09_a_waiter_that_comes_after_the_first_poll_is_woken(void **state)
{
	(void)state;
	struct data_mover_threads *mover = narrow_pool(1);
	data_mover_threads_set_memcpy_fn(mover, copy_behind_the_gate);
	struct counting_waker waker;
	counting_waker_init(&waker);
	struct future_notifier notifier = counting_waker_notifier(&waker);
	close_gate_for(dest);
	struct vdm_operation_future copy =
		vdm_memcpy(data_mover_threads_get_vdm(mover), dest, source, sizeof(dest), 0);

	future_poll(FUTURE_AS_RUNNABLE(&copy), NULL);
	future_poll(FUTURE_AS_RUNNABLE(&copy), &notifier);
	open_gate();
	counting_waker_wait(&waker);

	runtime_wait(NULL, FUTURE_AS_RUNNABLE(&copy));
	data_mover_threads_delete(mover);
}

static void a_copy_works_on(struct data_mover_threads *mover)
{
	assert_non_null(mover);
	data_mover_threads_set_inline_size(mover, 0);
	memset(dest, 0, sizeof(dest));
	struct vdm_operation_future copy =
		vdm_memcpy(data_mover_threads_get_vdm(mover), dest, source, sizeof(dest), 0);
	runtime_wait(NULL, FUTURE_AS_RUNNABLE(&copy));
	assert_memory_equal(dest, source, sizeof(dest));
	data_mover_threads_delete(mover);
}

static void fault_13_any_ring_size_works_but_zero_and_the_absurd(void **state)
{
	(void)state;
	errno = 0;
	assert_null(data_mover_threads_new(1, 0, FUTURE_NOTIFIER_WAKER));
	assert_int_equal(errno, EINVAL);
	errno = 0;
	assert_null(data_mover_threads_new(1, SIZE_MAX, FUTURE_NOTIFIER_WAKER));
	assert_int_equal(errno, EINVAL);
	for (size_t ring = 1; ring <= 9; ring++)
		a_copy_works_on(data_mover_threads_new(1, ring, FUTURE_NOTIFIER_WAKER));
	a_copy_works_on(data_mover_threads_new(1, 1000, FUTURE_NOTIFIER_WAKER));
}

static void fault_13_zero_threads_means_as_many_as_pay(void **state)
{
	(void)state;
	a_copy_works_on(data_mover_threads_new(0, 16, FUTURE_NOTIFIER_WAKER));
	errno = 0;
	assert_null(data_mover_threads_new(SIZE_MAX, 16, FUTURE_NOTIFIER_WAKER));
	assert_int_equal(errno, EINVAL);
	errno = 0;
	assert_null(data_mover_threads_new(1, 16, (enum future_notifier_type)3));
	assert_int_equal(errno, EINVAL);
}

FUTURE(narrow_then_wide, char, uint64_t);

static enum future_state write_wide_output(struct future_context *context,
					   struct future_notifier *notifier)
{
	(void)notifier;
	uint64_t *output = future_context_get_output(context);
	*output = UINT64_MAX; /* a misaligned store is undefined, and UBSan says so */
	return FUTURE_STATE_COMPLETE;
}

static void fault_14_output_is_aligned_when_wider_than_data(void **state)
{
	(void)state;
	struct narrow_then_wide future;
	FUTURE_INIT(&future, write_wide_output);
	assert_ptr_equal(future_context_get_output(&future.base.context), FUTURE_OUTPUT(&future));
	assert_int_equal((uintptr_t)future_context_get_output(&future.base.context) %
				 MINIASYNC_ALIGNOF(uint64_t),
			 0);
	FUTURE_BUSY_POLL(&future);
	assert_true(*FUTURE_OUTPUT(&future) == UINT64_MAX);
}

static void fault_18_deleting_null_does_nothing(void **state)
{
	(void)state;
	runtime_delete(NULL);
	data_mover_sync_delete(NULL);
	data_mover_threads_delete(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(fault_01_a_wait_on_a_complete_future_returns),
		cmocka_unit_test(fault_02_complete_futures_may_be_among_those_waited_for),
		cmocka_unit_test(fault_03_supported_means_all_of_what_was_asked_for),
		cmocka_unit_test(fault_04_a_flush_has_a_result_on_both_movers),
		cmocka_unit_test(fault_05_more_operations_than_a_pool_holds_can_be_waited_for),
		cmocka_unit_test(fault_06_operations_that_are_never_polled_take_no_room),
		cmocka_unit_test(fault_07_a_live_operation_keeps_what_is_its_own),
		cmocka_unit_test(fault_08_the_result_is_visible_when_the_waker_is_called),
		cmocka_unit_test(fault_09_a_waiter_that_comes_after_the_first_poll_is_woken),
		cmocka_unit_test(fault_13_any_ring_size_works_but_zero_and_the_absurd),
		cmocka_unit_test(fault_13_zero_threads_means_as_many_as_pay),
		cmocka_unit_test(fault_14_output_is_aligned_when_wider_than_data),
		cmocka_unit_test(fault_18_deleting_null_does_nothing),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
