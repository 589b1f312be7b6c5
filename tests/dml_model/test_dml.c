/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/*
 * test_dml.c -- a DML mover is made where DML works, and of a type that needs a device only where
 * there is one; deleting it ends what is under way.
 */

#include <errno.h>

#include "platform/os.h"
#include "tested_dml.h"

static void a_mover_of_no_type_is_invalid(void **state)
{
	(void)state;
	dml_model_reset();
	errno = 0;
	assert_null(data_mover_dml_new((enum data_mover_dml_type)3));
	assert_int_equal(errno, EINVAL);
}

static void fault_20_hardware_where_there_is_none_is_no_device(void **state)
{
	(void)state;
	dml_model_reset();
	errno = 0;
	assert_null(data_mover_dml_new(DATA_MOVER_DML_HARDWARE));
	assert_int_equal(errno, ENODEV);
	assert_int_equal(dml_model_initialised(), 0);
}

static void every_way_not_to_have_a_device_is_no_device(void **state)
{
	(void)state;
	static const int statuses[] = {3, 4, 6, 13, 14, 24, 33, 45, 100, 101, 102};
	for (size_t i = 0; i < COUNT_OF(statuses); i++) {
		dml_model_reset();
		dml_model_set_queue(8);
		dml_model_refuse(UINT32_MAX, statuses[i]);
		errno = 0;
		assert_null(data_mover_dml_new(DATA_MOVER_DML_HARDWARE));
		assert_int_equal(errno, ENODEV);
		assert_int_equal(dml_model_initialised(), 0);
	}
}

static void a_queue_that_is_full_for_a_moment_is_a_device(void **state)
{
	(void)state;
	fake_now = 1; /* time stands still: however slow this machine is, it is but a moment */
	dml_model_reset();
	dml_model_set_queue(8);
	dml_model_refuse(3, 102);
	mover = data_mover_dml_new(DATA_MOVER_DML_HARDWARE);
	assert_non_null(mover);
	assert_int_equal(dml_model_submitted(), 4);
	tear_down(NULL);
}

static void a_device_that_fails_at_a_byte_is_no_device(void **state)
{
	(void)state;
	static const int failures[] = {3, 14, 23, 33, 45};
	for (size_t i = 0; i < COUNT_OF(failures); i++) {
		dml_model_reset();
		dml_model_set_queue(8);
		dml_model_fail(failures[i]);
		errno = 0;
		assert_null(data_mover_dml_new(DATA_MOVER_DML_HARDWARE));
		assert_int_equal(errno, ENODEV);
		assert_int_equal(dml_model_initialised(), 0);
	}
}

static void a_device_that_never_answers_is_no_device(void **state)
{
	(void)state;
	dml_model_reset();
	dml_model_set_queue(8);
	dml_model_hold(true);
	fake_now = 1;
	fake_step = UINT64_C(1000000);
	errno = 0;
	assert_null(data_mover_dml_new(DATA_MOVER_DML_HARDWARE));
	assert_int_equal(errno, ENODEV);
	assert_int_equal(dml_model_initialised(), 1); /* the job that it may still write to */
	fake_now = 0;
	dml_model_reset();
	os_free(allocated_last); /* of the model's device we know that it does not */
}

static void no_memory_is_told(void **state)
{
	(void)state;
	static const enum data_mover_dml_type types[] = {
		DATA_MOVER_DML_SOFTWARE, DATA_MOVER_DML_HARDWARE, DATA_MOVER_DML_AUTO};
	for (size_t i = 0; i < COUNT_OF(types); i++) {
		dml_model_reset();
		dml_model_set_queue(8);
		for (int enough = 0; mover == NULL; enough++) {
			assert_true(enough < 3);
			allocations_left = enough;
			errno = 0;
			mover = data_mover_dml_new(types[i]);
			assert_int_equal(errno, mover != NULL ? 0 : ENOMEM);
		}
		vdm = data_mover_dml_get_vdm(mover);
		allocations_left = 0;
		assert_int_equal(copy(100, 0), VDM_ERROR_OUT_OF_MEMORY);
		tear_down(NULL);
	}
}

static void a_dml_that_does_not_work_is_no_device(void **state)
{
	(void)state;
	dml_model_reset();
	dml_model_break(6);
	errno = 0;
	assert_null(data_mover_dml_new(DATA_MOVER_DML_SOFTWARE));
	assert_int_equal(errno, ENODEV);
}

static void auto_without_a_device_asks_for_one_only_once(void **state)
{
	(void)state;
	make(DATA_MOVER_DML_AUTO, 0);
	assert_int_equal(copy(3 * MIB, 0), VDM_SUCCESS);
	assert_memory_equal(dest, source, 3 * MIB);
	for (size_t i = 0; i < jobs(); i++)
		assert_int_equal(job(i).path, DML_PATH_SW);
	tear_down(NULL);
}

static void deleting_none_does_nothing(void **state)
{
	(void)state;
	data_mover_dml_delete(NULL);
}

static void deleting_ends_what_is_under_way(void **state)
{
	(void)state;
	make(DATA_MOVER_DML_HARDWARE, 8);
	struct vdm_operation_future operation = copy_of(3 * MIB, 0);
	dml_model_keep_running(3);
	future_poll(FUTURE_AS_RUNNABLE(&operation), NULL);
	tear_down(NULL);
	assert_memory_equal(dest, source, 3 * MIB);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_mover_of_no_type_is_invalid),
		cmocka_unit_test(fault_20_hardware_where_there_is_none_is_no_device),
		cmocka_unit_test(every_way_not_to_have_a_device_is_no_device),
		cmocka_unit_test(a_queue_that_is_full_for_a_moment_is_a_device),
		cmocka_unit_test(a_device_that_fails_at_a_byte_is_no_device),
		cmocka_unit_test(a_device_that_never_answers_is_no_device),
		cmocka_unit_test(no_memory_is_told),
		cmocka_unit_test(a_dml_that_does_not_work_is_no_device),
		cmocka_unit_test(deleting_none_does_nothing),
		cmocka_unit_test(auto_without_a_device_asks_for_one_only_once),
		cmocka_unit_test(deleting_ends_what_is_under_way),
	};
	print_message("engine: a model of DML, not DML\n");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
