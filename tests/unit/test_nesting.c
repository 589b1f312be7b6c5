/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/*
 * test_nesting.c -- every kind of composition inside every kind of parent: run to the end, moved at
 * every poll, cancelled at every poll, dropped where that is legal.
 *
 * The poller is one that believes every answer: its clock stands still until a time is named, and
 * the event is set only when nothing but the waker is left to wait for.
 */

#include <stdbool.h>
#include <string.h>

#include <libminiasync/compose.h>

#include "platform/os.h"
#include "support/guard.h"
#include "support/test.h"

static uint64_t now;

uint64_t __wrap_os_now(void);

uint64_t __wrap_os_now(void)
{
	return now;
}

enum kind {
	JOIN,
	RACE,
	TIMEOUT,
	CHAIN,
	PARENTS,
	SLEEP = PARENTS,
	SLEEP_UNTIL,
	EVENT,
	YIELD,
	KINDS
};

struct pair_entries {
	FUTURE_CHAIN_ENTRY(struct future_join, first);
	FUTURE_CHAIN_ENTRY_LAST(struct future_join, second);
};
FUTURE(pair_chain, struct pair_entries, char);

union any_future {
	struct future future;
	struct future_join join;
	struct future_race race;
	struct future_timeout timeout;
	struct pair_chain chain;
	struct future_sleep sleep;
	struct future_event_wait event;
	struct future_yield yield;
};

/* A parent of two, of which the first is the kind under test: a leaf, or a parent of two leaves. */
struct family {
	union any_future outer, inner, sibling, leaves[2];
	struct future *outer_children[2], *inner_children[2];
	struct future_event event;
	unsigned wakes;
};

static union any_future make(enum kind kind, struct future *children[2], struct future_event *event)
{
	union any_future made;
	memset(&made, 0xA5, sizeof(made));
	switch (kind) {
	case JOIN:
		made.join = future_join(children, 2);
		break;
	case RACE:
		made.race = future_race(children, 2);
		break;
	case TIMEOUT:
		made.timeout = future_timeout(children[0], 40000);
		break;
	case CHAIN:
		FUTURE_CHAIN_ENTRY_INIT(&made.chain.data.first, future_join(children, 1), NULL,
					NULL);
		FUTURE_CHAIN_ENTRY_INIT(&made.chain.data.second, future_join(children + 1, 1), NULL,
					NULL);
		FUTURE_CHAIN_INIT(&made.chain);
		break;
	case SLEEP:
		made.sleep = future_sleep(30000);
		break;
	case SLEEP_UNTIL:
		made.sleep = future_sleep_until(now + 30000);
		break;
	case EVENT:
		made.event = future_event_wait(event);
		break;
	default:
		made.yield = future_yield();
	}
	return made;
}

static void family_init(struct family *family, enum kind outer, enum kind inner)
{
	now = 1000000000;
	memset(family, 0xA5, sizeof(*family));
	family->wakes = 0;
	future_event_init(&family->event);
	family->leaves[0] = make(SLEEP, NULL, NULL);
	family->leaves[1] = make(inner == EVENT ? YIELD : EVENT, NULL, &family->event);
	family->sibling = make(SLEEP_UNTIL, NULL, NULL);
	for (int i = 0; i < 2; i++)
		family->inner_children[i] = &family->leaves[i].future;
	family->inner = make(inner, family->inner_children, &family->event);
	family->outer_children[0] = &family->inner.future;
	family->outer_children[1] = &family->sibling.future;
	family->outer = make(outer, family->outer_children, NULL);
}

static void count_wake(void *data)
{
	++*(unsigned *)data;
}

/* One poll of a future, then what its answer asks for happens. */
static enum future_state poll_and_heed(struct family *family, struct future *fut)
{
	struct future_notifier notifier = {.waker = {&family->wakes, count_wake}};
	if (future_poll(fut, &notifier) == FUTURE_STATE_COMPLETE)
		return FUTURE_STATE_COMPLETE;
	bool wakes = notifier.notifier_used == FUTURE_NOTIFIER_WAKER;
	if (notifier.poll_within_us != 0) {
		now += notifier.poll_within_us * UINT64_C(1000);
	} else if (wakes) {
		unsigned before = family->wakes;
		future_event_set(&family->event);
		assert_int_equal(family->wakes, before + 1);
	}
	return FUTURE_STATE_RUNNING;
}

/* What a race or a time-out left pending is cancelled; each child takes a single poll to end. */
static void family_end(struct family *family)
{
	struct future *all[] = {&family->inner.future, &family->sibling.future,
				&family->leaves[0].future, &family->leaves[1].future};
	for (size_t i = 0; i < COUNT_OF(all); i++) {
		if (all[i]->context.state != FUTURE_STATE_RUNNING)
			continue;
		future_cancel(all[i]);
		assert_int_equal(future_poll(all[i], NULL), FUTURE_STATE_COMPLETE);
	}
	/* Nobody is registered any more, whoever sets the event now. */
	unsigned before = family->wakes;
	future_event_set(&family->event);
	assert_int_equal(family->wakes, before);
}

#define MANY_POLLS 12

/* Calls a function with every parent and every kind inside it. */
static void for_each_pair(void (*run)(enum kind outer, enum kind inner))
{
	for (int outer = 0; outer < PARENTS; outer++)
		for (int inner = 0; inner < KINDS; inner++)
			run((enum kind)outer, (enum kind)inner);
}

