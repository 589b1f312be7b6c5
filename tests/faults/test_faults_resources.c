/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/*
 * test_faults_resources.c -- what is taken of the system, and what happens when it has no more:
 * each allocation and each thread is refused in turn.
 *
 * 16 twelve threads were started on two cores, and failure to start one went unseen
 * 17 the ring took 200 times the memory it needed
 */

#include <errno.h>

#include <libminiasync.h>

#include "platform/os.h"
#include "support/resources.h"
#include "support/test.h"

static int everything_is_available(void **state)
{
	(void)state;
	resources_begin(RESOURCES_UNLIMITED, RESOURCES_UNLIMITED);
	return 0;
}

static void fault_16_no_more_threads_than_cpus_are_started(void **state)
{
	(void)state;
	struct data_mover_threads *mover = data_mover_threads_default();
	assert_non_null(mover);
	assert_in_range(atomic_load(&resources.threads), 1, os_usable_cpus());
	data_mover_threads_delete(mover);
	assert_int_equal(atomic_load(&resources.joined), atomic_load(&resources.threads));

	resources_begin(RESOURCES_UNLIMITED, RESOURCES_UNLIMITED);
	mover = data_mover_threads_new(3, 16, FUTURE_NOTIFIER_WAKER);
	assert_int_equal(atomic_load(&resources.threads), 3);
	data_mover_threads_delete(mover);
}

static void fault_16_a_thread_that_does_not_start_is_an_error(void **state)
{
	(void)state;
	enum { WORKERS = 5 };
	for (long started = 0; started < WORKERS; started++) {
		resources_begin(RESOURCES_UNLIMITED, started);
		errno = 0;
		assert_null(data_mover_threads_new(WORKERS, 16, FUTURE_NOTIFIER_WAKER));
		assert_int_equal(errno, EAGAIN);
		assert_int_equal(atomic_load(&resources.joined), started);
		assert_int_equal(atomic_load(&resources.live), 0);
	}
}

/* Calls a constructor with every allocation refused in turn, until it gets all it asks for. */
static void fails_cleanly_at_each_allocation(void *(*construct)(void), void (*destroy)(void *))
{
	void *made = NULL;
	for (long available = 0; made == NULL; available++) {
		resources_begin(available, RESOURCES_UNLIMITED);
		errno = 0;
		made = construct();
		if (made != NULL)
			break;
		assert_int_equal(errno, ENOMEM);
		assert_int_equal(atomic_load(&resources.live), 0);
		assert_int_equal(atomic_load(&resources.joined), atomic_load(&resources.threads));
	}
	assert_true(atomic_load(&resources.live) > 0);
	destroy(made);
	assert_int_equal(atomic_load(&resources.live), 0);
	assert_int_equal(atomic_load(&resources.joined), atomic_load(&resources.threads));
}

static void *make_runtime(void)
{
	return runtime_new();
}

static void end_runtime(void *runtime)
{
	runtime_delete(runtime);
}

static void *make_sync(void)
{
	return data_mover_sync_new();
}

static void end_sync(void *mover)
{
	data_mover_sync_delete(mover);
}

static void *make_threads(void)
{
	return data_mover_threads_new(2, 100, FUTURE_NOTIFIER_WAKER);
}

static void end_threads(void *mover)
{
	data_mover_threads_delete(mover);
}

static void constructors_fail_cleanly_at_each_allocation(void **state)
{
	(void)state;
	fails_cleanly_at_each_allocation(make_runtime, end_runtime);
	fails_cleanly_at_each_allocation(make_sync, end_sync);
	fails_cleanly_at_each_allocation(make_threads, end_threads);
}

static void fault_17_a_ring_takes_the_memory_it_needs(void **state)
{
	(void)state;
	struct data_mover_threads *small = data_mover_threads_new(1, 1, FUTURE_NOTIFIER_WAKER);
	size_t small_bytes = atomic_load(&resources.bytes);
	struct data_mover_threads *large = data_mover_threads_new(1, 65536, FUTURE_NOTIFIER_WAKER);
	size_t large_bytes = atomic_load(&resources.bytes) - small_bytes;
	assert_true((large_bytes - small_bytes) / 65536 <= 64); /* a cache line an entry */
	data_mover_threads_delete(small);
	data_mover_threads_delete(large);
}

