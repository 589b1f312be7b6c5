/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/*
 * test_dml.c -- the DML mover by itself: the jobs that it submits, and what each of DML's answers
 * becomes. All of it on a model of DML.
 */

#include <errno.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>

#include <libminiasync-vdm-dml.h>
#include <libminiasync.h>

#include "dml_model.h"
#include "platform/os.h"
#include "support/pattern.h"
#include "support/test.h"
#include "support/waker.h"

#define KIB ((size_t)1 << 10)
#define MIB ((size_t)1 << 20)

#define INTO_CACHE 0x100
#define READ_BACK 0x4000
#define DURABLE 0x8000
#define COPY_ONLY 0x20

/* The mover's clock: the real one until a test sets it, and says how far each look advances it. */
static uint64_t fake_now, fake_step;
uint64_t __real_os_now(void);
uint64_t __wrap_os_now(void);
uint64_t __wrap_os_now(void)
{
	return fake_now != 0 ? fake_now += fake_step : __real_os_now();
}

/* Allocations that succeed before one fails; negative: all do. */
static int allocations_left = -1;
static void *allocated_last;
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

static unsigned char source[3 * MIB], dest[3 * MIB];

static struct data_mover_dml *mover;
static struct vdm *vdm;
static size_t jobs_before; /* those of the probe */

/* A mover on a machine with a device, or without. */
static void make(enum data_mover_dml_type type, unsigned queue)
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

static int on_hardware(void **state)
{
	(void)state;
	make(DATA_MOVER_DML_HARDWARE, 8);
	return 0;
}

static int on_software(void **state)
{
	(void)state;
	make(DATA_MOVER_DML_SOFTWARE, 0);
	return 0;
}

static int on_auto(void **state)
{
	(void)state;
	make(DATA_MOVER_DML_AUTO, 8);
	return 0;
}

static int tear_down(void **state)
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

static size_t jobs(void)
{
	return dml_model_submitted() - jobs_before;
}

static struct dml_model_job job(size_t number)
{
	return dml_model_job(jobs_before + number);
}

static enum vdm_operation_result finish(struct vdm_operation_future *operation)
{
	wait_as_answered(FUTURE_AS_RUNNABLE(operation));
	return FUTURE_OUTPUT(operation)->result;
}

static struct vdm_operation_future copy_of(size_t n, uint64_t flags)
{
	return vdm_memcpy(vdm, dest, source, n, flags);
}

static enum vdm_operation_result copy(size_t n, uint64_t flags)
{
	struct vdm_operation_future operation = copy_of(n, flags);
	return finish(&operation);
}

/* Making one. */

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

static void deleting_none_does_nothing(void **state)
{
	(void)state;
	data_mover_dml_delete(NULL);
}

/* The jobs that are submitted. */

static void a_copy_is_one_move(void **state)
{
	(void)state;
	assert_int_equal(copy(1000, 0), VDM_SUCCESS);
	assert_int_equal(jobs(), 1);
	assert_int_equal(job(0).path, DML_PATH_HW);
	assert_int_equal(job(0).job.operation, DML_OP_MEM_MOVE);
	assert_ptr_equal(job(0).job.source_first_ptr, source);
	assert_ptr_equal(job(0).job.destination_first_ptr, dest);
	assert_int_equal(job(0).job.source_length, 1000);
	assert_memory_equal(dest, source, 1000);
}

static void a_set_is_one_fill_with_the_byte_in_every_place(void **state)
{
	(void)state;
	struct vdm_operation_future set = vdm_memset(vdm, dest, 0x1C3, 1000, 0);
	assert_int_equal(finish(&set), VDM_SUCCESS);
	assert_int_equal(jobs(), 1);
	assert_int_equal(job(0).job.operation, DML_OP_FILL);
	assert_ptr_equal(job(0).job.destination_first_ptr, dest);
	assert_int_equal(job(0).job.destination_length, 1000);
	assert_true(all_bytes_are(job(0).job.pattern, 8, 0xC3));
	assert_true(all_bytes_are(dest, 1000, 0xC3));
}

static void a_flush_covers_every_line_that_its_range_touches(void **state)
{
	(void)state;
	static const struct {
		size_t begin, n;
	} ranges[] = {{0, 64}, {0, 1}, {63, 1}, {63, 2}, {10, 300}, {64, 63}, {1, 63}};
	unsigned char *lines = aligned_alloc(64, 1024);
	for (size_t i = 0; i < COUNT_OF(ranges); i++) {
		struct vdm_operation_future flush =
			vdm_flush(vdm, lines + ranges[i].begin, ranges[i].n, 0);
		assert_int_equal(finish(&flush), VDM_SUCCESS);
		dml_job_t submitted = job(i).job;
		size_t first = ranges[i].begin / 64;
		size_t behind = (ranges[i].begin + ranges[i].n + 63) / 64;
		assert_int_equal(submitted.operation, DML_OP_CACHE_FLUSH);
		assert_ptr_equal(submitted.destination_first_ptr, lines + first * 64);
		assert_int_equal(submitted.destination_length, (behind - first) * 64);
		assert_int_equal(submitted.flags, 0); /* written back, not discarded */
	}
	assert_int_equal(jobs(), COUNT_OF(ranges));
	free(lines);
}

