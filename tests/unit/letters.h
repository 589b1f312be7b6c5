/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/*
 * letters.h -- futures that tell a story: each adds its letter when it is polled, and each map its
 * digit, so that a test can say in one word what ran and in which order.
 */

#ifndef MINIASYNC_TESTS_LETTERS_H
#define MINIASYNC_TESTS_LETTERS_H

#include <libminiasync/future.h>

/* What happened so far. */
extern char story[64];
void tell(char event);
int story_begins(void **state);

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

/* One that is called 'A' says that it is asynchronous. */
struct letter_future letter(char name, unsigned polls_left);

/* The init function of a lazy entry: tells an i and copies the letter that is its argument. */
void make_letter(void *future, struct future_context *chain, void *arg);

struct chain_output {
	int value;
};

/* Maps tell the character that is their argument: between letters, from the last to the chain. */
void map_to_letter(struct future_context *lhs, struct future_context *rhs, void *arg);
void map_to_chain(struct future_context *lhs, struct future_context *rhs, void *arg);
extern char one[], two[];

/* A chain of the letters a and b; its maps tell 1 and 2. */
struct two_letters {
	FUTURE_CHAIN_ENTRY(struct letter_future, first);
	FUTURE_CHAIN_ENTRY_LAST(struct letter_future, second);
};
FUTURE(pair_chain, struct two_letters, struct chain_output);

struct pair_chain pair(unsigned first_polls, unsigned second_polls);
enum future_state poll_chain(struct pair_chain *chain);

/* That chain, and the letter c behind it: a chain in a chain; the outer map tells 2. */
struct nested_entries {
	FUTURE_CHAIN_ENTRY(struct pair_chain, inner);
	FUTURE_CHAIN_ENTRY_LAST(struct letter_future, outer);
};
FUTURE(nested_chain, struct nested_entries, struct chain_output);

struct nested_chain nested(void);

#define chain_test(_test) cmocka_unit_test_setup(_test, story_begins)

#endif
