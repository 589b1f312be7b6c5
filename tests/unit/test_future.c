/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/*
 * test_future.c -- future.h by itself: polling, properties, cancelling, where data and output lie.
 */

#include <string.h>

#include <libminiasync/future.h>

#include "support/script.h"
#include "support/test.h"

static const struct script_step running_then_complete[] = {
	{FUTURE_STATE_RUNNING, FUTURE_NOTIFIER_WAKER, 7},
	{FUTURE_STATE_COMPLETE, FUTURE_NOTIFIER_NONE, 0},
};

static void wake_nobody(void *data)
{
	(void)data;
}

static enum future_state leave_the_notifier_alone(struct future_context *context,
						  struct future_notifier *notifier)
{
	(void)context;
	(void)notifier;
	return FUTURE_STATE_RUNNING;
}

FUTURE(int_future, int, int);

static void a_poll_clears_both_out_values_of_the_notifier(void **state)
{
	(void)state;
	struct int_future future;
	FUTURE_INIT(&future, leave_the_notifier_alone);
	struct future_notifier notifier = {
		.notifier_used = FUTURE_NOTIFIER_POLLER,
		.poll_within_us = 99,
	};

	future_poll(FUTURE_AS_RUNNABLE(&future), &notifier);

	assert_int_equal(notifier.notifier_used, FUTURE_NOTIFIER_NONE);
	assert_int_equal(notifier.poll_within_us, 0);
}

static void a_poll_leaves_the_waker_and_the_poller_alone(void **state)
{
	uint64_t word;
	struct int_future future;
	FUTURE_INIT(&future, leave_the_notifier_alone);
	struct future_notifier notifier = {
		.waker = {state, wake_nobody},
		.poller = {&word},
	};

	future_poll(FUTURE_AS_RUNNABLE(&future), &notifier);

	assert_ptr_equal(notifier.waker.data, state);
	assert_true(notifier.waker.wake == wake_nobody);
	assert_ptr_equal(notifier.poller.ptr_to_monitor, &word);
}

static void a_poll_hands_the_answer_of_the_task_to_the_poller(void **state)
{
	(void)state;
	struct script script = SCRIPT(running_then_complete);
	struct script_future future = script_future(&script);
	struct future_notifier notifier = {0};

	assert_int_equal(FUTURE_STATE(&future), FUTURE_STATE_IDLE);
	assert_int_equal(future_poll(FUTURE_AS_RUNNABLE(&future), &notifier), FUTURE_STATE_RUNNING);
	assert_int_equal(FUTURE_STATE(&future), FUTURE_STATE_RUNNING);
	assert_int_equal(notifier.notifier_used, FUTURE_NOTIFIER_WAKER);
	assert_int_equal(notifier.poll_within_us, 7);
}

static void a_poll_without_a_notifier_makes_progress(void **state)
{
	(void)state;
	struct script script = SCRIPT(running_then_complete);
	struct script_future future = script_future(&script);

	assert_int_equal(future_poll(FUTURE_AS_RUNNABLE(&future), NULL), FUTURE_STATE_RUNNING);
	assert_int_equal(future_poll(FUTURE_AS_RUNNABLE(&future), NULL), FUTURE_STATE_COMPLETE);
	assert_int_equal(FUTURE_OUTPUT(&future)->polls, 2);
}

static void complete_is_final(void **state)
{
	(void)state;
	struct script script = SCRIPT(running_then_complete);
	struct script_future future = script_future(&script);
	FUTURE_BUSY_POLL(&future);
	struct future_notifier notifier = {.notifier_used = FUTURE_NOTIFIER_WAKER};

	assert_int_equal(future_poll(FUTURE_AS_RUNNABLE(&future), &notifier),
			 FUTURE_STATE_COMPLETE);
	assert_int_equal(future_poll(FUTURE_AS_RUNNABLE(&future), NULL), FUTURE_STATE_COMPLETE);
	assert_int_equal(script.polls, 2);
	assert_int_equal(notifier.notifier_used, FUTURE_NOTIFIER_NONE);
}

static void a_future_made_complete_has_no_task_to_call(void **state)
{
	(void)state;
	struct int_future future = {.output = 42};
	FUTURE_INIT_COMPLETE(&future);

	assert_int_equal(FUTURE_STATE(&future), FUTURE_STATE_COMPLETE);
	assert_int_equal(future_poll(FUTURE_AS_RUNNABLE(&future), NULL), FUTURE_STATE_COMPLETE);
	FUTURE_BUSY_POLL(&future);
	assert_int_equal(*FUTURE_OUTPUT(&future), 42);
	assert_int_equal(future_has_property(FUTURE_AS_RUNNABLE(&future), FUTURE_PROPERTY_ASYNC),
			 0);
}