static void an_operation_without_memory_says_so_and_the_next_one_runs(void **state)
{
	(void)state;
	char source[100] = "source", dest[100] = "";
	struct data_mover_threads *mover = data_mover_threads_new(1, 4, FUTURE_NOTIFIER_WAKER);
	data_mover_threads_set_inline_size(mover, 0);
	struct vdm *vdm = data_mover_threads_get_vdm(mover);

	atomic_store(&resources.allocations_left, 0);
	struct vdm_operation_future first = vdm_memcpy(vdm, dest, source, sizeof(dest), 0);
	runtime_wait(NULL, FUTURE_AS_RUNNABLE(&first));
	assert_int_equal(FUTURE_OUTPUT(&first)->result, VDM_ERROR_OUT_OF_MEMORY);
	assert_string_equal(dest, "");

	atomic_store(&resources.allocations_left, RESOURCES_UNLIMITED);
	struct vdm_operation_future second = vdm_memcpy(vdm, dest, source, sizeof(dest), 0);
	runtime_wait(NULL, FUTURE_AS_RUNNABLE(&second));
	assert_int_equal(FUTURE_OUTPUT(&second)->result, VDM_SUCCESS);
	assert_string_equal(dest, source);
	data_mover_threads_delete(mover);
}

static void operations_that_are_over_leave_their_memory_to_the_next(void **state)
{
	(void)state;
	char source[100] = "source", dest[100];
	struct data_mover_threads *mover = data_mover_threads_new(1, 4, FUTURE_NOTIFIER_WAKER);
	data_mover_threads_set_inline_size(mover, 0);
	size_t bytes = 0;
	for (int i = 0; i < 3000; i++) {
		struct vdm_operation_future copy = vdm_memcpy(data_mover_threads_get_vdm(mover),
							      dest, source, sizeof(dest), 0);
		if (i % 3 == 0)
			future_poll(FUTURE_AS_RUNNABLE(&copy), NULL);
		if (i % 5 == 0)
			future_cancel(FUTURE_AS_RUNNABLE(&copy));
		runtime_wait(NULL, FUTURE_AS_RUNNABLE(&copy));
		if (i == 100)
			bytes = atomic_load(&resources.bytes);
	}
	assert_int_equal(atomic_load(&resources.bytes), bytes);
	data_mover_threads_delete(mover);
}

/* Futures that wake themselves, or are to be polled again, and complete at their fifth poll. */
#define CROWD 5000

struct fifth_data {
	unsigned polls;
	unsigned kind;
};
struct fifth_output {
	char unused;
};
FUTURE(fifth_future, struct fifth_data, struct fifth_output);

static enum future_state complete_at_the_fifth_poll(struct future_context *context,
						    struct future_notifier *notifier)
{
	struct fifth_data *data = future_context_get_data(context);
	if (++data->polls == 5)
		return FUTURE_STATE_COMPLETE;
	switch (data->kind % 3) {
	case 0:
		notifier->notifier_used = FUTURE_NOTIFIER_WAKER;
		FUTURE_WAKER_WAKE(&notifier->waker);
		break;
	case 1:
		notifier->poll_within_us = 10;
		break;
	default:
		break;
	}
	return FUTURE_STATE_RUNNING;
}

static void wait_for_a_crowd(size_t n)
{
	static struct fifth_future futures[CROWD];
	static struct future *pointers[CROWD];
	for (size_t i = 0; i < n; i++) {
		futures[i].data = (struct fifth_data){0, (unsigned)i};
		FUTURE_INIT(&futures[i], complete_at_the_fifth_poll);
		pointers[i] = FUTURE_AS_RUNNABLE(&futures[i]);
	}
	runtime_wait_multiple(NULL, pointers, n);
	for (size_t i = 0; i < n; i++)
		assert_int_equal(futures[i].data.polls, 5);
}

/* Runs first: what a wait has got once it keeps, and does not ask for again. */
static void a_wait_ends_whatever_memory_it_gets(void **state)
{
	(void)state;
	static const size_t counts[] = {1, 10, 100, CROWD};
	for (size_t i = 0; i < COUNT_OF(counts); i++) {
		for (long available = 0;; available++) {
			resources_begin(available, RESOURCES_UNLIMITED);
			wait_for_a_crowd(counts[i]);
			if (atomic_load(&resources.refused) == 0)
				break;
		}
	}
}

