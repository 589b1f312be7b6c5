/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/*
 * test_chain.c -- chain.h: the order of entries and maps, where a chain ends, what a poll touches.
 */

#define _GNU_SOURCE
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <libminiasync/future.h>

#include "support/script.h"
#include "support/test.h"

/* What happened, in order: a letter an event. */
static char story[64];

static void tell(char event)
{
	size_t length = strlen(story);
	assert_true(length + 1 < sizeof(story));
	story[length] = event;
	story[length + 1] = '\0';
}

static int story_begins(void **state)
{
	(void)state;
	story[0] = '\0';
	return 0;
}

/* A future that tells its letter when polled, and gives its input plus one as its output. */
struct letter_data {
	char letter;
	unsigned polls_left; /* that still answer RUNNING */
	int input;
};
struct letter_output {
	int value;
	int canceled;
};
FUTURE(letter_future, struct letter_data, struct letter_output);

static enum future_state letter_task(struct future_context *context,
				     struct future_notifier *notifier)
{
	struct letter_data *data = future_context_get_data(context);
	struct letter_output *output = future_context_get_output(context);
	tell(data->letter);
	output->canceled = future_context_is_canceled(context);
	if (output->canceled)
		return FUTURE_STATE_COMPLETE;
	if (data->polls_left > 0) {
		data->polls_left--;
		if (notifier != NULL) {
			notifier->notifier_used = FUTURE_NOTIFIER_WAKER;
			notifier->poll_within_us = (uint32_t)data->letter;
		}
		return FUTURE_STATE_RUNNING;
	}
	output->value = data->input + 1;
	return FUTURE_STATE_COMPLETE;
}

static int letter_is_async(void *future, enum future_property property)
{
	const struct letter_future *letter = future;
	return property == FUTURE_PROPERTY_ASYNC && letter->data.letter == 'A';
}

static struct letter_future letter(char name, unsigned polls_left)
{
	struct letter_future future = {.data = {name, polls_left, 0}};
	FUTURE_INIT_EXT(&future, letter_task, letter_is_async);
	return future;
}

static void map_to_letter(struct future_context *lhs, struct future_context *rhs, void *arg)
{
	const struct letter_output *from = future_context_get_output(lhs);
	struct letter_data *to = future_context_get_data(rhs);
	tell(*(const char *)arg);
	to->input = from->value;
}

struct chain_output {
	int value;
};

static void map_to_chain(struct future_context *lhs, struct future_context *rhs, void *arg)
{
	const struct letter_output *from = future_context_get_output(lhs);
	struct chain_output *to = future_context_get_output(rhs);
	tell(*(const char *)arg);
	to->value = from->value;
}

static void make_letter(void *future, struct future_context *chain, void *arg)
{
	(void)chain;
	tell('i');
	*(struct letter_future *)future = *(const struct letter_future *)arg;
}

struct two_letters {
	FUTURE_CHAIN_ENTRY(struct letter_future, first);
	FUTURE_CHAIN_ENTRY_LAST(struct letter_future, second);
};
FUTURE(pair_chain, struct two_letters, struct chain_output);

static char one[] = "1", two[] = "2";

static struct pair_chain pair(unsigned first_polls, unsigned second_polls)
{
	struct pair_chain chain;
	memset(&chain, 0xA5, sizeof(chain));
	FUTURE_CHAIN_ENTRY_INIT(&chain.data.first, letter('a', first_polls), map_to_letter, one);
	FUTURE_CHAIN_ENTRY_INIT(&chain.data.second, letter('b', second_polls), map_to_chain, two);
	FUTURE_CHAIN_INIT(&chain);
	return chain;
}

static enum future_state poll_chain(struct pair_chain *chain)
{
	return future_poll(FUTURE_AS_RUNNABLE(chain), NULL);
}

static void entries_run_one_after_another_with_their_maps_between(void **state)
{
	(void)state;
	struct pair_chain chain = pair(2, 1);

	FUTURE_BUSY_POLL(&chain);

	assert_string_equal(story, "aaa1bb2");
}

static void results_travel_through_the_maps_to_the_chains_own_output(void **state)
{
	(void)state;
	struct pair_chain chain = pair(0, 0);
	chain.data.first.fut.data.input = 40;

	FUTURE_BUSY_POLL(&chain);

	assert_int_equal(chain.data.second.fut.data.input, 41);
	assert_int_equal(FUTURE_OUTPUT(&chain)->value, 42);
}

static void entries_that_are_ready_complete_in_one_poll(void **state)
{
	(void)state;
	struct pair_chain chain = pair(0, 0);
	assert_int_equal(poll_chain(&chain), FUTURE_STATE_COMPLETE);
	assert_string_equal(story, "a1b2");
}

static void a_complete_chain_polls_nothing(void **state)
{
	(void)state;
	struct pair_chain chain = pair(0, 0);
	poll_chain(&chain);
	assert_int_equal(poll_chain(&chain), FUTURE_STATE_COMPLETE);
	assert_string_equal(story, "a1b2");
}