static void the_cache_hint_is_the_absence_of_a_bit(void **state)
{
	(void)state;
	copy(100, 0);
	copy(100, VDM_F_NO_CACHE_HINT);
	assert_int_equal(job(0).job.flags, INTO_CACHE);
	assert_int_equal(job(1).job.flags, 0);
}

static void fault_21_durable_is_the_bits_of_durable_memory_and_reading_back(void **state)
{
	(void)state;
	copy(100, VDM_F_MEM_DURABLE);
	copy(100, VDM_F_MEM_DURABLE | VDM_F_NO_CACHE_HINT);
	struct vdm_operation_future set = vdm_memset(vdm, dest, 1, 100, VDM_F_MEM_DURABLE);
	assert_int_equal(finish(&set), VDM_SUCCESS);
	assert_int_equal(jobs(), 3);
	for (size_t i = 0; i < 3; i++)
		assert_int_equal(job(i).job.flags, DURABLE | READ_BACK);
}

static void fault_22_a_copy_reports_itself_as_a_copy(void **state)
{
	(void)state;
	struct vdm_operation_future operation = copy_of(100, 0);
	assert_int_equal(finish(&operation), VDM_SUCCESS);
	assert_int_equal(FUTURE_OUTPUT(&operation)->type, VDM_OPERATION_MEMCPY);
	assert_ptr_equal(FUTURE_OUTPUT(&operation)->output.memcpy.dest, dest);
	operation = vdm_memmove(vdm, dest, source, 100, 0);
	assert_int_equal(finish(&operation), VDM_SUCCESS);
	assert_int_equal(FUTURE_OUTPUT(&operation)->type, VDM_OPERATION_MEMMOVE);
	for (size_t i = 0; i < jobs(); i++)
		assert_int_equal(job(i).job.flags & COPY_ONLY, 0);
}

static void nothing_is_submitted_for_a_size_of_zero(void **state)
{
	(void)state;
	struct vdm_operation_future none[] = {
		vdm_memcpy(vdm, NULL, NULL, 0, 0),
		vdm_memset(vdm, NULL, 1, 0, 0),
		vdm_flush(vdm, dest, 0, 0),
	};
	for (size_t i = 0; i < COUNT_OF(none); i++) {
		assert_int_equal(future_poll(FUTURE_AS_RUNNABLE(&none[i]), NULL),
				 FUTURE_STATE_COMPLETE);
		assert_int_equal(FUTURE_OUTPUT(&none[i])->result, VDM_SUCCESS);
	}
	assert_int_equal(jobs(), 0);
}

/* Jobs that follow each other without a gap, from the start or from the end, and fit 32 bits. */
static void jobs_cover(const unsigned char *begin, size_t n, int from_end)
{
	const unsigned char *next = from_end ? begin + n : begin;
	for (size_t i = 0; i < jobs(); i++) {
		dml_job_t one = job(i).job;
		assert_ptr_equal(one.destination_first_ptr,
				 from_end ? next - one.source_length : next);
		next = from_end ? next - one.source_length : next + one.source_length;
	}
	assert_ptr_equal(next, from_end ? begin : begin + n);
}

static void a_length_beyond_32_bits_is_cut(void **state)
{
	(void)state;
	size_t n = ((size_t)5 << 30) + 7;
	dml_model_move_nothing();
	assert_int_equal(copy(n, 0), VDM_SUCCESS);
	jobs_cover(dest, n, 0);
}

static void on_the_cpu_one_poll_runs_one_piece_and_calls_the_waker(void **state)
{
	(void)state;
	struct counting_waker waker;
	counting_waker_init(&waker);
	struct future_notifier notifier = counting_waker_notifier(&waker);
	struct vdm_operation_future operation = copy_of(3 * MIB, 0);
	unsigned polls = 0;
	while (future_poll(FUTURE_AS_RUNNABLE(&operation), &notifier) != FUTURE_STATE_COMPLETE) {
		assert_int_equal(jobs(), ++polls);
		assert_int_equal(notifier.notifier_used, FUTURE_NOTIFIER_WAKER);
		assert_int_equal(atomic_load(&waker.calls), polls);
		assert_true(job(polls - 1).job.source_length <= 256 * KIB);
	}
	assert_int_equal(polls, 3 * MIB / (256 * KIB) - 1);
	assert_int_equal(atomic_load(&waker.calls), polls);
	jobs_cover(dest, 3 * MIB, 0);
	assert_memory_equal(dest, source, 3 * MIB);
}

