/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/*
 * compositions.c -- a property: a tree of compositions does, poll by poll, what a simple model of
 * it does.
 *
 * The bytes of an input say which tree is made, and what happens between its polls: the clock
 * moves, events are set, it is cancelled. The root moves in memory each time. After each poll every
 * future is in the state, with the output, that the model has; and the answer is what the model
 * finds by listing the leaves that are waited for, however deep they lie: merging has no place in
 * it. In the end whatever was left pending is cancelled and drained.
 */

#include <string.h>

#include "fuzz/composition_tree.h"

static unsigned wakes;

static void count_wake(void *data)
{
	++*(unsigned *)data;
}

/* The model: what a poll does. */

static void start_clock(struct node *node)
{
	if (node->polls == 1)
		node->deadline = node->time < UINT64_MAX - now ? now + node->time : UINT64_MAX;
}

static bool model_poll(struct node *node, bool cancel);

static bool model_poll_leaf(struct node *node)
{
	bool ready = false;
	switch (node->kind) {
	case SLEEP:
		start_clock(node);
		ready = now >= node->deadline && !node->canceled;
		break;
	case SLEEP_UNTIL:
		ready = now >= node->deadline && !node->canceled;
		break;
	case YIELD:
		ready = node->polls > 1;
		break;
	case EVENT:
		ready = node->set;
		node->set = false;
		break;
	default:
		return node->polls == node->polls_needed;
	}
	node->said_canceled = node->canceled && !ready;
	return node->canceled || ready;
}

static bool model_poll_parent(struct node *node)
{
	switch (node->kind) {
	case JOIN:
		node->result = 0;
		for (size_t i = 0; i < node->n; i++)
			node->result += model_poll(node->children[i], node->canceled);
		return node->result == node->n;
	case RACE:
		for (size_t i = 0; i < node->n; i++)
			if (model_poll(node->children[i], node->canceled) && i < node->result) {
				node->result = i;
				if (!node->canceled)
					return true;
			}
		return node->result != SIZE_MAX || node->n == 0;
	case TIMEOUT:
		if (model_poll(node->children[0], node->canceled))
			return true;
		start_clock(node);
		return node->said_canceled = now >= node->deadline;
	default:
		while (node->result < 2 && model_poll(node->children[node->result], node->canceled))
			node->result++;
		return node->result == 2;
	}
}

static bool model_poll(struct node *node, bool cancel)
{
	if (node->done)
		return true;
	node->canceled |= cancel;
	node->polls++;
	node->done = node->kind < LEAVES ? model_poll_leaf(node) : model_poll_parent(node);
	return node->done;
}

/* The model: what is waited for. */

struct waited_for {
	size_t leaves, words;
	bool soon, wakes;
	uint64_t deadline;  /* UINT64_MAX: none */
	uint32_t within_us; /* 0: none */
};

static void list_leaves(const struct node *node, struct waited_for *all)
{
	if (node->done)
		return;
	if (node->kind < LEAVES)
		all->leaves++;
	bool has_deadline =
		node->kind == SLEEP || node->kind == SLEEP_UNTIL || node->kind == TIMEOUT;
	if (has_deadline && node->deadline < all->deadline)
		all->deadline = node->deadline;
	if (node->kind < TIMEOUT && has_deadline && all->within_us == 0)
		all->within_us = UINT32_MAX; /* a sleep has a time, if only the longest */
	if (node->kind == STUBBORN) {
		all->words += node->used == FUTURE_NOTIFIER_POLLER;
		all->wakes |= node->used == FUTURE_NOTIFIER_WAKER;
		all->soon |= node->used == FUTURE_NOTIFIER_NONE && node->within_us == 0;
		if (node->within_us != 0 &&
		    (all->within_us == 0 || node->within_us < all->within_us))
			all->within_us = node->within_us;
	}
	all->wakes |= node->kind == EVENT;
	all->soon |= node->kind == YIELD;
	for (size_t i = 0; i < node->n; i++)
		if (node->kind != CHAIN || i == node->result)
			list_leaves(node->children[i], all);
}