static void an_entry_without_a_map_is_followed_all_the_same(void **state)
{
	(void)state;
	struct pair_chain chain = pair(0, 0);
	chain.data.first.map = NULL;
	chain.data.second.map = NULL;
	FUTURE_BUSY_POLL(&chain);
	assert_string_equal(story, "ab");
}

static void an_entry_is_processed_once_its_map_was_called(void **state)
{
	(void)state;
	struct pair_chain chain = pair(0, 1);
	assert_false(FUTURE_CHAIN_ENTRY_IS_PROCESSED(&chain.data.first));

	poll_chain(&chain);

	assert_true(FUTURE_CHAIN_ENTRY_IS_PROCESSED(&chain.data.first));
	assert_false(FUTURE_CHAIN_ENTRY_IS_LAST(&chain.data.first));
	assert_false(FUTURE_CHAIN_ENTRY_IS_PROCESSED(&chain.data.second));
	assert_true(FUTURE_CHAIN_ENTRY_IS_LAST(&chain.data.second));
}

static void the_answer_of_the_running_entry_is_the_chains(void **state)
{
	(void)state;
	struct pair_chain chain = pair(1, 1);
	struct future_notifier notifier = {0};

	future_poll(FUTURE_AS_RUNNABLE(&chain), &notifier);
	assert_int_equal(notifier.notifier_used, FUTURE_NOTIFIER_WAKER);
	assert_int_equal(notifier.poll_within_us, 'a');

	future_poll(FUTURE_AS_RUNNABLE(&chain), &notifier);
	assert_int_equal(notifier.notifier_used, FUTURE_NOTIFIER_WAKER);
	assert_int_equal(notifier.poll_within_us, 'b');
}

static void a_chain_may_move_between_polls(void **state)
{
	(void)state;
	struct pair_chain places[4] = {pair(1, 1)};

	for (int i = 0; i < 3; i++) {
		assert_int_not_equal(FUTURE_STATE(&places[i]), FUTURE_STATE_COMPLETE);
		poll_chain(&places[i]);
		memmove(&places[i + 1], &places[i], sizeof(places[i]));
		memset(&places[i], 0xA5, sizeof(places[i]));
	}

	assert_int_equal(poll_chain(&places[3]), FUTURE_STATE_COMPLETE);
	assert_string_equal(story, "aa1bb2");
}

static void a_lazy_entry_is_made_when_its_turn_comes(void **state)
{
	(void)state;
	struct letter_future made = letter('b', 0);
	struct pair_chain chain = pair(1, 0);
	memset(&chain.data.second, 0xA5, sizeof(chain.data.second));
	FUTURE_CHAIN_ENTRY_LAZY_INIT(&chain.data.second, make_letter, &made, map_to_chain, two);

	poll_chain(&chain);
	assert_false(FUTURE_CHAIN_ENTRY_IS_INITIALIZED(&chain.data.second));
	poll_chain(&chain);

	assert_true(FUTURE_CHAIN_ENTRY_IS_INITIALIZED(&chain.data.second));
	assert_string_equal(story, "aai1b2"); /* made first, so that the map finds its data */
}

static void the_first_entry_may_be_lazy(void **state)
{
	(void)state;
	struct letter_future made = letter('a', 1);
	struct pair_chain chain = pair(0, 0);
	FUTURE_CHAIN_ENTRY_LAZY_INIT(&chain.data.first, make_letter, &made, map_to_letter, one);

	FUTURE_BUSY_POLL(&chain);

	assert_string_equal(story, "iaa1b2"); /* made once */
}

static void remember_the_chain(void *future, struct future_context *chain, void *arg)
{
	*(struct letter_future *)future = letter('b', 0);
	*(struct future_context **)arg = chain;
}

static void a_lazy_entry_is_told_its_chain(void **state)
{
	(void)state;
	struct future_context *told = NULL;
	struct pair_chain chain = pair(0, 0);
	FUTURE_CHAIN_ENTRY_LAZY_INIT(&chain.data.second, remember_the_chain, &told, NULL, NULL);
	FUTURE_BUSY_POLL(&chain);
	assert_ptr_equal(told, &chain.base.context);
}

/* Where a chain ends. */

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

struct nested_entries {
	FUTURE_CHAIN_ENTRY(struct pair_chain, inner);
	FUTURE_CHAIN_ENTRY_LAST(struct letter_future, outer);
};
FUTURE(nested_chain, struct nested_entries, struct chain_output);

static void inner_to_outer(struct future_context *lhs, struct future_context *rhs, void *arg)
{
	(void)arg;
	const struct chain_output *from = future_context_get_output(lhs);
	struct letter_data *to = future_context_get_data(rhs);
	to->input = from->value;
}

static struct nested_chain nested(void)
{
	struct nested_chain chain;
	FUTURE_CHAIN_ENTRY_INIT(&chain.data.inner, pair(1, 1), inner_to_outer, NULL);
	FUTURE_CHAIN_ENTRY_INIT(&chain.data.outer, letter('c', 0), map_to_chain, two);
	FUTURE_CHAIN_INIT(&chain);
	return chain;
}

