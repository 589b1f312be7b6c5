/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/*
 * test_compose.c -- join, race, timeout, sleep and yield, each by itself, by a clock that stands
 * still unless a test moves it. What their answers merge to is test_merge.c's, their combinations
 * are test_nesting.c's.
 */

#include <string.h>

#include <libminiasync/compose.h>

#include "platform/os.h"
#include "support/script.h"
#include "support/test.h"

static uint64_t now;
static unsigned looks; /* at the clock */

uint64_t __wrap_os_now(void);

uint64_t __wrap_os_now(void)
{
	looks++;
	return now;
}

static int the_clock_shows_a_second(void **state)
{
	(void)state;
	now = 1000000000;
	looks = 0;
	return 0;
}

static enum future_state poll(struct future *fut)
{
	return future_poll(fut, NULL);
}

/* What a poll that leaves the future pending says of time. */
static uint32_t poll_for_time(struct future *fut)
{
	struct future_notifier notifier = {0};
	assert_int_equal(future_poll(fut, &notifier), FUTURE_STATE_RUNNING);
	assert_int_equal(notifier.notifier_used, FUTURE_NOTIFIER_NONE);
	return notifier.poll_within_us;
}

/* Scripts: children that complete at their first, second, third poll. */
#define PENDING_STEP                                           \
	{                                                      \
		FUTURE_STATE_RUNNING, FUTURE_NOTIFIER_WAKER, 0 \
	}
#define COMPLETE_STEP                                           \
	{                                                       \
		FUTURE_STATE_COMPLETE, FUTURE_NOTIFIER_WAKER, 0 \
	}
static const struct script_step at_once[] = {COMPLETE_STEP};
static const struct script_step at_second[] = {PENDING_STEP, COMPLETE_STEP};
static const struct script_step at_third[] = {PENDING_STEP, PENDING_STEP, COMPLETE_STEP};

/* Three children, and their names. */
struct trio {
	struct script scripts[3];
	struct script_future members[3];
	struct future *futs[3];
};

static void trio_init(struct trio *trio, const struct script_step *first, size_t first_count,
		      const struct script_step *second, size_t second_count,
		      const struct script_step *third, size_t third_count)
{
	*trio = (struct trio){.scripts = {{.steps = first, .count = first_count},
					  {.steps = second, .count = second_count},
					  {.steps = third, .count = third_count}}};
	for (size_t i = 0; i < 3; i++) {
		trio->members[i] = script_future(&trio->scripts[i]);
		trio->futs[i] = FUTURE_AS_RUNNABLE(&trio->members[i]);
	}
}

#define TRIO(_trio, _first, _second, _third)                                           \
	trio_init(_trio, _first, COUNT_OF(_first), _second, COUNT_OF(_second), _third, \
		  COUNT_OF(_third))

static void assert_polls(const struct trio *trio, size_t first, size_t second, size_t third)
{
	assert_int_equal(trio->scripts[0].polls, first);
	assert_int_equal(trio->scripts[1].polls, second);
	assert_int_equal(trio->scripts[2].polls, third);
}

/* Join. */

static void a_join_polls_each_pending_child_once_a_poll(void **state)
{
	(void)state;
	struct trio trio;
	TRIO(&trio, at_third, at_once, at_second);
	struct future_join join = future_join(trio.futs, 3);

	assert_int_equal(poll(FUTURE_AS_RUNNABLE(&join)), FUTURE_STATE_RUNNING);
	assert_polls(&trio, 1, 1, 1);
	assert_int_equal(FUTURE_OUTPUT(&join)->completed, 1);
	assert_int_equal(poll(FUTURE_AS_RUNNABLE(&join)), FUTURE_STATE_RUNNING);
	assert_polls(&trio, 2, 1, 2);
	assert_int_equal(FUTURE_OUTPUT(&join)->completed, 2);
	assert_int_equal(poll(FUTURE_AS_RUNNABLE(&join)), FUTURE_STATE_COMPLETE);
	assert_polls(&trio, 3, 1, 2);
	assert_int_equal(FUTURE_OUTPUT(&join)->completed, 3);

	assert_int_equal(poll(FUTURE_AS_RUNNABLE(&join)), FUTURE_STATE_COMPLETE);
	assert_polls(&trio, 3, 1, 2);
}

