/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/*
 * test_merge.c -- what a composed future answers, given what its children do: through joins, and
 * through time-outs, whose own time is one more thing to merge.
 */

#include <libminiasync/compose.h>

#include "support/test.h"

/* A child that always answers the same, and notes what it was shown. */
struct child {
	enum future_state state;
	enum future_notifier_type used;
	uint32_t within_us;
	uint64_t *word; /* what it leaves in ptr_to_monitor; NULL: what it found */
	unsigned polls;
	unsigned offers; /* polls that offered time */
	unsigned uncleared;
};

struct child_data {
	struct child *child;
};

FUTURE(child_future, struct child_data, char);

static enum future_state child_task(struct future_context *context,
				    struct future_notifier *notifier)
{
	struct child *child = ((struct child_data *)future_context_get_data(context))->child;
	child->polls++;
	if (notifier == NULL)
		return child->state;
	child->uncleared +=
		notifier->notifier_used != FUTURE_NOTIFIER_NONE || notifier->poll_within_us != 0;
	child->offers += notifier->poller.ptr_to_monitor == &future_time_offer;
	notifier->notifier_used = child->used;
	notifier->poll_within_us = child->within_us;
	if (child->word != NULL)
		notifier->poller.ptr_to_monitor = child->word;
	return child->state;
}

/* Up to four children of which a join is made. */
struct family {
	struct child_future members[4];
	struct future *futs[4];
	struct future_notifier notifier; /* the answer of the latest poll */
};

static struct future_join family_join(struct family *family, struct child *children[], size_t n)
{
	for (size_t i = 0; i < n; i++) {
		family->members[i] = (struct child_future){.data = {children[i]}};
		FUTURE_INIT(&family->members[i], child_task);
		family->futs[i] = FUTURE_AS_RUNNABLE(&family->members[i]);
	}
	return future_join(family->futs, n);
}

static void poll_join(struct family *family, struct child *children[], size_t n, uint64_t *shown)
{
	struct future_join join = family_join(family, children, n);
	family->notifier.poller.ptr_to_monitor = shown;
	assert_int_equal(future_poll(FUTURE_AS_RUNNABLE(&join), &family->notifier),
			 FUTURE_STATE_RUNNING);
}

static uint64_t word;

static struct child pending(enum future_notifier_type used, uint32_t within_us)
{
	return (struct child){
		.state = FUTURE_STATE_RUNNING,
		.used = used,
		.within_us = within_us,
		.word = used == FUTURE_NOTIFIER_POLLER ? &word : NULL,
	};
}

static struct child complete(void)
{
	return (struct child){.state = FUTURE_STATE_COMPLETE};
}

/* Answers, as two letters: which notifier, and the time. "x" is a notifier of the future. */
static enum future_notifier_type used_of(const char *answer)
{
	switch (answer[0]) {
	case 'w':
		return FUTURE_NOTIFIER_WAKER;
	case 'p':
		return FUTURE_NOTIFIER_POLLER;
	case 'x':
		return (enum future_notifier_type)3;
	default:
		return FUTURE_NOTIFIER_NONE;
	}
}

static uint32_t within_of(const char *answer)
{
	return (uint32_t)(answer[1] - '0');
}

static void assert_answer(const struct future_notifier *notifier, const char *expected)
{
	assert_int_equal(notifier->notifier_used, used_of(expected));
	assert_int_equal(notifier->poll_within_us, within_of(expected));
	if (expected[0] == 'p')
		assert_ptr_equal(notifier->poller.ptr_to_monitor, &word);
	else
		assert_ptr_equal(notifier->poller.ptr_to_monitor, NULL);
}

static const char *const answers[] = {"n0", "n5", "n9", "w0", "w5", "w9", "p0", "p5", "p9", "x5"};

static const char *const merged[][COUNT_OF(answers)] = {
	/*        n0    n5    n9    w0    w5    w9    p0    p5    p9    x5 */
	/* n0 */ {"n0", "n0", "n0", "n0", "n0", "n0", "n0", "n0", "n0", "n0"},
	/* n5 */ {"n0", "n5", "n5", "w5", "w5", "w5", "n0", "n0", "n0", "n0"},
	/* n9 */ {"n0", "n5", "n9", "w9", "w5", "w9", "n0", "n0", "n0", "n0"},
	/* w0 */ {"n0", "w5", "w9", "w0", "w5", "w9", "n0", "n0", "n0", "n0"},
	/* w5 */ {"n0", "w5", "w5", "w5", "w5", "w5", "n0", "n0", "n0", "n0"},
	/* w9 */ {"n0", "w5", "w9", "w9", "w5", "w9", "n0", "n0", "n0", "n0"},
	/* p0 */ {"n0", "n0", "n0", "n0", "n0", "n0", "n0", "n0", "n0", "n0"},
	/* p5 */ {"n0", "n0", "n0", "n0", "n0", "n0", "n0", "n0", "n0", "n0"},
	/* p9 */ {"n0", "n0", "n0", "n0", "n0", "n0", "n0", "n0", "n0", "n0"},
	/* x5 */ {"n0", "n0", "n0", "n0", "n0", "n0", "n0", "n0", "n0", "n0"},
};

