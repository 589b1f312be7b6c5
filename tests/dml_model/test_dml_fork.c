/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/*
 * test_dml_fork.c -- the DML mover in the child of a fork: DML is not called any more, operations
 * end with an error, and the parent is none the worse for it. All of it on a model of DML.
 */

#include <errno.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <string.h>

#include <libminiasync-vdm-dml.h>
#include <libminiasync.h>

#include "dml_model.h"
#include "support/child.h"
#include "support/test.h"

#define SIZE ((size_t)3 << 20) /* several pieces */

static unsigned char source[SIZE], dest[SIZE];

static bool is_refused;
int __real_os_at_fork(void (*in_child)(void), atomic_bool *asked);
int __wrap_os_at_fork(void (*in_child)(void), atomic_bool *asked);
int __wrap_os_at_fork(void (*in_child)(void), atomic_bool *asked)
{
	return is_refused ? ENOMEM : __real_os_at_fork(in_child, asked);
}

struct inherited {
	struct data_mover_dml *mover;
	struct vdm *vdm;
	struct vdm_operation_future started, unpolled;
};

static enum vdm_operation_result finish(struct vdm_operation_future *operation)
{
	runtime_wait(NULL, FUTURE_AS_RUNNABLE(operation));
	return FUTURE_OUTPUT(operation)->result;
}

static void use_an_inherited_mover(void *arg)
{
	struct inherited *inherited = arg;
	size_t submitted = dml_model_submitted(), initialised = dml_model_initialised();

	CHECK(finish(&inherited->started) == VDM_ERROR_JOB_CORRUPTED);
	CHECK(finish(&inherited->unpolled) == VDM_ERROR_JOB_CORRUPTED);
	struct vdm_operation_future fill = vdm_memset(inherited->vdm, dest, 'x', SIZE, 0);
	CHECK(finish(&fill) == VDM_ERROR_JOB_CORRUPTED);
	struct vdm_operation_future canceled = vdm_memset(inherited->vdm, dest, 'x', SIZE, 0);
	future_cancel(FUTURE_AS_RUNNABLE(&canceled));
	CHECK(finish(&canceled) == VDM_ERROR_CANCELED);
	data_mover_dml_delete(inherited->mover);

	CHECK(dml_model_submitted() == submitted);
	CHECK(dml_model_initialised() == initialised);
}

static void a_child_leaves_its_parents_jobs_alone(enum data_mover_dml_type type, unsigned queue)
{
	dml_model_reset();
	dml_model_set_queue(queue);
	memset(source, 'a', SIZE);
	memset(dest, 0, SIZE);
	struct inherited inherited = {.mover = data_mover_dml_new(type)};
	assert_non_null(inherited.mover);
	inherited.vdm = data_mover_dml_get_vdm(inherited.mover);
	inherited.started = vdm_memcpy(inherited.vdm, dest, source, SIZE, 0);
	inherited.unpolled = vdm_memcpy(inherited.vdm, dest, source, SIZE, 0);
	dml_model_hold(queue > 0); /* the job is under way: whoever waited for its end would hang */
	assert_int_equal(future_poll(FUTURE_AS_RUNNABLE(&inherited.started), NULL),
			 FUTURE_STATE_RUNNING);

	run_in_child(use_an_inherited_mover, &inherited);

	dml_model_hold(false);
	assert_int_equal(finish(&inherited.started), VDM_SUCCESS);
	assert_memory_equal(dest, source, SIZE);
	memset(dest, 0, SIZE);
	assert_int_equal(finish(&inherited.unpolled), VDM_SUCCESS);
	assert_memory_equal(dest, source, SIZE);
	data_mover_dml_delete(inherited.mover);
	assert_int_equal(dml_model_initialised(), 0);
}

static void a_child_leaves_jobs_on_the_device_alone(void **state)
{
	(void)state;
	a_child_leaves_its_parents_jobs_alone(DATA_MOVER_DML_HARDWARE, 8);
}

static void a_child_leaves_jobs_on_the_cpu_alone(void **state)
{
	(void)state;
	a_child_leaves_its_parents_jobs_alone(DATA_MOVER_DML_SOFTWARE, 0);
}

static void without_notice_of_forks_there_is_no_mover(void **state)
{
	(void)state;
	dml_model_reset();
	is_refused = true;
	errno = 0;
	assert_null(data_mover_dml_new(DATA_MOVER_DML_SOFTWARE));
	assert_int_equal(errno, ENOMEM);
	is_refused = false;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_child_leaves_jobs_on_the_device_alone),
		cmocka_unit_test(a_child_leaves_jobs_on_the_cpu_alone),
		cmocka_unit_test(without_notice_of_forks_there_is_no_mover),
	};
	print_message("engine: a model of DML, not DML\n");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