static void a_join_of_none_is_complete_at_its_first_poll(void **state)
{
	(void)state;
	struct future_join join = future_join(NULL, 0);
	assert_int_equal(FUTURE_STATE(&join), FUTURE_STATE_IDLE);
	assert_int_equal(poll(FUTURE_AS_RUNNABLE(&join)), FUTURE_STATE_COMPLETE);
	assert_int_equal(FUTURE_OUTPUT(&join)->completed, 0);
}

static void children_that_are_complete_already_count(void **state)
{
	(void)state;
	struct script_future never_had_a_task;
	FUTURE_INIT_COMPLETE(&never_had_a_task);
	struct trio trio;
	TRIO(&trio, at_once, at_once, at_once);
	poll(trio.futs[0]);
	struct future *futs[] = {FUTURE_AS_RUNNABLE(&never_had_a_task), trio.futs[0]};
	struct future_join join = future_join(futs, 2);
	struct future_race race = future_race(futs, 2);

	assert_int_equal(poll(FUTURE_AS_RUNNABLE(&join)), FUTURE_STATE_COMPLETE);
	assert_int_equal(FUTURE_OUTPUT(&join)->completed, 2);
	assert_int_equal(poll(FUTURE_AS_RUNNABLE(&race)), FUTURE_STATE_COMPLETE);
	assert_int_equal(FUTURE_OUTPUT(&race)->winner, 0);
	assert_polls(&trio, 1, 0, 0);
}

static void a_cancelled_join_cancels_pending_children_only(void **state)
{
	(void)state;
	struct trio trio;
	TRIO(&trio, at_third, at_once, at_second);
	struct future_join join = future_join(trio.futs, 3);
	poll(FUTURE_AS_RUNNABLE(&join));
	future_cancel(FUTURE_AS_RUNNABLE(&join));
	poll(FUTURE_AS_RUNNABLE(&join));
	assert_int_equal(poll(FUTURE_AS_RUNNABLE(&join)), FUTURE_STATE_COMPLETE);

	assert_int_equal(trio.scripts[0].canceled, 2); /* deaf to it, and runs to its end */
	assert_int_equal(trio.scripts[2].canceled, 1);
	assert_false(future_context_is_canceled(&trio.futs[1]->context));
	assert_polls(&trio, 3, 1, 2);
}

/* Race. */

static void a_race_is_complete_with_its_first_child(void **state)
{
	(void)state;
	struct trio trio;
	TRIO(&trio, at_third, at_second, at_third);
	struct future_race race = future_race(trio.futs, 3);

	assert_int_equal(poll(FUTURE_AS_RUNNABLE(&race)), FUTURE_STATE_RUNNING);
	assert_polls(&trio, 1, 1, 1);
	assert_int_equal(poll(FUTURE_AS_RUNNABLE(&race)), FUTURE_STATE_COMPLETE);
	assert_int_equal(FUTURE_OUTPUT(&race)->winner, 1);
	assert_polls(&trio, 2, 2, 1);

	assert_int_equal(poll(FUTURE_AS_RUNNABLE(&race)), FUTURE_STATE_COMPLETE);
	assert_polls(&trio, 2, 2, 1);
}

static void the_losers_of_a_race_go_on_with_their_owner(void **state)
{
	(void)state;
	struct trio trio;
	TRIO(&trio, at_third, at_once, at_second);
	struct future_race race = future_race(trio.futs, 3);
	assert_int_equal(poll(FUTURE_AS_RUNNABLE(&race)), FUTURE_STATE_COMPLETE);
	assert_int_equal(FUTURE_OUTPUT(&race)->winner, 1);
	assert_int_equal(trio.futs[0]->context.state, FUTURE_STATE_RUNNING);
	assert_int_equal(trio.futs[2]->context.state, FUTURE_STATE_IDLE);

	struct future_join join = future_join(trio.futs, 3);
	poll(FUTURE_AS_RUNNABLE(&join));
	assert_int_equal(poll(FUTURE_AS_RUNNABLE(&join)), FUTURE_STATE_COMPLETE);
	for (size_t i = 0; i < 3; i++)
		assert_int_equal(trio.scripts[i].canceled, 0);
}