static unsigned run_to_the_end(enum kind outer, enum kind inner)
{
	struct family family;
	family_init(&family, outer, inner);
	unsigned polls = 1;
	while (poll_and_heed(&family, &family.outer.future) != FUTURE_STATE_COMPLETE)
		assert_true(++polls < MANY_POLLS);
	family_end(&family);
	return polls;
}

static void run_moved(enum kind outer, enum kind inner)
{
	struct family family;
	family_init(&family, outer, inner);
	union any_future *place = guard_allocate(sizeof(*place));
	*place = family.outer;
	memset(&family.outer, 0xA5, sizeof(family.outer));
	unsigned polls = 1;
	while (poll_and_heed(&family, &place->future) != FUTURE_STATE_COMPLETE) {
		union any_future *elsewhere = guard_allocate(sizeof(*place));
		*elsewhere = *place;
		guard_free(place, sizeof(*place)); /* whoever looks there now faults */
		place = elsewhere;
		polls++;
	}
	guard_free(place, sizeof(*place));
	family_end(&family);
	assert_int_equal(polls, run_to_the_end(outer, inner));
}

/* None of the leaves is deaf: the next poll is the last. */
static void run_cancelled(enum kind outer, enum kind inner)
{
	unsigned polls = run_to_the_end(outer, inner);
	for (unsigned before = 0; before < polls; before++) {
		struct family family;
		family_init(&family, outer, inner);
		for (unsigned i = 0; i < before; i++)
			assert_int_not_equal(poll_and_heed(&family, &family.outer.future),
					     FUTURE_STATE_COMPLETE);
		future_cancel(&family.outer.future);
		assert_int_equal(future_poll(&family.outer.future, NULL), FUTURE_STATE_COMPLETE);
		family_end(&family);
	}
}

/* Before the first poll there is nothing to end; after the last there is not either. */
static void run_dropped(enum kind outer, enum kind inner)
{
	struct family family;
	family_init(&family, outer, inner);
	memset(&family.outer, 0xA5, sizeof(family.outer));
	memset(&family.inner, 0xA5, sizeof(family.inner));
	future_event_set(&family.event);
	assert_int_equal(family.wakes, 0);

	family_init(&family, outer, inner);
	while (poll_and_heed(&family, &family.outer.future) != FUTURE_STATE_COMPLETE)
		continue;
	memset(&family.outer, 0xA5, sizeof(family.outer));
	family_end(&family);
}

static void run_once(enum kind outer, enum kind inner)
{
	run_to_the_end(outer, inner);
}

static void each_runs_inside_each(void **state)
{
	(void)state;
	for_each_pair(run_once);
}

static void each_may_move_at_every_poll(void **state)
{
	(void)state;
	for_each_pair(run_moved);
}

static void each_may_be_cancelled_at_every_poll(void **state)
{
	(void)state;
	for_each_pair(run_cancelled);
}

static void each_may_be_dropped_at_either_end(void **state)
{
	(void)state;
	for_each_pair(run_dropped);
}

/* Entries of a chain by value, lazy ones among them. */
struct row_entries {
	FUTURE_CHAIN_ENTRY(struct future_sleep, sleep);
	FUTURE_CHAIN_ENTRY(struct future_yield, yield);
	FUTURE_CHAIN_ENTRY(struct future_timeout, timeout);
	FUTURE_CHAIN_ENTRY(struct future_race, race);
	FUTURE_CHAIN_ENTRY_LAST(struct future_event_wait, event);
};
FUTURE(row_chain, struct row_entries, char);

static void make_sleep(void *future, struct future_context *chain, void *arg)
{
	(void)chain;
	*(struct future_sleep *)future = future_sleep(*(const uint64_t *)arg);
}

static void each_is_an_entry_of_a_chain(void **state)
{
	(void)state;
	struct family family;
	for (unsigned cancel_at = 0; cancel_at < MANY_POLLS; cancel_at++) {
		family_init(&family, JOIN, SLEEP);
		uint64_t duration = 20000;
		struct row_chain row;
		FUTURE_CHAIN_ENTRY_LAZY_INIT(&row.data.sleep, make_sleep, &duration, NULL, NULL);
		FUTURE_CHAIN_ENTRY_INIT(&row.data.yield, future_yield(), NULL, NULL);
		FUTURE_CHAIN_ENTRY_INIT(&row.data.timeout,
					future_timeout(&family.inner.future, 5000), NULL, NULL);
		FUTURE_CHAIN_ENTRY_INIT(&row.data.race, future_race(family.outer_children, 2), NULL,
					NULL);
		FUTURE_CHAIN_ENTRY_INIT(&row.data.event, future_event_wait(&family.event), NULL,
					NULL);
		FUTURE_CHAIN_INIT(&row);

		unsigned polls = 0;
		do {
			if (polls++ == cancel_at)
				future_cancel(FUTURE_AS_RUNNABLE(&row));
		} while (poll_and_heed(&family, FUTURE_AS_RUNNABLE(&row)) != FUTURE_STATE_COMPLETE);
		assert_true(polls <= cancel_at + 1);
		assert_int_equal(FUTURE_OUTPUT(&row.data.sleep.fut)->canceled, cancel_at < 2);
		family_end(&family);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_runs_inside_each),
		cmocka_unit_test(each_may_move_at_every_poll),
		cmocka_unit_test(each_may_be_cancelled_at_every_poll),
		cmocka_unit_test(each_may_be_dropped_at_either_end),
		cmocka_unit_test(each_is_an_entry_of_a_chain),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
