/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/*
 * composition_tree.h -- a tree of compositions that the bytes of an input describe, and what the
 * model of compositions.c knows of each future in it.
 */

#ifndef MINIASYNC_TESTS_COMPOSITION_TREE_H
#define MINIASYNC_TESTS_COMPOSITION_TREE_H

#include <stdbool.h>

#include <libminiasync/compose.h>

#include "fuzz/input.h"
#include "fuzz/property.h"

enum kind {
	SLEEP,
	SLEEP_UNTIL,
	YIELD,
	EVENT,
	STUBBORN,
	LEAVES,
	JOIN = LEAVES,
	RACE,
	TIMEOUT,
	CHAIN,
	KINDS
};

/* A future that answers as it was told and completes at some poll, cancelled or not. */
struct node;
struct stubborn_data {
	struct node *node;
};
FUTURE(stubborn_future, struct stubborn_data, char);

/* Two futures, one after the other. */
struct chain_data {
	FUTURE_CHAIN_ENTRY(struct future_join, first);
	FUTURE_CHAIN_ENTRY_LAST(struct future_join, second);
};
FUTURE(chain_future, struct chain_data, char);

union any_future {
	struct future future;
	struct future_sleep sleep;
	struct future_yield yield;
	struct future_event_wait event;
	struct stubborn_future stubborn;
	struct future_join join;
	struct future_race race;
	struct future_timeout timeout;
	struct chain_future chain;
};

#define CHILDREN 4
#define NODES 48
#define DEPTH 6

struct node {
	enum kind kind;
	union any_future made;
	union any_future *fut; /* where it is: the root moves */
	struct node *children[CHILDREN];
	struct future *names[CHILDREN];
	size_t n;
	struct future_event event;
	unsigned real_polls; /* of a stubborn one */
	/* What it is made with. */
	uint64_t time;
	unsigned polls_needed;
	enum future_notifier_type used;
	uint32_t within_us;
	/* The model. */
	unsigned polls;
	bool done, canceled;
	bool set;           /* the event */
	uint64_t deadline;  /* of what has one */
	size_t result;      /* children completed, winner, entry whose turn it is */
	bool said_canceled; /* or, of a time-out, expired */
};

/* The clock, which stands still unless it is moved. */
extern uint64_t now;

extern struct node nodes[NODES];
extern size_t node_count;
extern uint64_t word; /* what stubborn ones want monitored */

/* Makes the tree that the input begins with: its root. */
struct node *make_tree(struct input *input);

#endif