static void a_race_of_none_has_no_winner(void **state)
{
	(void)state;
	struct future_race race = future_race(NULL, 0);
	assert_int_equal(poll(FUTURE_AS_RUNNABLE(&race)), FUTURE_STATE_COMPLETE);
	assert_true(FUTURE_OUTPUT(&race)->winner == SIZE_MAX);
}

static void a_cancelled_race_has_cancelled_all_its_children(void **state)
{
	(void)state;
	struct trio trio;
	TRIO(&trio, at_third, at_second, at_third);
	struct future_race race = future_race(trio.futs, 3);
	poll(FUTURE_AS_RUNNABLE(&race));
	future_cancel(FUTURE_AS_RUNNABLE(&race));
	assert_int_equal(poll(FUTURE_AS_RUNNABLE(&race)), FUTURE_STATE_COMPLETE);

	assert_int_equal(FUTURE_OUTPUT(&race)->winner, 1);
	for (size_t i = 0; i < 3; i++)
		assert_int_equal(trio.scripts[i].canceled, 1);
	assert_polls(&trio, 2, 2, 2);
}

/* Timeout. */

static void a_timeout_ends_with_its_future(void **state)
{
	(void)state;
	struct trio trio;
	TRIO(&trio, at_second, at_once, at_once);
	struct future_timeout timeout = future_timeout(trio.futs[0], 5000);
	poll(FUTURE_AS_RUNNABLE(&timeout));
	assert_int_equal(poll(FUTURE_AS_RUNNABLE(&timeout)), FUTURE_STATE_COMPLETE);
	assert_int_equal(FUTURE_OUTPUT(&timeout)->expired, 0);
}

static void a_timeout_expires_and_leaves_its_future_pending(void **state)
{
	(void)state;
	struct trio trio;
	TRIO(&trio, at_third, at_once, at_once);
	struct future_timeout timeout = future_timeout(trio.futs[0], 5000);
	now += 70000; /* its clock starts only now */
	poll(FUTURE_AS_RUNNABLE(&timeout));
	now += 5000;
	assert_int_equal(poll(FUTURE_AS_RUNNABLE(&timeout)), FUTURE_STATE_COMPLETE);
	assert_int_equal(FUTURE_OUTPUT(&timeout)->expired, 1);
	assert_int_equal(trio.futs[0]->context.state, FUTURE_STATE_RUNNING);

	assert_int_equal(poll(trio.futs[0]), FUTURE_STATE_COMPLETE);
	assert_int_equal(trio.scripts[0].canceled, 0);
}

static void a_timeout_does_not_expire_early(void **state)
{
	(void)state;
	struct trio trio;
	TRIO(&trio, at_third, at_once, at_once);
	struct future_timeout timeout = future_timeout(trio.futs[0], 5000);
	poll(FUTURE_AS_RUNNABLE(&timeout));
	now += 4999;
	assert_int_equal(poll(FUTURE_AS_RUNNABLE(&timeout)), FUTURE_STATE_RUNNING);
}

static void a_future_that_is_complete_when_the_time_is_up_has_not_expired(void **state)
{
	(void)state;
	struct trio trio;
	TRIO(&trio, at_second, at_once, at_once);
	struct future_timeout timeout = future_timeout(trio.futs[0], 5000);
	poll(FUTURE_AS_RUNNABLE(&timeout));
	now += 1000000;
	assert_int_equal(poll(FUTURE_AS_RUNNABLE(&timeout)), FUTURE_STATE_COMPLETE);
	assert_int_equal(FUTURE_OUTPUT(&timeout)->expired, 0);
}

