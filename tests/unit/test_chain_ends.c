/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/*
 * test_chain_ends.c -- where a chain ends, and where its next entry begins: LAST entries, data that
 * ends, odd sizes, chains in chains.
 */

#include <string.h>

#include "support/test.h"
#include "unit/letters.h"

struct open_letters {
	FUTURE_CHAIN_ENTRY(struct letter_future, first);
	FUTURE_CHAIN_ENTRY(struct letter_future, second);
};
FUTURE(open_chain, struct open_letters, struct chain_output);

static struct open_chain open_pair(void)
{
	struct open_chain chain;
	memset(&chain, 0xA5, sizeof(chain));
	FUTURE_CHAIN_ENTRY_INIT(&chain.data.first, letter('a', 0), NULL, NULL);
	FUTURE_CHAIN_ENTRY_INIT(&chain.data.second, letter('b', 0), map_to_chain, two);
	FUTURE_CHAIN_INIT(&chain);
	return chain;
}

static void without_a_last_entry_it_ends_where_its_data_ends(void **state)
{
	(void)state;
	struct open_chain chain = open_pair();
	FUTURE_BUSY_POLL(&chain);
	assert_string_equal(story, "ab2");
	assert_int_equal(FUTURE_OUTPUT(&chain)->value, 1);
}

static void last_may_be_set_in_flags_with_nothing_made_behind_it(void **state)
{
	(void)state;
	struct open_chain chain = open_pair();
	chain.data.first.map = map_to_chain;
	chain.data.first.map_arg = one;
	chain.data.first.flags |= FUTURE_CHAIN_FLAG_ENTRY_LAST;
	memset(&chain.data.second, 0xA5, sizeof(chain.data.second));

	FUTURE_BUSY_POLL(&chain);

	assert_string_equal(story, "a1");
	assert_int_equal(FUTURE_OUTPUT(&chain)->value, 1);
}

static void last_may_be_set_while_the_chain_runs(void **state)
{
	(void)state;
	struct open_chain chain = open_pair();
	chain.data.first.fut.data.polls_left = 1;
	future_poll(FUTURE_AS_RUNNABLE(&chain), NULL);
	chain.data.first.flags |= FUTURE_CHAIN_FLAG_ENTRY_LAST;
	memset(&chain.data.second, 0xA5, sizeof(chain.data.second));

	FUTURE_BUSY_POLL(&chain);

	assert_string_equal(story, "aa");
}

struct letter_and_more {
	FUTURE_CHAIN_ENTRY_LAST(struct letter_future, only);
	char more[1000];
};
FUTURE(chain_with_more, struct letter_and_more, struct chain_output);

static void a_last_entry_may_have_more_data_behind_it(void **state)
{
	(void)state;
	struct chain_with_more chain;
	memset(&chain, 0xA5, sizeof(chain));
	FUTURE_CHAIN_ENTRY_INIT(&chain.data.only, letter('a', 0), map_to_chain, one);
	FUTURE_CHAIN_INIT(&chain);

	FUTURE_BUSY_POLL(&chain);

	assert_string_equal(story, "a1");
	assert_int_equal(FUTURE_OUTPUT(&chain)->value, 1);
	for (size_t i = 0; i < sizeof(chain.data.more); i++)
		assert_int_equal((unsigned char)chain.data.more[i], 0xA5);
}

struct no_entries {
	char unused;
};
FUTURE(empty_chain, struct no_entries, struct chain_output);

static void an_empty_chain_is_complete_at_its_first_poll(void **state)
{
	(void)state;
	struct empty_chain chain;
	FUTURE_CHAIN_INIT(&chain);
	assert_int_equal(FUTURE_STATE(&chain), FUTURE_STATE_IDLE);
	assert_int_equal(future_poll(FUTURE_AS_RUNNABLE(&chain), NULL), FUTURE_STATE_COMPLETE);
}

/* Entries whose data and output have odd sizes: the next one begins at a pointer's alignment. */
struct odd_data {
	char bytes[3];
};
struct odd_output {
	char bytes[13];
};
FUTURE(odd_future, struct odd_data, struct odd_output);
FUTURE(byte_future, char, char);

static enum future_state fill_odd_output(struct future_context *context,
					 struct future_notifier *notifier)
{
	(void)notifier;
	tell('o');
	memset(future_context_get_output(context), 'o', context->output_size);
	return FUTURE_STATE_COMPLETE;
}

struct odd_entries {
	FUTURE_CHAIN_ENTRY(struct odd_future, odd);
	FUTURE_CHAIN_ENTRY(struct byte_future, byte);
	FUTURE_CHAIN_ENTRY(struct letter_future, letter);
};
FUTURE(odd_chain, struct odd_entries, struct chain_output);

static void entries_of_odd_sizes_are_found(void **state)
{
	(void)state;
	struct odd_future odd;
	struct byte_future byte;
	FUTURE_INIT(&odd, fill_odd_output);
	FUTURE_INIT(&byte, fill_odd_output);
	struct odd_chain chain;
	FUTURE_CHAIN_ENTRY_INIT(&chain.data.odd, odd, NULL, NULL);
	FUTURE_CHAIN_ENTRY_INIT(&chain.data.byte, byte, NULL, NULL);
	FUTURE_CHAIN_ENTRY_INIT(&chain.data.letter, letter('l', 0), map_to_chain, one);
	FUTURE_CHAIN_INIT(&chain);

	FUTURE_BUSY_POLL(&chain);

	assert_string_equal(story, "ool1");
	assert_int_equal(FUTURE_OUTPUT(&chain)->value, 1);
}

/* Chains in chains. */

static void a_chain_runs_inside_a_chain(void **state)
{
	(void)state;
	struct nested_chain chain = nested();
	FUTURE_BUSY_POLL(&chain);
	assert_string_equal(story, "aa1bb2c2");
	assert_int_equal(FUTURE_OUTPUT(&chain)->value, 3);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		chain_test(without_a_last_entry_it_ends_where_its_data_ends),
		chain_test(last_may_be_set_in_flags_with_nothing_made_behind_it),
		chain_test(last_may_be_set_while_the_chain_runs),
		chain_test(a_last_entry_may_have_more_data_behind_it),
		chain_test(an_empty_chain_is_complete_at_its_first_poll),
		chain_test(entries_of_odd_sizes_are_found),
		chain_test(a_chain_runs_inside_a_chain),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
