/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/*
 * test_bench_measure.c -- a contender does what it is timed for, or there is no figure of it.
 */

#include "bench/measure.h"

#include <libminiasync/data_mover_sync.h>

#include <stdlib.h>
#include <string.h>

#include "complaint.h"
#include "support/test.h"

#define SIZE 100
#define DEPTH 3
#define AREA (1 << 19)

static char source[AREA], destination[AREA];
static size_t rounds_seen;

static void count_round(void)
{
	rounds_seen++;
}

static struct measure how = {
	.rounds = 5,
	.source = source,
	.destination = destination,
	.step = count_round,
};

static int measure(const char *operation, struct contender *contenders, size_t count,
		   uint64_t deadline, struct row *rows)
{
	how.deadline = deadline;
	struct cell cell = {operation_find(operation), SIZE, DEPTH, DEPTH};
	memset(source, 's', sizeof(source));
	rounds_seen = 0;
	complaint[0] = '\0';
	return measure_cell(&how, &cell, contenders, count, rows);
}

/* The time is over when a round is. */
static void end_time(void)
{
	rounds_seen++;
	how.deadline = samples_now();
}

/* A mover that is complete at once, with a result, and moves nothing. */
static enum vdm_operation_result idle_result;

static void *idle_new(struct vdm *vdm, const enum vdm_operation_type type)
{
	(void)type;
	return vdm;
}

static int idle_start(void *data, const struct vdm_operation *operation,
		      struct future_notifier *notifier)
{
	(void)data;
	(void)operation;
	(void)notifier;
	return 0;
}

static enum future_state idle_check(void *data, const struct vdm_operation *operation)
{
	(void)data;
	(void)operation;
	return FUTURE_STATE_COMPLETE;
}

static void idle_delete(void *data, const struct vdm_operation *operation,
			struct vdm_operation_output *output)
{
	(void)data;
	vdm_operation_output_set(output, operation, idle_result);
}

static struct vdm idle = {
	.op_new = idle_new,
	.op_delete = idle_delete,
	.op_start = idle_start,
	.op_check = idle_check,
	.capabilities = VDM_CAPABILITY_MEMCPY | VDM_CAPABILITY_MEMSET,
};

static void test_every_contender_that_can_has_a_row(void **state)
{
	(void)state;
	struct data_mover_sync *sync = data_mover_sync_new();
	struct contender contenders[2];
	struct row rows[2];
	assert_non_null(sync);
	assert_int_equal(contender_open(&contenders[0], "plain", NULL), 0);
	assert_int_equal(contender_open(&contenders[1], "sync", data_mover_sync_get_vdm(sync)), 0);

	static const char *const operations[] = {"copy", "move", "set", "flush"};
	for (size_t i = 0; i < COUNT_OF(operations); i++) {
		int plain = strcmp(operations[i], "flush") != 0;
		assert_int_equal(measure(operations[i], contenders, 2, UINT64_MAX, rows),
				 1 + plain);
		assert_int_equal(rounds_seen, 5);
		assert_string_equal(rows[plain].name, "sync");
		assert_true(rows[plain].bytes_per_second > 0 && rows[plain].p99 >= rows[plain].p50);
		assert_true((rows[plain].ratio > 0) == plain);
	}
	contender_close(&contenders[0]);
	contender_close(&contenders[1]);
	data_mover_sync_delete(sync);
}

static void test_who_moves_nothing_has_none(void **state)
{
	(void)state;
	struct contender contender;
	struct row row;
	assert_int_equal(contender_open(&contender, "idle", &idle), 0);
	idle_result = VDM_SUCCESS;
	assert_int_equal(measure("copy", &contender, 1, UINT64_MAX, &row), -1);
	assert_string_equal(complaint, "idle: a copy of 100 bytes did not write its destination");
	assert_int_equal(measure("set", &contender, 1, UINT64_MAX, &row), -1);
	assert_string_equal(complaint, "idle: a set of 100 bytes did not write its destination");
	assert_int_equal(measure("move", &contender, 1, UINT64_MAX, &row), -1);
	assert_string_equal(complaint, "move: none of them can do it here");

	idle_result = VDM_ERROR_JOB_CORRUPTED;
	assert_int_equal(measure("copy", &contender, 1, UINT64_MAX, &row), -1);
	assert_non_null(strstr(complaint, "idle: a copy of 100 bytes failed: "));
	contender_close(&contender);
}