static void a_chain_runs_inside_a_chain(void **state)
{
	(void)state;
	struct nested_chain chain = nested();
	FUTURE_BUSY_POLL(&chain);
	assert_string_equal(story, "aa1bb2c2");
	assert_int_equal(FUTURE_OUTPUT(&chain)->value, 3);
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

/* Cancelling. */

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

/* Properties. */

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

/*
 * What a poll costs: each entry fills a page of its own, and all pages are inaccessible but those
 * of the entry whose turn it is and of the next one, to which its results are mapped. A poll, or
 * a question for a property, that looks at any other entry faults.
 */
#define PAGE 4096
#define PAGES 64

struct page_data {
	char fills_the_page[PAGE - sizeof(struct future_chain_entry) - sizeof(int)];
};
FUTURE(page_future, struct page_data, int);

struct page_entries {
	FUTURE_CHAIN_ENTRY(struct page_future, entries[PAGES]);
};
FUTURE(page_chain, struct page_entries, struct chain_output);

static enum future_state complete_at_the_second_poll(struct future_context *context,
						     struct future_notifier *notifier)
{
	(void)notifier;
	return context->state == FUTURE_STATE_IDLE ? FUTURE_STATE_RUNNING : FUTURE_STATE_COMPLETE;
}

static void allow_only(struct page_chain *chain, size_t first, size_t count)
{
	assert_int_equal(mprotect(chain->data.entries, sizeof(chain->data.entries), PROT_NONE), 0);
	if (first + count > PAGES)
		count = PAGES - first;
	assert_int_equal(
		mprotect(&chain->data.entries[first], count * PAGE, PROT_READ | PROT_WRITE), 0);
}

static void a_poll_touches_the_entry_whose_turn_it_is_and_the_next(void **state)
{
	(void)state;
	if (sysconf(_SC_PAGESIZE) != PAGE)
		skip();
	size_t size = (PAGES + 2) * (size_t)PAGE;
	char *pages = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	assert_true(pages != MAP_FAILED);
	struct page_chain *chain =
		(struct page_chain *)(void *)(pages + PAGE - offsetof(struct page_chain, data));
	struct page_future entry = {0};
	FUTURE_INIT(&entry, complete_at_the_second_poll);
	for (size_t i = 0; i < PAGES; i++)
		FUTURE_CHAIN_ENTRY_INIT(&chain->data.entries[i], entry, NULL, NULL);
	FUTURE_CHAIN_INIT(chain);

	for (size_t turn = 0; turn < PAGES; turn++) {
		allow_only(chain, turn, 2);
		if (turn == 0)
			future_poll(FUTURE_AS_RUNNABLE(chain), NULL);
		future_has_property(FUTURE_AS_RUNNABLE(chain), FUTURE_PROPERTY_ASYNC);
		assert_int_equal(FUTURE_STATE(chain), FUTURE_STATE_RUNNING);
		future_poll(FUTURE_AS_RUNNABLE(chain), NULL);
	}

	assert_int_equal(FUTURE_STATE(chain), FUTURE_STATE_COMPLETE);
	munmap(pages, size);
}

#define chain_test(_test) cmocka_unit_test_setup(_test, story_begins)

int main(void)
{
	const struct CMUnitTest tests[] = {
		chain_test(entries_run_one_after_another_with_their_maps_between),
		chain_test(results_travel_through_the_maps_to_the_chains_own_output),
		chain_test(entries_that_are_ready_complete_in_one_poll),
		chain_test(a_complete_chain_polls_nothing),
		chain_test(an_entry_without_a_map_is_followed_all_the_same),
		chain_test(an_entry_is_processed_once_its_map_was_called),
		chain_test(the_answer_of_the_running_entry_is_the_chains),
		chain_test(a_chain_may_move_between_polls),
		chain_test(a_lazy_entry_is_made_when_its_turn_comes),
		chain_test(the_first_entry_may_be_lazy),
		chain_test(a_lazy_entry_is_told_its_chain),
		chain_test(without_a_last_entry_it_ends_where_its_data_ends),
		chain_test(last_may_be_set_in_flags_with_nothing_made_behind_it),
		chain_test(last_may_be_set_while_the_chain_runs),
		chain_test(a_last_entry_may_have_more_data_behind_it),
		chain_test(an_empty_chain_is_complete_at_its_first_poll),
		chain_test(entries_of_odd_sizes_are_found),
		chain_test(a_chain_runs_inside_a_chain),
		chain_test(a_cancel_reaches_the_entries_of_a_chain_in_a_chain),
		chain_test(a_cancelled_chain_cancels_each_entry_and_still_maps),
		chain_test(entries_that_were_complete_stay_as_they_were),
		chain_test(a_lazy_entry_of_a_cancelled_chain_is_made_and_cancelled),
		chain_test(an_entry_deaf_to_cancelling_runs_to_its_end),
		chain_test(a_chain_has_the_property_of_the_entry_whose_turn_it_is),
		chain_test(an_entry_that_is_not_made_yet_has_no_property),
		chain_test(an_empty_chain_has_no_entry_to_ask),
		chain_test(a_poll_touches_the_entry_whose_turn_it_is_and_the_next),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
