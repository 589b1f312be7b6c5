/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/*
 * test_set_times.c -- a set under the clock of support/fake_time.h. Ten thousand sleeps end in the
 * order of their times, and between them nothing is polled and nobody is awake. An event loop is
 * not kept from sleeping by a future that always wants another poll soon.
 */

#include <poll.h>

#include <libminiasync/compose.h>
#include <libminiasync/runtime.h>

#include "platform/os.h"
#include "support/fake_time.h"
#include "support/test.h"

#define MICROSECOND UINT64_C(1000)
#define MILLISECOND UINT64_C(1000000)

/* Milliseconds, further apart than the clock moves while the first polls look at it. */
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

/* When the set's descriptor is to be readable by itself. */
static uint64_t alarm_time = OS_NEVER;

void __wrap_os_alarm_set(int alarm, uint64_t time);
void __wrap_os_alarm_set(int alarm, uint64_t time)
{
	(void)alarm;
	alarm_time = time;
}

static int is_readable(int descriptor)
{
	struct pollfd watched = {.fd = descriptor, .events = POLLIN};
	return poll(&watched, 1, 0) == 1;
}

struct soon_data {
	unsigned polls;
};
FUTURE(soon, struct soon_data, struct counted_output);

static enum future_state soon_task(struct future_context *context, struct future_notifier *notifier)
{
	struct soon_data *data = future_context_get_data(context);
	(void)notifier;
	data->polls++;
	return FUTURE_STATE_RUNNING;
}

/* So many turns of an event loop, with a limit on those in which it does not sleep; how many. */
static unsigned turn_until_it_sleeps(struct runtime *runtime, int descriptor, unsigned limit)
{
	unsigned turns = 0;
	while (is_readable(descriptor) && turns <= limit) {
		assert_null(runtime_next(runtime, 0, NULL));
		turns++;
	}
	return turns;
}

static void a_loop_sleeps_longer_and_longer_beside_one_that_wants_polls_soon(void **state)
{
	static const uint64_t naps[] = {20, 40, 80, 160, 320, 640, 1000, 1000};
	struct runtime *runtime = runtime_new();
	struct future_sleep done = future_sleep(0);
	struct soon soon;
	(void)state;

	fake_time_begin();
	FUTURE_INIT(&soon, soon_task);
	soon.data.polls = 0;
	assert_int_equal(runtime_add(runtime, FUTURE_AS_RUNNABLE(&soon), NULL), 0);
	int descriptor = runtime_fd(runtime);
	for (unsigned time = 0; time < 2; time++) {
		assert_in_range(turn_until_it_sleeps(runtime, descriptor, 100), 2, 100);
		for (size_t i = 0; i < COUNT_OF(naps); i++) {
			unsigned polls = soon.data.polls;
			assert_in_range(alarm_time - fake_time.now, (naps[i] - 1) * MICROSECOND,
					naps[i] * MICROSECOND);
			fake_time.now = alarm_time;
			assert_null(runtime_next(runtime, 0, NULL));
			assert_int_equal(soon.data.polls, polls + 1);
			assert_false(is_readable(descriptor));
		}
		/* What brings progress begins all of it anew. */
		assert_int_equal(runtime_add(runtime, FUTURE_AS_RUNNABLE(&done), NULL), 0);
		assert_true(is_readable(descriptor));
		assert_ptr_equal(runtime_next(runtime, 0, NULL), FUTURE_AS_RUNNABLE(&done));
	}
	runtime_delete(runtime);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sleeps_end_in_order_and_are_polled_twice),
		cmocka_unit_test(a_loop_sleeps_longer_and_longer_beside_one_that_wants_polls_soon),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
