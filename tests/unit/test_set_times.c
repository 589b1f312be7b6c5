/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/*
 * test_set_times.c -- ten thousand sleeps in one set, under the clock of support/fake_time.h: they
 * end in the order of their times, and between them nothing is polled and nobody is awake.
 */

#include <libminiasync/compose.h>
#include <libminiasync/runtime.h>

#include "support/fake_time.h"
#include "support/test.h"

#define MILLISECOND UINT64_C(1000000)

/* Milliseconds; the sleeps are further apart than the clock moves while the first polls look at it.
 */
enum { SLEEPS = 10000, APART = 1, LOOKS_APART = 64 };

/* A sleep that counts its polls. */
struct counted_data {
	struct future_sleep sleep;
	unsigned polls;
};
struct counted_output {
	char unused;
};
FUTURE(counted, struct counted_data, struct counted_output);

static enum future_state counted_task(struct future_context *context,
				      struct future_notifier *notifier)
{
	struct counted_data *data = future_context_get_data(context);
	data->polls++;
	return future_poll(FUTURE_AS_RUNNABLE(&data->sleep), notifier);
}

static struct counted sleeps[SLEEPS];

/* Each number once, in no order to speak of. */
static uint64_t rank_of(size_t sleep)
{
	return sleep * 7919 % SLEEPS;
}

static void sleeps_end_in_order_and_are_polled_twice(void **state)
{
	struct runtime *runtime = runtime_new();
	void *cookie;
	(void)state;

	fake_time_begin();
	for (size_t i = 0; i < SLEEPS; i++) {
		FUTURE_INIT(&sleeps[i], counted_task);
		sleeps[i].data.sleep = future_sleep((rank_of(i) + 1) * APART * MILLISECOND);
		assert_int_equal(runtime_add(runtime, &sleeps[i].base, &sleeps[i]), 0);
	}
	uint64_t began = fake_time.now;
	for (uint64_t rank = 0; rank < SLEEPS; rank++) {
		assert_non_null(runtime_next(runtime, UINT64_MAX, &cookie));
		assert_int_equal(rank_of((size_t)((struct counted *)cookie - sleeps)), rank);
		assert_true(fake_time.now - began >= (rank + 1) * APART * MILLISECOND);
	}
	assert_null(runtime_next(runtime, UINT64_MAX, NULL));
	for (size_t i = 0; i < SLEEPS; i++)
		assert_int_equal(sleeps[i].data.polls, 2); /* to begin, and when its time came */
	/* One rest for each, and now and then one more, to look for what is silent. */
	assert_in_range(fake_time.sleeps, 1, SLEEPS + SLEEPS * APART / LOOKS_APART + 1);
	assert_int_equal(fake_time.yields, 0);
	runtime_delete(runtime);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sleeps_end_in_order_and_are_polled_twice),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