static void check_answer(const struct node *root, const struct future_notifier *answer)
{
	struct waited_for all = {.deadline = UINT64_MAX};
	list_leaves(root, &all);
	if (all.deadline != UINT64_MAX) {
		uint64_t left = all.deadline - now;
		uint64_t within = left / 1000 + (left % 1000 != 0);
		if (all.within_us == 0 || within < all.within_us)
			all.within_us = within < UINT32_MAX ? (uint32_t)within : UINT32_MAX;
	}
	bool crowded = all.words > 0 && all.leaves > 1;
	if (all.soon || crowded)
		all = (struct waited_for){0};
	CHECK(answer->poll_within_us == all.within_us);
	CHECK(answer->notifier_used == (all.words   ? FUTURE_NOTIFIER_POLLER
					: all.wakes ? FUTURE_NOTIFIER_WAKER
						    : FUTURE_NOTIFIER_NONE));
	if (all.words)
		CHECK(answer->poller.ptr_to_monitor == &word);
}

static void check_node(const struct node *node)
{
	const union any_future *fut = node->fut;
	CHECK((fut->future.context.state == FUTURE_STATE_COMPLETE) == node->done);
	if (node->kind == STUBBORN)
		CHECK(node->real_polls == node->polls);
	if (!node->done)
		return;
	switch (node->kind) {
	case SLEEP:
	case SLEEP_UNTIL:
		CHECK(fut->sleep.output.canceled == node->said_canceled);
		break;
	case YIELD:
		CHECK(fut->yield.output.canceled == node->said_canceled);
		break;
	case EVENT:
		CHECK(fut->event.output.canceled == node->said_canceled);
		break;
	case JOIN:
		CHECK(fut->join.output.completed == node->result);
		break;
	case RACE:
		CHECK(fut->race.output.winner == node->result);
		break;
	case TIMEOUT:
		CHECK(fut->timeout.output.expired == node->said_canceled);
		break;
	default:
		break;
	}
}

/* What happens between polls. */

static void set_event(struct node *node)
{
	unsigned before = wakes;
	bool waited_for = node->polls > 0 && !node->done && !node->set;
	future_event_set(&node->event);
	CHECK(wakes == before + waited_for);
	node->set = true;
}

static void something_happens(struct input *input, uint32_t within_us)
{
	struct node *node = &nodes[input_below(input, (uint32_t)node_count)];
	unsigned what = input_below(input, 4);
	if (node->kind == EVENT && what < 2)
		set_event(node);
	if (what != 3)
		now += (uint64_t)within_us * 1000;
	else
		now += input_below(input, 3) * UINT64_C(500);
}

static void move(struct node *node)
{
	union any_future *elsewhere = malloc(sizeof(*elsewhere));
	CHECK(elsewhere != NULL);
	memcpy(elsewhere, node->fut, sizeof(*elsewhere));
	memset(node->fut, 0xA5, sizeof(*elsewhere));
	if (node->fut != &node->made)
		free(node->fut);
	node->fut = elsewhere;
}

static void drain(struct node *node)
{
	while (!node->done) {
		future_cancel(&node->fut->future);
		node->canceled = true;
		future_poll(&node->fut->future, NULL);
		model_poll(node, false);
		for (size_t i = 0; i < node_count; i++)
			check_node(&nodes[i]);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	enum { POLLS = 60 };
	now = UINT64_C(1000000000);
	wakes = 0;
	struct input input = {bytes, size};
	struct node *root = make_tree(&input);
	unsigned cancel_at = input_below(&input, 2 * POLLS);

	for (unsigned polls = 0; !root->done && polls < POLLS; polls++) {
		struct future_notifier notifier = {.waker = {&wakes, count_wake}};
		if (polls == cancel_at) {
			future_cancel(&root->fut->future);
			root->canceled = true;
		}
		future_poll(&root->fut->future, &notifier);
		model_poll(root, false);
		for (size_t i = 0; i < node_count; i++)
			check_node(&nodes[i]);
		if (!root->done) {
			check_answer(root, &notifier);
			move(root);
			something_happens(&input, notifier.poll_within_us);
		}
	}
	drain(root);
	if (root->fut != &root->made) {
		root->made = *root->fut;
		free(root->fut);
		root->fut = &root->made;
	}
	for (size_t i = 1; i < node_count; i++)
		drain(&nodes[i]); /* what a race or a time-out left behind */
	return 0;
}