static void a_time_limit_holds_without_memory(void **state)
{
	(void)state;
	enum { COUNT = 20 }; /* for fewer a wait asks for none */
	static struct future_sleep sleeps[COUNT];
	static struct future *pointers[COUNT];
	for (size_t i = 0; i < COUNT; i++) {
		sleeps[i] = future_sleep_until(UINT64_MAX);
		pointers[i] = FUTURE_AS_RUNNABLE(&sleeps[i]);
	}
	resources_begin(0, RESOURCES_UNLIMITED);
	assert_int_equal(runtime_wait_multiple_timeout(NULL, pointers, COUNT, 1000000), -1);
	assert_int_equal(errno, ETIMEDOUT);
	assert_true(atomic_load(&resources.refused) > 0);
}

static unsigned offers;

static enum future_state invite_once(struct future_context *context,
				     struct future_notifier *notifier)
{
	struct fifth_data *data = future_context_get_data(context);
	offers += notifier->poller.ptr_to_monitor == &future_time_offer;
	if (++data->polls == 2)
		return FUTURE_STATE_COMPLETE;
	notifier->notifier_used = FUTURE_NOTIFIER_WAKER;
	notifier->poller.ptr_to_monitor = &future_time_offer;
	FUTURE_WAKER_WAKE(&notifier->waker);
	return FUTURE_STATE_RUNNING;
}

static void one_futures_invitation_is_no_offer_to_the_next_without_memory(void **state)
{
	(void)state;
	enum { COUNT = 20 };
	static struct fifth_future futures[COUNT];
	static struct future *pointers[COUNT];
	for (size_t i = 0; i < COUNT; i++) {
		FUTURE_INIT(&futures[i], invite_once);
		pointers[i] = FUTURE_AS_RUNNABLE(&futures[i]);
	}
	resources_begin(0, RESOURCES_UNLIMITED);
	runtime_wait_multiple(NULL, pointers, COUNT);
	assert_true(atomic_load(&resources.refused) > 0);
	assert_int_equal(offers, 0);
}

static enum future_state complete_at_once(struct future_context *context,
					  struct future_notifier *notifier)
{
	(void)context, (void)notifier;
	return FUTURE_STATE_COMPLETE;
}

/* Runs before other sets, which keep what they have got for those to come. */
static void the_first_set_takes_all_that_it_needs_or_nothing(void **state)
{
	(void)state;
	struct fifth_future future;
	FUTURE_INIT(&future, complete_at_once);
	struct runtime *runtime = runtime_new();
	int error = ENOMEM;
	for (long available = 0; error != 0; available++) {
		resources_begin(available, RESOURCES_UNLIMITED);
		error = runtime_add(runtime, FUTURE_AS_RUNNABLE(&future), NULL);
		if (error != 0)
			assert_int_equal(errno, ENOMEM);
		assert_int_equal(runtime_count(runtime), error == 0);
	}
	assert_ptr_equal(runtime_next(runtime, 0, NULL), FUTURE_AS_RUNNABLE(&future));
	runtime_delete(runtime);
}

#define resources_test(_test) cmocka_unit_test_setup(_test, everything_is_available)

int main(void)
{
	const struct CMUnitTest tests[] = {
		resources_test(a_wait_ends_whatever_memory_it_gets),
		resources_test(the_first_set_takes_all_that_it_needs_or_nothing),
		resources_test(a_time_limit_holds_without_memory),
		resources_test(one_futures_invitation_is_no_offer_to_the_next_without_memory),
		resources_test(constructors_fail_cleanly_at_each_allocation),
		resources_test(an_operation_without_memory_says_so_and_the_next_one_runs),
		resources_test(operations_that_are_over_leave_their_memory_to_the_next),
		resources_test(fault_16_no_more_threads_than_cpus_are_started),
		resources_test(fault_16_a_thread_that_does_not_start_is_an_error),
		resources_test(fault_17_a_ring_takes_the_memory_it_needs),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