static void a_timeout_of_no_time_polls_its_future_once(void **state)
{
	(void)state;
	struct trio trio;
	TRIO(&trio, at_once, at_second, at_once);
	struct future_timeout in_time = future_timeout(trio.futs[0], 0);
	assert_int_equal(poll(FUTURE_AS_RUNNABLE(&in_time)), FUTURE_STATE_COMPLETE);
	assert_int_equal(FUTURE_OUTPUT(&in_time)->expired, 0);
	assert_int_equal(looks, 0);
	struct future_timeout too_late = future_timeout(trio.futs[1], 0);
	assert_int_equal(poll(FUTURE_AS_RUNNABLE(&too_late)), FUTURE_STATE_COMPLETE);
	assert_int_equal(FUTURE_OUTPUT(&too_late)->expired, 1);
	assert_polls(&trio, 1, 1, 0);
}

static void a_cancelled_timeout_cancels_its_future_and_keeps_its_time(void **state)
{
	(void)state;
	struct trio trio;
	TRIO(&trio, at_third, at_once, at_once);
	struct future_timeout timeout = future_timeout(trio.futs[0], 5000);
	poll(FUTURE_AS_RUNNABLE(&timeout));
	future_cancel(FUTURE_AS_RUNNABLE(&timeout));
	assert_int_equal(poll(FUTURE_AS_RUNNABLE(&timeout)), FUTURE_STATE_RUNNING);
	assert_int_equal(trio.scripts[0].canceled, 1);
	assert_int_equal(poll(FUTURE_AS_RUNNABLE(&timeout)), FUTURE_STATE_COMPLETE);
	assert_int_equal(FUTURE_OUTPUT(&timeout)->expired, 0);
}

/* Sleep. */

static void a_sleeps_clock_starts_at_its_first_poll(void **state)
{
	(void)state;
	struct future_sleep sleep = future_sleep(3000);
	now += 1000000;
	assert_int_equal(poll_for_time(FUTURE_AS_RUNNABLE(&sleep)), 3);
	now += 2999;
	assert_int_equal(poll_for_time(FUTURE_AS_RUNNABLE(&sleep)), 1);
	now += 1;
	assert_int_equal(poll(FUTURE_AS_RUNNABLE(&sleep)), FUTURE_STATE_COMPLETE);
	assert_int_equal(FUTURE_OUTPUT(&sleep)->canceled, 0);
}

static void sleep_until_goes_by_the_clock_alone(void **state)
{
	(void)state;
	struct future_sleep to_come = future_sleep_until(now + 3000);
	struct future_sleep past = future_sleep_until(now);
	assert_int_equal(poll(FUTURE_AS_RUNNABLE(&past)), FUTURE_STATE_COMPLETE);
	now += 2000;
	assert_int_equal(poll_for_time(FUTURE_AS_RUNNABLE(&to_come)), 1);
	now += 5000;
	assert_int_equal(poll(FUTURE_AS_RUNNABLE(&to_come)), FUTURE_STATE_COMPLETE);
	assert_int_equal(FUTURE_OUTPUT(&to_come)->canceled, 0);
}

static void times_are_rounded_up_and_never_nothing(void **state)
{
	(void)state;
	static const struct {
		uint64_t nanoseconds;
		uint32_t microseconds;
	} rows[] = {
		{1, 1},
		{999, 1},
		{1000, 1},
		{1001, 2},
		{UINT64_C(4294967294) * 1000, UINT32_MAX - 1},
		{UINT64_C(4294967294) * 1000 + 1, UINT32_MAX},
		{UINT64_C(4294967295) * 1000, UINT32_MAX},
		{UINT64_C(4294967295) * 1000 + 1, UINT32_MAX},
		{UINT64_C(4294967296) * 1000, UINT32_MAX},
		{UINT64_MAX - 1, UINT32_MAX},
		{UINT64_MAX, UINT32_MAX},
	};
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct future_sleep sleep = future_sleep(rows[i].nanoseconds);
		assert_int_equal(poll_for_time(FUTURE_AS_RUNNABLE(&sleep)), rows[i].microseconds);
	}
}

