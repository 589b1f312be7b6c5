/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/*
 * test_dml_answers.c -- what each of DML's answers becomes: refusals and full queues, failures,
 * jobs under way, and page faults.
 */

#include <string.h>

#include "support/pattern.h"
#include "tested_dml.h"

static void each_refusal_is_a_result_of_its_operation(void **state)
{
	(void)state;
	static const struct {
		int status;
		enum vdm_operation_result result;
	} answers[] = {
		{1, VDM_ERROR_JOB_CORRUPTED},     {2, VDM_ERROR_JOB_CORRUPTED},
		{3, VDM_ERROR_JOB_CORRUPTED},     {4, VDM_ERROR_INVALID_ARGUMENT},
		{6, VDM_ERROR_NOT_SUPPORTED},     {9, VDM_ERROR_JOB_CORRUPTED},
		{13, VDM_ERROR_NOT_SUPPORTED},    {14, VDM_ERROR_NOT_SUPPORTED},
		{15, VDM_ERROR_INVALID_ARGUMENT}, {18, VDM_ERROR_INVALID_ARGUMENT},
		{23, VDM_ERROR_JOB_CORRUPTED},    {33, VDM_ERROR_JOB_CORRUPTED},
		{45, VDM_ERROR_JOB_CORRUPTED},    {100, VDM_ERROR_NOT_SUPPORTED},
		{101, VDM_ERROR_NOT_SUPPORTED},   {9999, VDM_ERROR_JOB_CORRUPTED},
	};
	for (size_t i = 0; i < COUNT_OF(answers); i++) {
		dml_model_refuse(1, answers[i].status);
		assert_int_equal(copy(100, 0), answers[i].result);
		assert_int_equal(copy(100, 0), VDM_SUCCESS);
	}
}

static void each_failure_is_a_result_of_its_operation(void **state)
{
	(void)state;
	static const int lost[] = {1, 3, 9, 19, 23, 24, 29, 33, 39, 45, 102, 9999};
	for (size_t i = 0; i < COUNT_OF(lost); i++) {
		dml_model_fail(lost[i]);
		assert_int_equal(copy(100, 0), VDM_ERROR_JOB_CORRUPTED);
		assert_int_equal(copy(100, 0), VDM_SUCCESS);
	}
	dml_model_fail(14);
	assert_int_equal(copy(100, 0), VDM_ERROR_NOT_SUPPORTED);
}

static void a_job_that_cannot_be_made_is_lost(void **state)
{
	(void)state;
	dml_model_break(3);
	assert_int_equal(copy(100, 0), VDM_ERROR_JOB_CORRUPTED);
	dml_model_break(0);
	assert_int_equal(copy(100, 0), VDM_SUCCESS);
}

static void a_null_buffer_is_an_invalid_argument(void **state)
{
	(void)state;
	struct vdm_operation_future operation = vdm_memcpy(vdm, dest, NULL, 100, 0);
	assert_int_equal(finish(&operation), VDM_ERROR_INVALID_ARGUMENT);
	operation = vdm_memset(vdm, NULL, 1, 100, 0);
	assert_int_equal(finish(&operation), VDM_ERROR_INVALID_ARGUMENT);
}

static void a_full_queue_is_tried_again(void **state)
{
	(void)state;
	static const int full[] = {24, 102};
	for (size_t i = 0; i < COUNT_OF(full); i++) {
		struct future_notifier notifier = {.waker = {NULL, NULL}};
		struct vdm_operation_future operation = copy_of(100, 0);
		dml_model_refuse(3, full[i]);
		for (int j = 0; j < 3; j++) {
			assert_int_equal(future_poll(FUTURE_AS_RUNNABLE(&operation), &notifier),
					 FUTURE_STATE_IDLE);
			assert_int_equal(notifier.notifier_used, FUTURE_NOTIFIER_NONE);
			assert_true(notifier.poll_within_us > 0);
		}
		assert_int_equal(finish(&operation), VDM_SUCCESS);
	}
}

static void a_queue_that_fills_up_in_the_middle_is_tried_again(void **state)
{
	(void)state;
	struct future_notifier notifier = {.waker = {NULL, NULL}};
	struct vdm_operation_future operation = copy_of(3 * MIB, 0);
	assert_int_equal(future_poll(FUTURE_AS_RUNNABLE(&operation), &notifier),
			 FUTURE_STATE_RUNNING);
	dml_model_refuse(2, 102);
	for (int i = 0; i < 2; i++) {
		assert_int_equal(future_poll(FUTURE_AS_RUNNABLE(&operation), &notifier),
				 FUTURE_STATE_RUNNING);
		assert_true(notifier.poll_within_us > 0);
	}
	assert_int_equal(finish(&operation), VDM_SUCCESS);
	assert_memory_equal(dest, source, 3 * MIB);
}

