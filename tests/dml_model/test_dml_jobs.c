/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/*
 * test_dml_jobs.c -- the jobs of DML that an operation becomes: which, of what length, with which
 * flags, and on which path.
 */

#include <stdlib.h>
#include <string.h>

#include "support/pattern.h"
#include "support/waker.h"
#include "tested_dml.h"

#define INTO_CACHE 0x100
#define READ_BACK 0x4000
#define DURABLE 0x8000
#define COPY_ONLY 0x20

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

static void an_operation_allocates_nothing(void **state)
{
	(void)state;
	assert_int_equal(copy(100, 0), VDM_SUCCESS); /* the first one makes the slots */
	allocations_left = 0;
	for (int i = 0; i < 100; i++)
		assert_int_equal(copy(MIB, VDM_F_MEM_DURABLE), VDM_SUCCESS);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
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
		hardware_test(an_operation_allocates_nothing),
	};
	print_message("engine: a model of DML, not DML\n");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