static void what_lies_beyond_the_end_of_time_never_comes(void **state)
{
	(void)state;
	struct future_sleep sleeps[] = {
		future_sleep(UINT64_MAX), future_sleep(UINT64_MAX - 1000000000),
		future_sleep(UINT64_MAX - 999999999), future_sleep_until(UINT64_MAX)};
	struct trio trio;
	TRIO(&trio, at_third, at_once, at_once);
	struct future_timeout timeout = future_timeout(trio.futs[0], UINT64_MAX - 5);
	poll(FUTURE_AS_RUNNABLE(&timeout));
	for (size_t i = 0; i < COUNT_OF(sleeps); i++)
		poll(FUTURE_AS_RUNNABLE(&sleeps[i]));
	now = UINT64_MAX - 1;
	for (size_t i = 0; i < COUNT_OF(sleeps); i++)
		assert_int_equal(poll_for_time(FUTURE_AS_RUNNABLE(&sleeps[i])), 1);
	assert_int_equal(poll(FUTURE_AS_RUNNABLE(&timeout)), FUTURE_STATE_RUNNING);
}

static void a_sleep_of_no_time_is_complete_at_its_first_poll(void **state)
{
	(void)state;
	struct future_sleep sleep = future_sleep(0);
	assert_int_equal(poll(FUTURE_AS_RUNNABLE(&sleep)), FUTURE_STATE_COMPLETE);
	assert_int_equal(FUTURE_OUTPUT(&sleep)->canceled, 0);
}

static void a_cancelled_sleep_says_so_at_once(void **state)
{
	(void)state;
	struct future_sleep sleeps[] = {future_sleep(5000), future_sleep(5000),
					future_sleep_until(now + 5000),
					future_sleep_until(now + 5000)};
	poll(FUTURE_AS_RUNNABLE(&sleeps[0]));
	poll(FUTURE_AS_RUNNABLE(&sleeps[2]));
	for (size_t i = 0; i < COUNT_OF(sleeps); i++) {
		future_cancel(FUTURE_AS_RUNNABLE(&sleeps[i]));
		assert_int_equal(poll(FUTURE_AS_RUNNABLE(&sleeps[i])), FUTURE_STATE_COMPLETE);
		assert_int_equal(FUTURE_OUTPUT(&sleeps[i])->canceled, 1);
	}
}

/* Yield. */

static void a_yield_lets_the_others_run_once(void **state)
{
	(void)state;
	struct future_yield yield = future_yield();
	assert_int_equal(poll_for_time(FUTURE_AS_RUNNABLE(&yield)), 0);
	assert_int_equal(poll(FUTURE_AS_RUNNABLE(&yield)), FUTURE_STATE_COMPLETE);
	assert_int_equal(FUTURE_OUTPUT(&yield)->canceled, 0);
}

static void a_cancelled_yield_does_not(void **state)
{
	(void)state;
	struct future_yield yield = future_yield();
	future_cancel(FUTURE_AS_RUNNABLE(&yield));
	assert_int_equal(poll(FUTURE_AS_RUNNABLE(&yield)), FUTURE_STATE_COMPLETE);
	assert_int_equal(FUTURE_OUTPUT(&yield)->canceled, 1);
}

/* Together. */

static void the_callers_array_is_left_as_it_was(void **state)
{
	(void)state;
	struct trio trio;
	TRIO(&trio, at_third, at_third, at_second);
	struct future *const before[] = {trio.futs[0], trio.futs[1], trio.futs[2]};
	struct future_race race = future_race(trio.futs, 3);
	struct future_join join = future_join(trio.futs, 3);
	while (poll(FUTURE_AS_RUNNABLE(&race)) != FUTURE_STATE_COMPLETE)
		;
	while (poll(FUTURE_AS_RUNNABLE(&join)) != FUTURE_STATE_COMPLETE)
		;
	assert_memory_equal(trio.futs, before, sizeof(before));
}