static void queues_that_refuse_everything_for_long_are_gone(void **state)
{
	(void)state;
	struct vdm_operation_future operation = copy_of(100, 0);
	dml_model_refuse(UINT32_MAX, 102);
	fake_now = 1;
	for (int i = 0; i < 5000; i++)
		assert_int_equal(future_poll(FUTURE_AS_RUNNABLE(&operation), NULL),
				 FUTURE_STATE_IDLE);
	fake_now += UINT64_C(2000000000);
	assert_int_equal(future_poll(FUTURE_AS_RUNNABLE(&operation), NULL), FUTURE_STATE_COMPLETE);
	assert_int_equal(FUTURE_OUTPUT(&operation)->result, VDM_ERROR_NOT_SUPPORTED);

	dml_model_refuse(0, 0); /* and when they are back, they are */
	assert_int_equal(copy(100, 0), VDM_SUCCESS);
	operation = copy_of(100, 0);
	dml_model_refuse(1, 102);
	assert_int_equal(future_poll(FUTURE_AS_RUNNABLE(&operation), NULL), FUTURE_STATE_IDLE);
}

static void long_ago_is_not_long(void **state)
{
	(void)state;
	struct vdm_operation_future operation = copy_of(100, 0);
	dml_model_refuse(3, 102);
	for (int i = 0; i < 3; i++) {
		fake_now += UINT64_C(2000000000);
		assert_int_equal(future_poll(FUTURE_AS_RUNNABLE(&operation), NULL),
				 FUTURE_STATE_IDLE);
	}
	assert_int_equal(finish(&operation), VDM_SUCCESS);
}

static void hardware_that_goes_away_is_not_supported(void **state)
{
	(void)state;
	struct vdm_operation_future operation = copy_of(3 * MIB, 0);
	future_poll(FUTURE_AS_RUNNABLE(&operation), NULL);
	dml_model_refuse(UINT32_MAX, 100);
	assert_int_equal(finish(&operation), VDM_ERROR_NOT_SUPPORTED);
	assert_int_equal(copy(100, 0), VDM_ERROR_NOT_SUPPORTED);
}

static void jobs_under_way_are_asked_after_until_they_are_done(void **state)
{
	(void)state;
	struct future_notifier notifier = {.waker = {NULL, NULL}};
	struct vdm_operation_future operation = copy_of(MIB, 0);
	dml_model_keep_running(5);
	assert_int_equal(future_poll(FUTURE_AS_RUNNABLE(&operation), &notifier),
			 FUTURE_STATE_RUNNING);
	assert_true(notifier.poll_within_us > 0); /* a MiB is not moved at once */
	for (int i = 0; i < 5; i++)
		assert_int_equal(future_poll(FUTURE_AS_RUNNABLE(&operation), &notifier),
				 FUTURE_STATE_RUNNING);
	assert_int_equal(future_poll(FUTURE_AS_RUNNABLE(&operation), &notifier),
			 FUTURE_STATE_COMPLETE);
	assert_memory_equal(dest, source, MIB);
}

static void a_page_fault_is_finished_on_the_cpu(void **state)
{
	(void)state;
	static const size_t bytes[] = {0, 1, 4096, MIB - 1, MIB};
	for (size_t i = 0; i < COUNT_OF(bytes); i++) {
		memset(dest, 0, sizeof(dest));
		dml_model_fault_at(bytes[i]);
		assert_int_equal(copy(3 * MIB - 9, 0), VDM_SUCCESS);
		assert_memory_equal(dest, source, 3 * MIB - 9);
		assert_int_equal(dest[3 * MIB - 9], 0);

		dml_model_fault_at(bytes[i]);
		struct vdm_operation_future set = vdm_memset(vdm, dest, 7, 2 * MIB, 0);
		assert_int_equal(finish(&set), VDM_SUCCESS);
		assert_true(all_bytes_are(dest, 2 * MIB, 7));

		dml_model_fault_at(bytes[i]);
		struct vdm_operation_future flush = vdm_flush(vdm, dest, 2 * MIB, 0);
		assert_int_equal(finish(&flush), VDM_SUCCESS);
	}
}

