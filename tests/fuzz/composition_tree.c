/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/* composition_tree.c -- see composition_tree.h. */

#include "fuzz/composition_tree.h"

#include "platform/os.h"

uint64_t now;

uint64_t __wrap_os_now(void);

uint64_t __wrap_os_now(void)
{
	return now;
}

struct node nodes[NODES];
size_t node_count;
uint64_t word;

static struct input *input;

static enum future_state stubborn_task(struct future_context *context,
				       struct future_notifier *notifier)
{
	struct node *node = ((struct stubborn_data *)future_context_get_data(context))->node;
	if (++node->real_polls == node->polls_needed)
		return FUTURE_STATE_COMPLETE;
	if (notifier != NULL) {
		CHECK(notifier->notifier_used == FUTURE_NOTIFIER_NONE);
		CHECK(notifier->poll_within_us == 0);
		notifier->notifier_used = node->used;
		notifier->poll_within_us = node->within_us;
		notifier->poller.ptr_to_monitor = &word;
	}
	return FUTURE_STATE_RUNNING;
}

static uint64_t some_time(void)
{
	static const uint64_t times[] = {0,    1,       999,     1000,    1001,       3000,
					 7000, 5000500, 5000501, 9999999, 8000000000, UINT64_MAX};
	return times[input_below(input, sizeof(times) / sizeof(times[0]))];
}

static struct node *make(unsigned depth);

static void make_children(struct node *node, size_t n, unsigned depth)
{
	for (; n > 0 && node_count < NODES; n--) {
		struct node *child = make(depth);
		node->children[node->n] = child;
		node->names[node->n++] = &child->fut->future;
	}
}

static void make_leaf(struct node *node)
{
	static const uint32_t withins[] = {0, 1, 7, 5001};
	node->time = some_time();
	switch (node->kind) {
	case SLEEP:
		node->made.sleep = future_sleep(node->time);
		break;
	case SLEEP_UNTIL:
		node->deadline = now + node->time < now ? UINT64_MAX : now + node->time;
		node->made.sleep = future_sleep_until(node->deadline);
		break;
	case YIELD:
		node->made.yield = future_yield();
		break;
	case EVENT:
		future_event_init(&node->event);
		node->made.event = future_event_wait(&node->event);
		break;
	default:
		node->polls_needed = 1 + input_below(input, 6);
		node->used = (enum future_notifier_type)input_below(input, 3);
		node->within_us = withins[input_below(input, 4)];
		node->made.stubborn = (struct stubborn_future){.data = {node}};
		FUTURE_INIT(&node->made.stubborn, stubborn_task);
	}
}

static struct node *make(unsigned depth)
{
	struct node *node = &nodes[node_count++];
	*node = (struct node){.fut = &node->made};
	node->kind = (enum kind)input_below(input, depth < DEPTH ? KINDS : LEAVES);
	if (depth == 0 && node->kind < LEAVES && input_below(input, 8) != 0)
		node->kind = JOIN;
	if (node->kind >= TIMEOUT && node_count + 2 > NODES)
		node->kind = SLEEP;
	switch (node->kind) {
	case JOIN:
		make_children(node, input_below(input, CHILDREN + 1), depth + 1);
		node->made.join = future_join(node->names, node->n);
		break;
	case RACE:
		make_children(node, input_below(input, CHILDREN + 1), depth + 1);
		node->made.race = future_race(node->names, node->n);
		node->result = SIZE_MAX;
		break;
	case TIMEOUT:
		make_children(node, 1, depth + 1);
		node->time = some_time();
		node->made.timeout = future_timeout(node->names[0], node->time);
		break;
	case CHAIN:
		make_children(node, 1, DEPTH); /* a leaf, so that there is room for the other */
		make_children(node, 1, depth + 1);
		FUTURE_CHAIN_ENTRY_INIT(&node->made.chain.data.first, future_join(node->names, 1),
					NULL, NULL);
		FUTURE_CHAIN_ENTRY_INIT(&node->made.chain.data.second,
					future_join(node->names + 1, 1), NULL, NULL);
		FUTURE_CHAIN_INIT(&node->made.chain);
		break;
	default:
		make_leaf(node);
	}
	return node;
}

struct node *make_tree(struct input *from)
{
	input = from;
	node_count = 0;
	return make(0);
}