static void test_nothing_begins_after_the_deadline(void **state)
{
	(void)state;
	struct contender contender;
	struct row row;
	assert_int_equal(contender_open(&contender, "plain", NULL), 0);
	contender.vdm = &idle; /* which would be complained about */
	assert_int_equal(measure("copy", &contender, 1, samples_now(), &row), 0);
	assert_int_equal(rounds_seen, 0);
	contender.vdm = NULL;

	how.step = end_time;
	assert_int_equal(measure("copy", &contender, 1, UINT64_MAX, &row), 0);
	assert_int_equal(rounds_seen, 1);
	how.step = count_round;
	contender_close(&contender);
}

/* A mover whose operations are complete at their third check, and counted. */
static size_t lazy_started, lazy_ended, lazy_in_flight_max;
static size_t lazy_started_by_waits;

static void *lazy_new(struct vdm *vdm, const enum vdm_operation_type type)
{
	(void)vdm;
	(void)type;
	lazy_started++;
	if (lazy_started - lazy_ended > lazy_in_flight_max)
		lazy_in_flight_max = lazy_started - lazy_ended;
	return calloc(1, sizeof(int));
}

static int lazy_start(void *data, const struct vdm_operation *operation,
		      struct future_notifier *notifier)
{
	(void)data;
	(void)operation;
	lazy_started_by_waits += notifier != NULL;
	return 0;
}

static enum future_state lazy_check(void *data, const struct vdm_operation *operation)
{
	(void)operation;
	int *checks = data;
	return ++*checks < 3 ? FUTURE_STATE_RUNNING : FUTURE_STATE_COMPLETE;
}

static void lazy_delete(void *data, const struct vdm_operation *operation,
			struct vdm_operation_output *output)
{
	free(data);
	lazy_ended++;
	vdm_operation_output_set(output, operation, VDM_SUCCESS);
}

static struct vdm lazy = {
	.op_new = lazy_new,
	.op_delete = lazy_delete,
	.op_start = lazy_start,
	.op_check = lazy_check,
	.capabilities = VDM_CAPABILITY_MEMCPY,
};

static void test_as_many_are_in_flight_as_asked_for(void **state)
{
	(void)state;
	static struct samples samples;
	struct contender contender;
	struct load load = {
		{operation_find("copy"), SIZE, DEPTH, DEPTH}, source, destination, DEPTH};
	assert_int_equal(contender_open(&contender, "lazy", &lazy), 0);
	assert_int_equal(contender_run(&contender, &load, 7, &samples), 0);
	assert_int_equal(lazy_started, 7);
	assert_int_equal(lazy_ended, 7);
	assert_int_equal(lazy_in_flight_max, DEPTH);
	assert_int_equal(lazy_started_by_waits, 0);
	assert_int_equal(samples.count, 7);
	contender_close(&contender);
}

static void test_one_by_itself_is_started_by_its_wait(void **state)
{
	(void)state;
	static struct samples samples;
	struct contender contender;
	struct load load = {{operation_find("copy"), SIZE, 1, 1}, source, destination, 1};
	assert_int_equal(contender_open(&contender, "lazy", &lazy), 0);
	lazy_started_by_waits = 0;
	assert_int_equal(contender_run(&contender, &load, 7, &samples), 0);
	assert_int_equal(lazy_started_by_waits, 7);
	assert_int_equal(samples.count, 7);
	contender_close(&contender);
}

static void test_each_operation_is_sampled_once(void **state)
{
	(void)state;
	static struct samples samples;
	struct data_mover_sync *sync = data_mover_sync_new();
	struct contender contender;
	struct load load = {
		{operation_find("set"), SIZE, DEPTH, DEPTH}, source, destination, DEPTH};
	assert_non_null(sync);
	assert_int_equal(contender_open(&contender, "sync", data_mover_sync_get_vdm(sync)), 0);
	memset(destination, 0, sizeof(destination));
	assert_int_equal(contender_run(&contender, &load, 2, &samples), 0);
	assert_int_equal(samples.count, 2);
	assert_true(destination[2 * SIZE - 1] != 0 && destination[2 * SIZE] == 0);
	assert_int_equal(contender_run(&contender, &load, 7, &samples), 0);
	assert_int_equal(samples.count, 9);
	assert_true(destination[3 * SIZE - 1] != 0 && destination[3 * SIZE] == 0);
	contender_close(&contender);
	data_mover_sync_delete(sync);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_contender_that_can_has_a_row),
		cmocka_unit_test(test_who_moves_nothing_has_none),
		cmocka_unit_test(test_nothing_begins_after_the_deadline),
		cmocka_unit_test(test_as_many_are_in_flight_as_asked_for),
		cmocka_unit_test(test_one_by_itself_is_started_by_its_wait),
		cmocka_unit_test(test_each_operation_is_sampled_once),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