static void after_a_page_fault_the_device_goes_on(void **state)
{
	(void)state;
	dml_model_fault_at(5);
	assert_int_equal(copy(3 * MIB, 0), VDM_SUCCESS);
	assert_int_equal(job(0).path, DML_PATH_HW);
	assert_int_equal(job(1).path, DML_PATH_SW);
	assert_int_equal(job(jobs() - 1).path, DML_PATH_HW);
	assert_int_equal(job(jobs() - 1).job.source_length, MIB);
}

static void a_page_fault_in_a_move_that_overlaps_harms_nothing(void **state)
{
	(void)state;
	static const size_t bytes[] = {0, 1, 60 * KIB, 100 * KIB};
	for (size_t i = 0; i < COUNT_OF(bytes); i++) {
		dml_model_fault_at(bytes[i]);
		move_within(2 * MIB - 5, 100 * KIB, 0);
		dml_model_fault_at(bytes[i]);
		move_within(2 * MIB - 5, 100 * KIB, 1);
	}
}

static void what_the_cpu_finished_becomes_durable_too(void **state)
{
	(void)state;
	dml_model_fault_at(5);
	assert_int_equal(copy(1000, VDM_F_MEM_DURABLE), VDM_SUCCESS);
	assert_int_equal(jobs(), 3);
	assert_int_equal(job(2).job.operation, DML_OP_CACHE_FLUSH);
}

static void auto_runs_on_the_cpu_what_the_device_refuses(void **state)
{
	(void)state;
	static const int refusals[] = {24, 100, 101, 102};
	for (size_t i = 0; i < COUNT_OF(refusals); i++) {
		memset(dest, 0, sizeof(dest));
		dml_model_refuse(2, refusals[i]);
		assert_int_equal(copy(3 * MIB, 0), VDM_SUCCESS);
		assert_memory_equal(dest, source, 3 * MIB);
	}
	assert_int_equal(job(0).path, DML_PATH_HW);
	assert_int_equal(job(1).path, DML_PATH_SW);
	assert_int_equal(job(1).job.source_length, 256 * KIB);
}

static void a_cancelled_operation_lets_the_job_under_way_end(void **state)
{
	(void)state;
	struct vdm_operation_future operation = copy_of(3 * MIB, 0);
	dml_model_keep_running(2);
	future_poll(FUTURE_AS_RUNNABLE(&operation), NULL);
	future_cancel(FUTURE_AS_RUNNABLE(&operation));
	assert_int_equal(future_poll(FUTURE_AS_RUNNABLE(&operation), NULL), FUTURE_STATE_RUNNING);
	assert_int_equal(future_poll(FUTURE_AS_RUNNABLE(&operation), NULL), FUTURE_STATE_RUNNING);
	assert_int_equal(future_poll(FUTURE_AS_RUNNABLE(&operation), NULL), FUTURE_STATE_COMPLETE);
	assert_int_equal(FUTURE_OUTPUT(&operation)->result, VDM_ERROR_CANCELED);
	assert_int_equal(jobs(), 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		hardware_test(each_refusal_is_a_result_of_its_operation),
		hardware_test(each_failure_is_a_result_of_its_operation),
		software_test(each_failure_is_a_result_of_its_operation),
		hardware_test(a_job_that_cannot_be_made_is_lost),
		hardware_test(a_null_buffer_is_an_invalid_argument),
		hardware_test(a_full_queue_is_tried_again),
		hardware_test(a_queue_that_fills_up_in_the_middle_is_tried_again),
		hardware_test(queues_that_refuse_everything_for_long_are_gone),
		hardware_test(long_ago_is_not_long),
		hardware_test(hardware_that_goes_away_is_not_supported),
		hardware_test(jobs_under_way_are_asked_after_until_they_are_done),
		hardware_test(a_page_fault_is_finished_on_the_cpu),
		hardware_test(after_a_page_fault_the_device_goes_on),
		hardware_test(a_page_fault_in_a_move_that_overlaps_harms_nothing),
		hardware_test(what_the_cpu_finished_becomes_durable_too),
		auto_test(auto_runs_on_the_cpu_what_the_device_refuses),
		hardware_test(a_cancelled_operation_lets_the_job_under_way_end),
	};
	print_message("engine: a model of DML, not DML\n");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