static void an_old_programs_waker_is_called_for_each_piece(void **state)
{
	(void)state;
	struct counting_waker waker;
	counting_waker_init(&waker);
	struct future_notifier notifier = counting_waker_notifier(&waker);
	struct vdm_operation operation = copy_of(MIB, 0).data.operation;

	assert_int_equal(vdm->op_start(vdm, &operation, &notifier), 0);
	counting_waker_wait(&waker);
	while (vdm->op_check(vdm, &operation) != FUTURE_STATE_COMPLETE)
		counting_waker_wait(&waker);
	assert_memory_equal(dest, source, MIB);
}

static void durable_on_the_cpu_is_written_back_by_a_flush(void **state)
{
	(void)state;
	assert_int_equal(copy(1000, VDM_F_MEM_DURABLE), VDM_SUCCESS);
	assert_int_equal(jobs(), 2);
	dml_job_t flush = job(1).job;
	assert_int_equal(flush.operation, DML_OP_CACHE_FLUSH);
	assert_true(flush.destination_first_ptr <= dest);
	assert_true(flush.destination_first_ptr + flush.destination_length >= dest + 1000);
	assert_int_equal(job(1).path, DML_PATH_SW);
}

/* A move within one block, against libc's, on the device. */
static void move_within(size_t n, size_t distance, int up)
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

static void moves_that_overlap_are_cut_in_their_direction(void **state)
{
	(void)state;
	static const size_t distances[] = {1, 4096, 64 * KIB, 100 * KIB, 1 * MIB};
	for (size_t i = 0; i < COUNT_OF(distances); i++) {
		move_within(2 * MIB - 5, distances[i], 0);
		move_within(2 * MIB - 5, distances[i], 1);
	}
}

static void no_job_of_the_device_overlaps_itself(void **state)
{
	(void)state;
	moves_that_overlap_are_cut_in_their_direction(state);
	for (size_t i = 0; i < jobs(); i++) {
		dml_job_t one = job(i).job;
		ptrdiff_t distance = one.destination_first_ptr - one.source_first_ptr;
		if (job(i).path == DML_PATH_HW)
			assert_true((size_t)labs(distance) >= one.source_length);
	}
}

/* What each answer becomes. */

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

/* Page faults. */

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

/* AUTO. */

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

/* Ending. */

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

static void an_operation_allocates_nothing(void **state)
{
	(void)state;
	assert_int_equal(copy(100, 0), VDM_SUCCESS); /* the first one makes the slots */
	allocations_left = 0;
	for (int i = 0; i < 100; i++)
		assert_int_equal(copy(MIB, VDM_F_MEM_DURABLE), VDM_SUCCESS);
}

#define hardware_test(_test) cmocka_unit_test_setup_teardown(_test, on_hardware, tear_down)
#define software_test(_test) cmocka_unit_test_setup_teardown(_test, on_software, tear_down)
#define auto_test(_test) cmocka_unit_test_setup_teardown(_test, on_auto, tear_down)

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
		hardware_test(a_copy_is_one_move),
		hardware_test(a_set_is_one_fill_with_the_byte_in_every_place),
		hardware_test(a_flush_covers_every_line_that_its_range_touches),
		hardware_test(the_cache_hint_is_the_absence_of_a_bit),
		hardware_test(fault_21_durable_is_the_bits_of_durable_memory_and_reading_back),
		hardware_test(fault_22_a_copy_reports_itself_as_a_copy),
		hardware_test(nothing_is_submitted_for_a_size_of_zero),
		hardware_test(a_length_beyond_32_bits_is_cut),
		software_test(on_the_cpu_one_poll_runs_one_piece_and_calls_the_waker),
		software_test(an_old_programs_waker_is_called_for_each_piece),
		software_test(durable_on_the_cpu_is_written_back_by_a_flush),
		hardware_test(moves_that_overlap_are_cut_in_their_direction),
		software_test(moves_that_overlap_are_cut_in_their_direction),
		hardware_test(no_job_of_the_device_overlaps_itself),
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
		cmocka_unit_test(auto_without_a_device_asks_for_one_only_once),
		cmocka_unit_test(deleting_ends_what_is_under_way),
		hardware_test(a_cancelled_operation_lets_the_job_under_way_end),
		hardware_test(an_operation_allocates_nothing),
	};
	print_message("engine: a model of DML, not DML\n");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
