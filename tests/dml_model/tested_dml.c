/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/*
 * tested_dml.c -- see tested_dml.h.
 */

#include "tested_dml.h"

#include <string.h>

#include "platform/os.h"
#include "support/pattern.h"
#include "support/waker.h"

uint64_t fake_now, fake_step;
uint64_t __real_os_now(void);
uint64_t __wrap_os_now(void);
uint64_t __wrap_os_now(void)
{
	return fake_now != 0 ? fake_now += fake_step : __real_os_now();
}

int allocations_left = -1;
void *allocated_last;
void *__real_os_allocate(size_t size);
void *__wrap_os_allocate(size_t size);
void *__wrap_os_allocate(size_t size)
{
	if (allocations_left == 0)
		return NULL;
	if (allocations_left > 0)
		allocations_left--;
	allocated_last = __real_os_allocate(size);
	return allocated_last;
}

unsigned char source[3 * MIB], dest[3 * MIB];

struct data_mover_dml *mover;
struct vdm *vdm;
static size_t jobs_before; /* those of the probe */

void make(enum data_mover_dml_type type, unsigned queue)
{
	dml_model_reset();
	dml_model_set_queue(queue);
	mover = data_mover_dml_new(type);
	assert_non_null(mover);
	vdm = data_mover_dml_get_vdm(mover);
	jobs_before = dml_model_submitted();
	pattern_fill(source, sizeof(source), 1);
	memset(dest, 0, sizeof(dest));
}

int on_hardware(void **state)
{
	(void)state;
	make(DATA_MOVER_DML_HARDWARE, 8);
	return 0;
}

int on_software(void **state)
{
	(void)state;
	make(DATA_MOVER_DML_SOFTWARE, 0);
	return 0;
}

int on_auto(void **state)
{
	(void)state;
	make(DATA_MOVER_DML_AUTO, 8);
	return 0;
}

int tear_down(void **state)
{
	(void)state;
	fake_now = 0;
	fake_step = 0;
	allocations_left = -1;
	dml_model_hold(false);
	data_mover_dml_delete(mover);
	mover = NULL;
	assert_int_equal(dml_model_initialised(), 0);
	return 0;
}

size_t jobs(void)
{
	return dml_model_submitted() - jobs_before;
}

struct dml_model_job job(size_t number)
{
	return dml_model_job(jobs_before + number);
}

enum vdm_operation_result finish(struct vdm_operation_future *operation)
{
	wait_as_answered(FUTURE_AS_RUNNABLE(operation));
	return FUTURE_OUTPUT(operation)->result;
}

struct vdm_operation_future copy_of(size_t n, uint64_t flags)
{
	return vdm_memcpy(vdm, dest, source, n, flags);
}

enum vdm_operation_result copy(size_t n, uint64_t flags)
{
	struct vdm_operation_future operation = copy_of(n, flags);
	return finish(&operation);
}

void move_within(size_t n, size_t distance, int up)
{
	static unsigned char expected[3 * MIB];
	size_t from = up ? 0 : distance, to = up ? distance : 0;
	pattern_fill(dest, sizeof(dest), 5);
	memcpy(expected, dest, sizeof(dest));
	memmove(expected + to, expected + from, n);
	struct vdm_operation_future move = vdm_memmove(vdm, dest + to, dest + from, n, 0);
	assert_int_equal(finish(&move), VDM_SUCCESS);
	assert_memory_equal(dest, expected, sizeof(dest));
}
