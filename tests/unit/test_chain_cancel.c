/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/*
 * test_chain_cancel.c -- cancelling a chain, and asking it for a property: both go to the entry
 * whose turn it is.
 */

#include <string.h>

#include "support/script.h"
#include "support/test.h"
#include "unit/letters.h"

static void a_cancelled_chain_cancels_each_entry_and_still_maps(void **state)
{
	(void)state;
	struct pair_chain chain = pair(5, 5);
	poll_chain(&chain);
	future_cancel(FUTURE_AS_RUNNABLE(&chain));

	assert_int_equal(poll_chain(&chain), FUTURE_STATE_COMPLETE);

	assert_string_equal(story, "aa1b2");
	assert_true(FUTURE_OUTPUT(&chain.data.first.fut)->canceled);
	assert_true(FUTURE_OUTPUT(&chain.data.second.fut)->canceled);
}

static void entries_that_were_complete_stay_as_they_were(void **state)
{
	(void)state;
	struct pair_chain chain = pair(0, 5);
	poll_chain(&chain);
	future_cancel(FUTURE_AS_RUNNABLE(&chain));

	assert_int_equal(poll_chain(&chain), FUTURE_STATE_COMPLETE);

	assert_false(FUTURE_OUTPUT(&chain.data.first.fut)->canceled);
	assert_true(FUTURE_OUTPUT(&chain.data.second.fut)->canceled);
}

static void a_lazy_entry_of_a_cancelled_chain_is_made_and_cancelled(void **state)
{
	(void)state;
	struct letter_future made = letter('b', 5);
	struct pair_chain chain = pair(5, 0);
	FUTURE_CHAIN_ENTRY_LAZY_INIT(&chain.data.second, make_letter, &made, map_to_chain, two);
	future_cancel(FUTURE_AS_RUNNABLE(&chain));

	assert_int_equal(poll_chain(&chain), FUTURE_STATE_COMPLETE);

	assert_string_equal(story, "ai1b2");
	assert_true(FUTURE_OUTPUT(&chain.data.second.fut)->canceled);
}

static const struct script_step deaf_to_cancelling[] = {
	{FUTURE_STATE_RUNNING, FUTURE_NOTIFIER_NONE, 0},
	{FUTURE_STATE_RUNNING, FUTURE_NOTIFIER_NONE, 0},
	{FUTURE_STATE_COMPLETE, FUTURE_NOTIFIER_NONE, 0},
};

struct deaf_entries {
	FUTURE_CHAIN_ENTRY(struct script_future, deaf);
	FUTURE_CHAIN_ENTRY_LAST(struct letter_future, second);
};
FUTURE(deaf_chain, struct deaf_entries, struct chain_output);

static void an_entry_deaf_to_cancelling_runs_to_its_end(void **state)
{
	(void)state;
	struct script script = SCRIPT(deaf_to_cancelling);
	struct deaf_chain chain;
	FUTURE_CHAIN_ENTRY_INIT(&chain.data.deaf, script_future(&script), NULL, NULL);
	FUTURE_CHAIN_ENTRY_INIT(&chain.data.second, letter('b', 5), map_to_chain, two);
	FUTURE_CHAIN_INIT(&chain);
	future_cancel(FUTURE_AS_RUNNABLE(&chain));

	FUTURE_BUSY_POLL(&chain);

	assert_int_equal(script.polls, 3);
	assert_int_equal(script.canceled, 3);
	assert_string_equal(story, "b2");
}

static void a_cancel_reaches_the_entries_of_a_chain_in_a_chain(void **state)
{
	(void)state;
	struct nested_chain chain = nested();
	future_poll(FUTURE_AS_RUNNABLE(&chain), NULL);
	future_cancel(FUTURE_AS_RUNNABLE(&chain));

	assert_int_equal(future_poll(FUTURE_AS_RUNNABLE(&chain), NULL), FUTURE_STATE_COMPLETE);

	assert_string_equal(story, "aa1b2c2");
	assert_true(FUTURE_OUTPUT(&chain.data.outer.fut)->canceled);
}

/* Properties. */

struct no_entries {
	char unused;
};
FUTURE(empty_chain, struct no_entries, struct chain_output);

static void a_chain_has_the_property_of_the_entry_whose_turn_it_is(void **state)
{
	(void)state;
	struct pair_chain chain = pair(1, 1);
	chain.data.second.fut.data.letter = 'A';

	assert_int_equal(future_chain_has_property(&chain, FUTURE_PROPERTY_ASYNC), 0);
	poll_chain(&chain);
	assert_int_equal(future_chain_has_property(&chain, FUTURE_PROPERTY_ASYNC), 0);
	poll_chain(&chain);
	assert_int_equal(future_chain_has_property(&chain, FUTURE_PROPERTY_ASYNC), 1);
	assert_int_equal(future_has_property(FUTURE_AS_RUNNABLE(&chain), FUTURE_PROPERTY_ASYNC), 1);
	poll_chain(&chain);
	assert_int_equal(future_chain_has_property(&chain, FUTURE_PROPERTY_ASYNC), -1);
	assert_int_equal(future_has_property(FUTURE_AS_RUNNABLE(&chain), FUTURE_PROPERTY_ASYNC), 0);
}

static void an_entry_that_is_not_made_yet_has_no_property(void **state)
{
	(void)state;
	struct letter_future made = letter('A', 0);
	struct pair_chain chain = pair(0, 0);
	memset(&chain.data.first, 0xA5, sizeof(chain.data.first));
	FUTURE_CHAIN_ENTRY_LAZY_INIT(&chain.data.first, make_letter, &made, NULL, NULL);
	assert_int_equal(future_chain_has_property(&chain, FUTURE_PROPERTY_ASYNC), 0);
}

static void an_empty_chain_has_no_entry_to_ask(void **state)
{
	(void)state;
	struct empty_chain chain;
	FUTURE_CHAIN_INIT(&chain);
	assert_int_equal(future_chain_has_property(&chain, FUTURE_PROPERTY_ASYNC), -1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		chain_test(a_cancelled_chain_cancels_each_entry_and_still_maps),
		chain_test(entries_that_were_complete_stay_as_they_were),
		chain_test(a_lazy_entry_of_a_cancelled_chain_is_made_and_cancelled),
		chain_test(an_entry_deaf_to_cancelling_runs_to_its_end),
		chain_test(a_cancel_reaches_the_entries_of_a_chain_in_a_chain),
		chain_test(a_chain_has_the_property_of_the_entry_whose_turn_it_is),
		chain_test(an_entry_that_is_not_made_yet_has_no_property),
		chain_test(an_empty_chain_has_no_entry_to_ask),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
