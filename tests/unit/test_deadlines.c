/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/*
 * test_deadlines.c -- the heap of deadlines against a plain table of each future's time.
 */

#include "runtime/deadlines.h"

#include "support/random.h"
#include "support/test.h"

#define FUTURES 37
#define NONE UINT64_MAX

struct model {
	struct deadlines deadlines;
	struct deadline heap[FUTURES];
	uint32_t places[FUTURES];
	uint64_t times[FUTURES]; /* the model: NONE, or the future's time */
};

static void model_init(struct model *model)
{
	*model = (struct model){.deadlines = {.count = 0}};
	model->deadlines.heap = model->heap;
	model->deadlines.places = model->places;
	for (uint32_t i = 0; i < FUTURES; i++)
		model->times[i] = NONE;
}

static void set(struct model *model, uint32_t future, uint64_t time)
{
	deadlines_set(&model->deadlines, future, time);
	model->times[future] = time;
}

static void clear(struct model *model, uint32_t future)
{
	deadlines_clear(&model->deadlines, future);
	model->times[future] = NONE;
}

/* Each future with a time is in the heap once, where its place says; none is below a later one. */
static void check(const struct model *model)
{
	uint32_t count = 0;
	for (uint32_t i = 0; i < FUTURES; i++) {
		if (model->times[i] == NONE) {
			assert_int_equal(model->places[i], 0);
			continue;
		}
		count++;
		assert_in_range(model->places[i], 1, model->deadlines.count);
		const struct deadline *at = &model->heap[model->places[i] - 1];
		assert_int_equal(at->future, i);
		assert_int_equal(at->time, model->times[i]);
	}
	assert_int_equal(model->deadlines.count, count);
	for (uint32_t i = 1; i < count; i++)
		assert_true(model->heap[(i - 1) / 2].time <= model->heap[i].time);
}

static void test_one(void **state)
{
	(void)state;
	struct model model;
	model_init(&model);
	clear(&model, 0);
	check(&model);
	set(&model, 3, 7);
	set(&model, 3, 0);
	set(&model, 3, UINT64_MAX - 1);
	check(&model);
	clear(&model, 3);
	clear(&model, 3);
	check(&model);
}

static void test_they_come_in_order(void **state)
{
	(void)state;
	struct model model;
	struct random random = {1};
	model_init(&model);
	for (uint32_t i = 0; i < FUTURES; i++)
		set(&model, i, random_below(&random, FUTURES / 2));
	uint64_t before = 0;
	while (model.deadlines.count > 0) {
		assert_true(model.heap[0].time >= before);
		before = model.heap[0].time;
		clear(&model, model.heap[0].future);
		check(&model);
	}
}

static void test_random_changes(void **state)
{
	(void)state;
	struct model model;
	for (uint32_t seed = 1; seed <= 20; seed++) {
		struct random random = {seed};
		uint32_t range = seed % 2 ? 8 : 1000000; /* many equal times, or few */
		model_init(&model);
		for (unsigned i = 0; i < 1000; i++) {
			uint32_t future = random_below(&random, FUTURES);
			if (random_below(&random, 3) == 0)
				clear(&model, future);
			else
				set(&model, future, random_below(&random, range));
			check(&model);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_one),
		cmocka_unit_test(test_they_come_in_order),
		cmocka_unit_test(test_random_changes),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