static void cancelling_a_complete_future_changes_nothing(void **state)
{
	(void)state;
	struct script script = SCRIPT(running_then_complete);
	struct script_future future = script_future(&script);
	FUTURE_BUSY_POLL(&future);

	future_cancel(FUTURE_AS_RUNNABLE(&future));

	assert_int_equal(future_poll(FUTURE_AS_RUNNABLE(&future), NULL), FUTURE_STATE_COMPLETE);
	assert_int_equal(script.polls, 2);
}

static int is_future_at_and_async(void *future, enum future_property property)
{
	check_expected_ptr(future);
	check_expected(property);
	return mock_type(int);
}

static void a_pending_future_is_asked_for_its_property(void **state)
{
	(void)state;
	struct int_future future;
	FUTURE_INIT_EXT(&future, leave_the_notifier_alone, is_future_at_and_async);

	for (int answer = 0; answer <= 1; answer++) {
		expect_value(is_future_at_and_async, future, &future);
		expect_value(is_future_at_and_async, property, FUTURE_PROPERTY_ASYNC);
		will_return(is_future_at_and_async, answer);
		assert_int_equal(
			future_has_property(FUTURE_AS_RUNNABLE(&future), FUTURE_PROPERTY_ASYNC),
			answer);
		future_poll(FUTURE_AS_RUNNABLE(&future), NULL);
	}
}

static void a_complete_future_is_not_asked_for_a_property(void **state)
{
	(void)state;
	struct int_future future;
	FUTURE_INIT_EXT(&future, leave_the_notifier_alone, is_future_at_and_async);
	future.base.context.state = FUTURE_STATE_COMPLETE;

	assert_int_equal(future_has_property(FUTURE_AS_RUNNABLE(&future), FUTURE_PROPERTY_ASYNC),
			 0);
}

static void no_property_function_means_no_property(void **state)
{
	(void)state;
	struct int_future future;

	FUTURE_INIT_EXT(&future, leave_the_notifier_alone, NULL);
	assert_int_equal(future_has_property(FUTURE_AS_RUNNABLE(&future), FUTURE_PROPERTY_ASYNC),
			 0);
	FUTURE_INIT(&future, leave_the_notifier_alone);
	assert_int_equal(future_has_property(FUTURE_AS_RUNNABLE(&future), FUTURE_PROPERTY_ASYNC),
			 0);
}

static void a_cancel_sets_bit_31_and_leaves_the_others_to_the_task(void **state)
{
	(void)state;
	struct script script = SCRIPT(running_then_complete);
	struct script_future future = script_future(&script);
	future.base.context.flags = 12345;

	future_poll(FUTURE_AS_RUNNABLE(&future), NULL);
	assert_int_equal(script.canceled, 0);

	future_cancel(FUTURE_AS_RUNNABLE(&future));
	assert_int_equal(future.base.context.padding, UINT32_C(12345) | UINT32_C(1) << 31);
	assert_int_equal(FUTURE_STATE(&future), FUTURE_STATE_RUNNING);
	future_poll(FUTURE_AS_RUNNABLE(&future), NULL);
	assert_int_equal(script.canceled, 1);
}

static void initialising_again_takes_a_cancel_back(void **state)
{
	(void)state;
	struct int_future future;
	FUTURE_INIT(&future, leave_the_notifier_alone);
	future_cancel(FUTURE_AS_RUNNABLE(&future));
	FUTURE_INIT(&future, leave_the_notifier_alone);

	assert_false(future_context_is_canceled(&future.base.context));
	assert_int_equal(future.base.context.flags, 0);
}

static void copies_of_an_unpolled_future_are_futures_of_their_own(void **state)
{
	(void)state;
	struct script first = SCRIPT(running_then_complete);
	struct script second = SCRIPT(running_then_complete);
	struct script_future original = script_future(&first);
	struct script_future copy = original;
	copy.data.script = &second;

	FUTURE_BUSY_POLL(&copy);

	assert_int_equal(first.polls, 0);
	assert_int_equal(FUTURE_STATE(&original), FUTURE_STATE_IDLE);
	FUTURE_BUSY_POLL(&original);
	assert_int_equal(first.polls, 2);
	assert_int_equal(second.polls, 2);
}

