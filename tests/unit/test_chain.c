/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/*
 * test_chain.c -- chain.h: the order of entries and maps, lazy entries, what a poll touches.
 */

#define _GNU_SOURCE
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "support/test.h"
#include "unit/letters.h"

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
		chain_test(a_poll_touches_the_entry_whose_turn_it_is_and_the_next),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
