/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/*
 * programs.c -- programs that know a mover by the six functions of the old table only: those that
 * were compiled against 0.2.1, whose operations hold garbage where progress is now, and those that
 * put a table of their own in front of it.
 */

#include <sched.h>
#include <string.h>

#include "movers/mover.h"
#include "support/waker.h"

static char source[3000] = "source", dest[3000];

/* An operation as 0.2.1 made them: it never wrote its padding. */
static struct vdm_operation old_copy(void)
{
	struct vdm_operation operation;
	memset(&operation, 0xA5, sizeof(operation));
	operation.type = VDM_OPERATION_MEMCPY;
	operation.data.memcpy = (struct vdm_operation_data_memcpy){dest, source, sizeof(dest), 0};
	memset(dest, 0, sizeof(dest));
	return operation;
}

/* What 0.2.1's operations did in their polls, until complete. */
static void old_program_runs(struct vdm *vdm, struct vdm_operation *operation,
			     struct future_notifier *notifier, struct vdm_operation_output *output)
{
	void *data = vdm->op_new(vdm, operation->type);
	assert_non_null(data);
	enum future_state state = FUTURE_STATE_IDLE;
	while (state != FUTURE_STATE_COMPLETE) {
		if (state == FUTURE_STATE_IDLE && vdm->op_start(data, operation, notifier) != 0) {
			sched_yield();
			continue;
		}
		state = vdm->op_check(data, operation);
	}
	vdm->op_delete(data, operation, output);
}

static void the_six_functions_run_an_operation(void **state)
{
	for (int i = 0; i < 200; i++) {
		struct vdm_operation operation = old_copy();
		struct vdm_operation_output output;
		old_program_runs(vdm_of(state), &operation, NULL, &output);

		assert_int_equal(output.type, VDM_OPERATION_MEMCPY);
		assert_int_equal(output.result, VDM_SUCCESS);
		assert_ptr_equal(output.output.memcpy.dest, dest);
		assert_memory_equal(dest, source, sizeof(dest));
	}
}

static void the_six_functions_tell_what_went_wrong(void **state)
{
	struct vdm_operation operation = old_copy();
	operation.data.memcpy.flags = UINT64_C(1) << 40;
	struct vdm_operation_output output;
	old_program_runs(vdm_of(state), &operation, NULL, &output);
	assert_int_equal(output.result, VDM_ERROR_INVALID_ARGUMENT);
}

static void the_waker_given_to_op_start_is_called(void **state)
{
	if (tested->notifier != FUTURE_NOTIFIER_WAKER) {
		print_message("skipped: %s calls no wakers\n", tested->name);
		skip();
	}
	needs_hold(state);
	struct vdm *vdm = vdm_of(state);
	struct counting_waker waker;
	counting_waker_init(&waker);
	struct future_notifier notifier = counting_waker_notifier(&waker);
	struct vdm_operation operation = old_copy();
	struct vdm_operation_output output;

	void *data = vdm->op_new(vdm, operation.type);
	assert_int_equal(vdm->op_start(data, &operation, &notifier), 0);
	assert_int_equal(notifier.notifier_used, FUTURE_NOTIFIER_WAKER);
	assert_int_equal(vdm->op_check(data, &operation), FUTURE_STATE_RUNNING);
	tested->release(*state);
	counting_waker_wait(&waker);
	while (vdm->op_check(data, &operation) != FUTURE_STATE_COMPLETE)
		sched_yield();
	vdm->op_delete(data, &operation, &output);

	assert_int_equal(output.result, VDM_SUCCESS);
	assert_memory_equal(dest, source, sizeof(dest));
}

static void more_than_the_queue_holds_are_made_before_any_starts(void **state)
{
	struct vdm *vdm = vdm_of(state);
	for (int i = 0; i < 200000; i++) /* 0.2.1 made them so, and its queue filled up */
		assert_non_null(vdm->op_new(vdm, VDM_OPERATION_MEMCPY));

	struct vdm_operation operation = old_copy();
	struct vdm_operation_output output;
	old_program_runs(vdm, &operation, NULL, &output);
	assert_int_equal(output.result, VDM_SUCCESS);
}

/* A table of a program's own, which forwards to the mover's. */
static struct vdm *behind;
static unsigned forwarded;

static void *forward_new(struct vdm *vdm, const enum vdm_operation_type type)
{
	(void)vdm;
	forwarded++;
	return behind->op_new(behind, type);
}

static int forward_start(void *data, const struct vdm_operation *operation,
			 struct future_notifier *notifier)
{
	return behind->op_start(data, operation, notifier);
}

