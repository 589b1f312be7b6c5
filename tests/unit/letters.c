/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/* letters.c -- see letters.h. */

#include "unit/letters.h"

#include <string.h>

#include "support/test.h"

char story[64];
char one[] = "1", two[] = "2";

void tell(char event)
{
	size_t length = strlen(story);
	assert_true(length + 1 < sizeof(story));
	story[length] = event;
	story[length + 1] = '\0';
}

int story_begins(void **state)
{
	(void)state;
	story[0] = '\0';
	return 0;
}

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

struct letter_future letter(char name, unsigned polls_left)
{
	struct letter_future future = {.data = {name, polls_left, 0}};
	FUTURE_INIT_EXT(&future, letter_task, letter_is_async);
	return future;
}

void map_to_letter(struct future_context *lhs, struct future_context *rhs, void *arg)
{
	const struct letter_output *from = future_context_get_output(lhs);
	struct letter_data *to = future_context_get_data(rhs);
	tell(*(const char *)arg);
	to->input = from->value;
}

void map_to_chain(struct future_context *lhs, struct future_context *rhs, void *arg)
{
	const struct letter_output *from = future_context_get_output(lhs);
	struct chain_output *to = future_context_get_output(rhs);
	tell(*(const char *)arg);
	to->value = from->value;
}

void make_letter(void *future, struct future_context *chain, void *arg)
{
	(void)chain;
	tell('i');
	*(struct letter_future *)future = *(const struct letter_future *)arg;
}

struct pair_chain pair(unsigned first_polls, unsigned second_polls)
{
	struct pair_chain chain;
	memset(&chain, 0xA5, sizeof(chain));
	FUTURE_CHAIN_ENTRY_INIT(&chain.data.first, letter('a', first_polls), map_to_letter, one);
	FUTURE_CHAIN_ENTRY_INIT(&chain.data.second, letter('b', second_polls), map_to_chain, two);
	FUTURE_CHAIN_INIT(&chain);
	return chain;
}

enum future_state poll_chain(struct pair_chain *chain)
{
	return future_poll(FUTURE_AS_RUNNABLE(chain), NULL);
}

static void inner_to_outer(struct future_context *lhs, struct future_context *rhs, void *arg)
{
	(void)arg;
	const struct chain_output *from = future_context_get_output(lhs);
	struct letter_data *to = future_context_get_data(rhs);
	to->input = from->value;
}

struct nested_chain nested(void)
{
	struct nested_chain chain;
	FUTURE_CHAIN_ENTRY_INIT(&chain.data.inner, pair(1, 1), inner_to_outer, NULL);
	FUTURE_CHAIN_ENTRY_INIT(&chain.data.outer, letter('c', 0), map_to_chain, two);
	FUTURE_CHAIN_INIT(&chain);
	return chain;
}