static void two_answers_merge_as_the_table_says(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT_OF(answers); i++) {
		for (size_t j = 0; j < COUNT_OF(answers); j++) {
			struct child one = pending(used_of(answers[i]), within_of(answers[i]));
			struct child other = pending(used_of(answers[j]), within_of(answers[j]));
			struct family family = {0};
			poll_join(&family, (struct child *[]){&one, &other}, 2, NULL);
			assert_answer(&family.notifier, merged[i][j]);
			assert_int_equal(one.uncleared + other.uncleared, 0);
			assert_int_equal(one.polls, 1);
			assert_int_equal(other.polls, 1);
		}
	}
}

/* Three merge as two of them do, merged with the third. */
static void the_order_of_children_does_not_matter(void **state)
{
	(void)state;
	static const char *const triples[][4] = {
		{"w0", "n9", "n5", "w5"}, {"n5", "w9", "w0", "w5"}, {"n9", "w0", "n0", "n0"},
		{"p5", "w0", "n9", "n0"}, {"n9", "n9", "n5", "n5"}, {"w0", "w0", "w0", "w0"},
	};
	static const size_t orders[][3] = {{0, 1, 2}, {0, 2, 1}, {1, 0, 2},
					   {1, 2, 0}, {2, 0, 1}, {2, 1, 0}};
	for (size_t i = 0; i < COUNT_OF(triples); i++) {
		for (size_t j = 0; j < COUNT_OF(orders); j++) {
			struct child children[3];
			struct child *ordered[3];
			for (size_t k = 0; k < 3; k++) {
				children[k] =
					pending(used_of(triples[i][k]), within_of(triples[i][k]));
				ordered[orders[j][k]] = &children[k];
			}
			struct family family = {0};
			poll_join(&family, ordered, 3, NULL);
			assert_answer(&family.notifier, triples[i][3]);
		}
	}
}

static void one_pending_child_answers_for_all(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT_OF(answers); i++) {
		struct child before = complete(), after = complete();
		struct child between = pending(used_of(answers[i]), within_of(answers[i]));
		before.used = FUTURE_NOTIFIER_POLLER; /* what a complete one leaves is no answer */
		before.within_us = 1;
		struct family family = {0};
		poll_join(&family, (struct child *[]){&before, &between, &after}, 3, NULL);
		assert_answer(&family.notifier, answers[i][0] == 'x' ? "n0" : answers[i]);
	}
}

static void the_longest_time_is_a_time_like_any_other(void **state)
{
	(void)state;
	struct child one = pending(FUTURE_NOTIFIER_NONE, UINT32_MAX);
	struct child other = pending(FUTURE_NOTIFIER_WAKER, UINT32_MAX);
	struct family family = {0};
	poll_join(&family, (struct child *[]){&one, &other}, 2, NULL);
	assert_int_equal(family.notifier.notifier_used, FUTURE_NOTIFIER_WAKER);
	assert_int_equal(family.notifier.poll_within_us, UINT32_MAX);
}

/* A time-out's own time bounds its child's answer, and is no other child beside it. */
static void a_timeouts_time_joins_the_answer(void **state)
{
	(void)state;
	static const struct {
		const char *answer;
		enum future_notifier_type used;
		uint32_t within_us; /* at the most */
	} rows[] = {
		{"n0", FUTURE_NOTIFIER_NONE, 0},
		{"n5", FUTURE_NOTIFIER_NONE, 5},
		{"w0", FUTURE_NOTIFIER_WAKER, 3600000000},
		{"w5", FUTURE_NOTIFIER_WAKER, 5},
		{"p0", FUTURE_NOTIFIER_POLLER, 3600000000},
		{"p5", FUTURE_NOTIFIER_POLLER, 5},
	};
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct child child = pending(used_of(rows[i].answer), within_of(rows[i].answer));
		struct family family = {0};
		family_join(&family, (struct child *[]){&child}, 1);
		struct future_timeout timeout =
			future_timeout(family.futs[0], UINT64_C(3600000000000));
		assert_int_equal(future_poll(FUTURE_AS_RUNNABLE(&timeout), &family.notifier),
				 FUTURE_STATE_RUNNING);
		assert_int_equal(family.notifier.notifier_used, rows[i].used);
		assert_int_equal(family.notifier.poll_within_us, rows[i].within_us);
	}
}

static void a_timeout_that_never_comes_adds_no_time(void **state)
{
	(void)state;
	struct child child = pending(FUTURE_NOTIFIER_WAKER, 0);
	struct family family = {0};
	family_join(&family, (struct child *[]){&child}, 1);
	struct future_timeout timeout = future_timeout(family.futs[0], UINT64_MAX);
	future_poll(FUTURE_AS_RUNNABLE(&timeout), &family.notifier);
	assert_answer(&family.notifier, "w0");
}