static enum future_state forward_check(void *data, const struct vdm_operation *operation)
{
	return behind->op_check(data, operation);
}

static void forward_delete(void *data, const struct vdm_operation *operation,
			   struct vdm_operation_output *output)
{
	behind->op_delete(data, operation, output);
}

static struct vdm wrapper = {
	.op_new = forward_new,
	.op_delete = forward_delete,
	.op_start = forward_start,
	.op_check = forward_check,
};

static void a_wrapper_of_ones_own_forwards_to_the_mover(void **state)
{
	behind = vdm_of(state);
	forwarded = 0;
	for (unsigned i = 1; i <= 200; i++) {
		memset(dest, 0, sizeof(dest));
		struct vdm_operation_future copy =
			vdm_memcpy(&wrapper, dest, source, sizeof(dest), 0);
		assert_int_equal(finish(&copy), VDM_SUCCESS);
		assert_memory_equal(dest, source, sizeof(dest));
		assert_int_equal(forwarded, i);
	}
}

static void a_wrapper_meets_a_full_queue(void **state)
{
	enum { COUNT = 500 };
	static struct vdm_operation_future copies[COUNT];
	behind = vdm_of(state);
	for (size_t i = 0; i < COUNT; i++)
		copies[i] = vdm_memcpy(&wrapper, dest + i, source + i, 1, 0);
	finish_all(copies, COUNT);
	for (size_t i = 0; i < COUNT; i++)
		assert_int_equal(FUTURE_OUTPUT(&copies[i])->result, VDM_SUCCESS);
}

static void a_wrapped_operation_is_cancelled_before_its_start(void **state)
{
	behind = vdm_of(state);
	struct vdm_operation_future copy = vdm_memcpy(&wrapper, dest, source, sizeof(dest), 0);
	future_cancel(FUTURE_AS_RUNNABLE(&copy));
	assert_int_equal(finish(&copy), VDM_ERROR_CANCELED);
}

/* An engine that was written for four operations never meets the fifth. */
static void a_table_without_the_capability_never_sees_a_memcpyv(void **state)
{
	behind = vdm_of(state);
	forwarded = 0;
	struct vdm_segment segment = {dest, source, sizeof(dest)};
	memset(dest, 0, sizeof(dest));
	struct vdm_operation_future copy = vdm_memcpyv(&wrapper, &segment, 1, 0);

	assert_int_equal(finish(&copy), VDM_ERROR_NOT_SUPPORTED);

	assert_int_equal(FUTURE_OUTPUT(&copy)->type, VDM_OPERATION_MEMCPYV);
	assert_ptr_equal(FUTURE_OUTPUT(&copy)->output.memcpyv.segments, &segment);
	assert_int_equal(forwarded, 0);
	assert_int_equal(dest[0], 0);
}

static void a_wrapper_with_the_movers_capabilities_forwards_a_memcpyv(void **state)
{
	behind = vdm_of(state);
	forwarded = 0;
	struct vdm capable = wrapper;
	capable.capabilities = behind->capabilities;
	int supported = vdm_is_supported(behind, VDM_CAPABILITY_MEMCPYV);
	struct vdm_segment segments[] = {{dest, source, 10}, {dest + 10, source + 10, 2990}};
	memset(dest, 0, sizeof(dest));
	struct vdm_operation_future copy = vdm_memcpyv(&capable, segments, 2, 0);

	assert_int_equal(finish(&copy), supported ? VDM_SUCCESS : VDM_ERROR_NOT_SUPPORTED);

	assert_int_equal(forwarded, supported);
	if (supported)
		assert_memory_equal(dest, source, sizeof(dest));
}

int programs_suite(void)
{
	const struct CMUnitTest tests[] = {
		mover_test(the_six_functions_run_an_operation),
		mover_test(the_six_functions_tell_what_went_wrong),
		mover_test(the_waker_given_to_op_start_is_called),
		mover_test(more_than_the_queue_holds_are_made_before_any_starts),
		mover_test(a_wrapper_of_ones_own_forwards_to_the_mover),
		mover_test(a_wrapper_meets_a_full_queue),
		mover_test(a_wrapped_operation_is_cancelled_before_its_start),
		mover_test(a_table_without_the_capability_never_sees_a_memcpyv),
		mover_test(a_wrapper_with_the_movers_capabilities_forwards_a_memcpyv),
	};
	return cmocka_run_group_tests_name("programs", tests, NULL, NULL);
}