static void a_parent_is_asynchronous_when_a_pending_child_is(void **state)
{
	(void)state;
	struct trio trio;
	TRIO(&trio, at_second, at_once, at_third);
	struct future_join join = future_join(trio.futs, 3);
	struct future_race race = future_race(trio.futs, 3);
	struct future_timeout timeout = future_timeout(trio.futs[1], 1);
	struct future *parents[] = {FUTURE_AS_RUNNABLE(&join), FUTURE_AS_RUNNABLE(&race),
				    FUTURE_AS_RUNNABLE(&timeout)};
	for (size_t i = 0; i < 3; i++)
		assert_int_equal(future_has_property(parents[i], FUTURE_PROPERTY_ASYNC), 0);
	trio.scripts[1].async = 1;
	for (size_t i = 0; i < 3; i++)
		assert_int_equal(future_has_property(parents[i], FUTURE_PROPERTY_ASYNC), 1);
	poll(trio.futs[1]);
	for (size_t i = 0; i < 3; i++)
		assert_int_equal(future_has_property(parents[i], FUTURE_PROPERTY_ASYNC), 0);
}

/* Sleeps in joins in a join, by a poller that polls just when it is told to. */
static void joined_sleeps_are_polled_at_their_deadlines_and_not_in_between(void **state)
{
	(void)state;
	struct future_sleep sleeps[4][4];
	struct future *names[4][4];
	struct future_join inner[4];
	struct future *outer_names[4];
	for (size_t i = 0; i < 4; i++) {
		for (size_t j = 0; j < 4; j++) {
			sleeps[i][j] = future_sleep((1 + 7 * i + 3 * j) * 1000000);
			names[i][j] = FUTURE_AS_RUNNABLE(&sleeps[i][j]);
		}
		inner[i] = future_join(names[i], 4);
		outer_names[i] = FUTURE_AS_RUNNABLE(&inner[i]);
	}
	struct future_join outer = future_join(outer_names, 4);
	uint64_t start = now;
	unsigned polls = 1;
	struct future_notifier notifier = {0};
	while (future_poll(FUTURE_AS_RUNNABLE(&outer), &notifier) != FUTURE_STATE_COMPLETE) {
		assert_int_equal(notifier.notifier_used, FUTURE_NOTIFIER_NONE);
		assert_int_not_equal(notifier.poll_within_us, 0);
		now += notifier.poll_within_us * UINT64_C(1000);
		polls++;
	}
	assert_int_equal(polls, 1 + 16); /* all deadlines differ */
	assert_int_equal(now - start, 31000000);
}

#define compose_test(_test) cmocka_unit_test_setup(_test, the_clock_shows_a_second)

int main(void)
{
	const struct CMUnitTest tests[] = {
		compose_test(a_join_polls_each_pending_child_once_a_poll),
		compose_test(a_join_of_none_is_complete_at_its_first_poll),
		compose_test(children_that_are_complete_already_count),
		compose_test(a_cancelled_join_cancels_pending_children_only),
		compose_test(a_race_is_complete_with_its_first_child),
		compose_test(the_losers_of_a_race_go_on_with_their_owner),
		compose_test(a_race_of_none_has_no_winner),
		compose_test(a_cancelled_race_has_cancelled_all_its_children),
		compose_test(a_timeout_ends_with_its_future),
		compose_test(a_timeout_expires_and_leaves_its_future_pending),
		compose_test(a_timeout_does_not_expire_early),
		compose_test(a_future_that_is_complete_when_the_time_is_up_has_not_expired),
		compose_test(a_timeout_of_no_time_polls_its_future_once),
		compose_test(a_cancelled_timeout_cancels_its_future_and_keeps_its_time),
		compose_test(a_sleeps_clock_starts_at_its_first_poll),
		compose_test(sleep_until_goes_by_the_clock_alone),
		compose_test(times_are_rounded_up_and_never_nothing),
		compose_test(what_lies_beyond_the_end_of_time_never_comes),
		compose_test(a_sleep_of_no_time_is_complete_at_its_first_poll),
		compose_test(a_cancelled_sleep_says_so_at_once),
		compose_test(a_yield_lets_the_others_run_once),
		compose_test(a_cancelled_yield_does_not),
		compose_test(the_callers_array_is_left_as_it_was),
		compose_test(a_parent_is_asynchronous_when_a_pending_child_is),
		compose_test(joined_sleeps_are_polled_at_their_deadlines_and_not_in_between),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