static void without_a_notifier_children_get_none(void **state)
{
	(void)state;
	struct child one = pending(FUTURE_NOTIFIER_WAKER, 5);
	struct child other = pending(FUTURE_NOTIFIER_POLLER, 5);
	struct family family = {0};
	struct future_join join = family_join(&family, (struct child *[]){&one, &other}, 2);
	assert_int_equal(future_poll(FUTURE_AS_RUNNABLE(&join), NULL), FUTURE_STATE_RUNNING);
	assert_int_equal(one.polls + other.polls, 2);
}

/* Offers of time. */

static struct child lender(void)
{
	struct child child = pending(FUTURE_NOTIFIER_WAKER, 0);
	child.word = &future_time_offer;
	return child;
}

static uint64_t not_interested;

static struct child busy(void)
{
	struct child child = pending(FUTURE_NOTIFIER_WAKER, 0);
	child.word = &not_interested;
	return child;
}

static void an_offer_is_shown_to_every_child_that_leaves_it(void **state)
{
	(void)state;
	struct child children[] = {busy(), lender(), pending(FUTURE_NOTIFIER_NONE, 7), lender()};
	struct family family = {0};
	poll_join(&family,
		  (struct child *[]){&children[0], &children[1], &children[2], &children[3]}, 4,
		  &future_time_offer);
	for (size_t i = 0; i < 4; i++)
		assert_int_equal(children[i].offers, 1);
}

static void an_offer_ends_with_the_child_that_took_it(void **state)
{
	(void)state;
	struct child takers[] = {pending(FUTURE_NOTIFIER_NONE, 0), complete()};
	for (size_t i = 0; i < COUNT_OF(takers); i++) {
		struct child first = lender(), last = lender();
		struct family family = {0};
		poll_join(&family, (struct child *[]){&first, &takers[i], &last}, 3,
			  &future_time_offer);
		assert_int_equal(first.offers, 1);
		assert_int_equal(takers[i].offers, 1);
		assert_int_equal(last.offers, 0);
		assert_int_equal(last.polls, 1);
	}
}

static void no_other_address_is_shown(void **state)
{
	(void)state;
	uint64_t *stray[] = {NULL, &word};
	for (size_t i = 0; i < COUNT_OF(stray); i++) {
		struct child child = pending(FUTURE_NOTIFIER_WAKER, 0);
		struct family family = {0};
		poll_join(&family, (struct child *[]){&child}, 1, stray[i]);
		assert_int_equal(child.offers, 0);
		assert_ptr_equal(family.notifier.poller.ptr_to_monitor, NULL);
	}
}

static void an_invitation_of_any_child_is_the_parents(void **state)
{
	(void)state;
	struct child first = busy(), second = lender(), third = busy();
	struct family family = {0};
	poll_join(&family, (struct child *[]){&first, &second, &third}, 3, NULL);
	assert_int_equal(family.notifier.notifier_used, FUTURE_NOTIFIER_WAKER);
	assert_ptr_equal(family.notifier.poller.ptr_to_monitor, &future_time_offer);
}

static void an_offer_that_no_child_wants_is_not_left_standing(void **state)
{
	(void)state;
	struct child first = busy(), second = pending(FUTURE_NOTIFIER_NONE, 7);
	struct family family = {0};
	poll_join(&family, (struct child *[]){&first, &second}, 2, &future_time_offer);
	assert_int_equal(family.notifier.notifier_used, FUTURE_NOTIFIER_WAKER);
	assert_ptr_equal(family.notifier.poller.ptr_to_monitor, NULL);
}

static void offers_and_invitations_pass_through_two_levels(void **state)
{
	(void)state;
	struct child child = lender();
	struct family family = {0};
	struct future_join inner = family_join(&family, (struct child *[]){&child}, 1);
	struct future_timeout timeout = future_timeout(FUTURE_AS_RUNNABLE(&inner), UINT64_MAX);
	struct future *futs[] = {FUTURE_AS_RUNNABLE(&timeout)};
	struct future_race outer = future_race(futs, 1);

	struct future_notifier notifier = {0};
	future_poll(FUTURE_AS_RUNNABLE(&outer), &notifier);
	assert_ptr_equal(notifier.poller.ptr_to_monitor, &future_time_offer);
	assert_int_equal(child.offers, 0);
	future_poll(FUTURE_AS_RUNNABLE(&outer), &notifier);
	assert_int_equal(child.offers, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(two_answers_merge_as_the_table_says),
		cmocka_unit_test(the_order_of_children_does_not_matter),
		cmocka_unit_test(one_pending_child_answers_for_all),
		cmocka_unit_test(the_longest_time_is_a_time_like_any_other),
		cmocka_unit_test(a_timeouts_time_joins_the_answer),
		cmocka_unit_test(a_timeout_that_never_comes_adds_no_time),
		cmocka_unit_test(without_a_notifier_children_get_none),
		cmocka_unit_test(an_offer_is_shown_to_every_child_that_leaves_it),
		cmocka_unit_test(an_offer_ends_with_the_child_that_took_it),
		cmocka_unit_test(no_other_address_is_shown),
		cmocka_unit_test(an_invitation_of_any_child_is_the_parents),
		cmocka_unit_test(an_offer_that_no_child_wants_is_not_left_standing),
		cmocka_unit_test(offers_and_invitations_pass_through_two_levels),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