static void a_future_may_move_between_polls(void **state)
{
	(void)state;
	struct script script = SCRIPT(running_then_complete);
	struct script_future places[2] = {script_future(&script)};

	future_poll(FUTURE_AS_RUNNABLE(&places[0]), NULL);
	memmove(&places[1], &places[0], sizeof(places[0]));
	memset(&places[0], 0xA5, sizeof(places[0]));

	assert_int_equal(future_poll(FUTURE_AS_RUNNABLE(&places[1]), NULL), FUTURE_STATE_COMPLETE);
	assert_ptr_equal(script.address, &places[1]);
	assert_int_equal(FUTURE_OUTPUT(&places[1])->polls, 2);
}

static void remember_the_call(void *data)
{
	++*(int *)data;
}

static void waking_a_waker_calls_it_with_its_data(void **state)
{
	(void)state;
	int calls = 0;
	struct future_waker waker = {&calls, remember_the_call};

	FUTURE_WAKER_WAKE(&waker);
	FUTURE_WAKER_WAKE(&waker);

	assert_int_equal(calls, 2);
}

/* Where data and output lie: every shape of the two that FUTURE accepts. */

__extension__ struct nothing {
};
struct three_bytes {
	char bytes[3];
};
struct wide_behind_narrow {
	char narrow;
	uint64_t wide;
};

/* A future must find both where the compiler put them. */
#define SHAPE(_data, _output)                                                                    \
	do {                                                                                     \
		FUTURE(shape, _data, _output);                                                   \
		struct shape future;                                                             \
		FUTURE_INIT(&future, leave_the_notifier_alone);                                  \
		struct future_context *context = &future.base.context;                           \
		assert_ptr_equal(future_context_get_data(context), FUTURE_DATA(&future));        \
		assert_ptr_equal(future_context_get_output(context), FUTURE_OUTPUT(&future));    \
		assert_int_equal(context->output_size, sizeof(_output));                         \
		assert_int_equal(future_context_get_size(context),                               \
				 offsetof(struct shape, output) + sizeof(_output) -              \
					 sizeof(struct future));                                 \
		assert_int_equal((uintptr_t)FUTURE_OUTPUT(&future) % MINIASYNC_ALIGNOF(_output), \
				 0);                                                             \
		FUTURE_INIT_COMPLETE(&future);                                                   \
		assert_ptr_equal(future_context_get_output(context), FUTURE_OUTPUT(&future));    \
	} while (0)

static void data_and_output_are_found_whatever_their_shapes(void **state)
{
	(void)state;
	SHAPE(char, char);
	SHAPE(char, short);
	SHAPE(char, uint64_t);
	SHAPE(uint64_t, char);
	SHAPE(short, struct three_bytes);
	SHAPE(struct three_bytes, short);
	SHAPE(struct three_bytes, struct wide_behind_narrow);
	SHAPE(struct wide_behind_narrow, struct three_bytes);
	SHAPE(int, void *);
	SHAPE(double, float);
}

static void data_and_output_are_found_where_either_is_empty(void **state)
{
	(void)state;
	SHAPE(struct nothing, struct nothing);
	SHAPE(struct nothing, char);
	SHAPE(struct nothing, uint64_t);
	SHAPE(char, struct nothing);
	SHAPE(struct three_bytes, struct nothing);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_poll_clears_both_out_values_of_the_notifier),
		cmocka_unit_test(a_poll_leaves_the_waker_and_the_poller_alone),
		cmocka_unit_test(a_poll_hands_the_answer_of_the_task_to_the_poller),
		cmocka_unit_test(a_poll_without_a_notifier_makes_progress),
		cmocka_unit_test(complete_is_final),
		cmocka_unit_test(a_future_made_complete_has_no_task_to_call),
		cmocka_unit_test(cancelling_a_complete_future_changes_nothing),
		cmocka_unit_test(a_pending_future_is_asked_for_its_property),
		cmocka_unit_test(a_complete_future_is_not_asked_for_a_property),
		cmocka_unit_test(no_property_function_means_no_property),
		cmocka_unit_test(a_cancel_sets_bit_31_and_leaves_the_others_to_the_task),
		cmocka_unit_test(initialising_again_takes_a_cancel_back),
		cmocka_unit_test(copies_of_an_unpolled_future_are_futures_of_their_own),
		cmocka_unit_test(a_future_may_move_between_polls),
		cmocka_unit_test(waking_a_waker_calls_it_with_its_data),
		cmocka_unit_test(data_and_output_are_found_whatever_their_shapes),
		cmocka_unit_test(data_and_output_are_found_where_either_is_empty),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
