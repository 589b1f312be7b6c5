/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/*
 * test_ready_set.c -- every mark is handed out, at every size of a set, also when a handler makes
 * it; a late one to whoever owns the set by then.
 */

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "support/failing_memory.h"
#include "support/random.h"
#include "support/together.h"
#include "tested_ready_set.h"

/* Whether a fork can be noticed. */
static bool forks_pass_unseen;

int __real_os_at_fork(void (*in_child)(void), atomic_bool *asked);
int __wrap_os_at_fork(void (*in_child)(void), atomic_bool *asked);

int __wrap_os_at_fork(void (*in_child)(void), atomic_bool *asked)
{
	return forks_pass_unseen ? ENOMEM : __real_os_at_fork(in_child, asked);
}

/* Before anything else: what was asked for once is not asked for again. */
static void test_no_set_that_a_child_would_share(void **state)
{
	(void)state;
	forks_pass_unseen = true;
	assert_null(ready_set_acquire(1));
	forks_pass_unseen = false;
}

/* First: while there has been memory for no set yet. */
static void test_no_memory_at_all(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT_OF(capacities); i++) {
		failing_memory_set(0, UINT32_MAX);
		assert_null(ready_set_acquire(capacities[i]));
		assert_true(failing_memory_end());
	}
}

/* That each number that has a leaf can be marked and is handed out. */
static void check_set(struct ready_set *set)
{
	size_t number;
	void *handle;
	drain(set);
	for (size_t i = 0; i < set->capacity; i += i < 70 ? 1 : 61)
		ready_set_mark(ready_set_handle(set, i));
	ready_set_take(set);
	for (size_t i = 0; i < set->capacity; i += i < 70 ? 1 : 61) {
		assert_true(ready_set_next(set, &number, &handle));
		assert_int_equal(number, i);
		assert_ptr_equal(handle, ready_set_handle(set, i));
	}
	assert_false(ready_set_next(set, &number, &handle));
	assert_false(ready_set_is_marked(set));
}

/*
 * One allocation fails, or all from one on. Sets with what leaves there was memory for are kept
 * until the end, so that each attempt begins with a new one.
 */
static void test_memory_runs_out(void **state)
{
	(void)state;
	static const size_t sizes[] = {64, 65, 4096, 4097, 3 * 4096, 262144, 262144 + 1};
	struct ready_set *sets[COUNT_OF(sizes) * 2 * 80];
	size_t count = 0;
	size_t smaller = 0;
	for (size_t i = 0; i < COUNT_OF(sizes); i++) {
		for (unsigned failures = 1; failures != 0;
		     failures = failures == 1 ? UINT32_MAX : 0) {
			bool failed = true;
			for (unsigned nth = 0; failed; nth++) {
				failing_memory_set(nth, failures);
				struct ready_set *set = ready_set_acquire(sizes[i]);
				failed = failing_memory_end();
				if (set == NULL)
					continue;
				assert_true(set->capacity > 0);
				assert_true(failed || set->capacity >= sizes[i]);
				smaller += set->capacity < sizes[i];
				check_set(set);
				assert_in_range(count, 0, COUNT_OF(sets) - 1);
				sets[count++] = set;
			}
		}
	}
	assert_true(smaller > 0);
	while (count > 0)
		ready_set_release(sets[--count]);
}

static void test_every_capacity(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT_OF(capacities); i++) {
		struct ready_set *set = ready_set_acquire(capacities[i]);
		assert_non_null(set);
		assert_true(set->capacity >= capacities[i]);
		check_set(set);
		ready_set_release(set);
	}
}

/*
 * The model: of each number, how often it may still be handed out. A mark stands until then, and
 * more marks add nothing; but one that is made during a pass may find the number taken already and
 * not handed out, and then brings it once more.
 */
struct model {
	struct ready_set *set;
	uint32_t n;
	uint8_t *expected;
	bool *standing;
	size_t count; /* of those that stand */
	struct random random;
};

static void mark_one(struct model *model, bool during_pass)
{
	uint32_t i = random_below(&model->random, model->n);
	model->count += !model->standing[i];
	model->standing[i] = true;
	if (model->expected[i] == 0 || (during_pass && model->expected[i] == 1))
		model->expected[i]++;
	ready_set_mark(ready_set_handle(model->set, i));
}

/* A pass, with marks made meanwhile or without; how many numbers it handed out. */
static size_t run_pass(struct model *model, bool mark)
{
	size_t handed_out = 0;
	size_t number;
	void *handle;
	for (ready_set_take(model->set); ready_set_next(model->set, &number, &handle);
	     handed_out++) {
		assert_in_range(number, 0, model->set->capacity - 1);
		assert_ptr_equal(handle, ready_set_handle(model->set, number));
		assert_true(model->expected[number] > 0);
		model->expected[number]--;
		model->count -= model->standing[number];
		model->standing[number] = false;
		if (mark && random_below(&model->random, 4) == 0)
			mark_one(model, true);
	}
	return handed_out;
}

static void settle(struct model *model)
{
	while (ready_set_is_marked(model->set))
		run_pass(model, false);
	assert_int_equal(model->count, 0);
	memset(model->expected, 0, model->n); /* what might have come once more did not */
}

static void check_random_marks(struct ready_set *set, uint32_t n, uint32_t seed)
{
	struct model model = {.set = set, .n = n, .random = {seed}};
	model.expected = calloc(n, sizeof(*model.expected));
	model.standing = calloc(n, sizeof(*model.standing));
	drain(set);
	for (unsigned round = 0; round < 50; round++) {
		for (uint32_t marks = random_below(&model.random, 100); marks > 0; marks--)
			mark_one(&model, false);
		assert_int_equal(ready_set_is_marked(set), model.count > 0);
		size_t before = model.count;
		bool mark = random_below(&model.random, 2) == 0;
		size_t handed_out = run_pass(&model, mark);
		assert_true(handed_out >= before);
		assert_true(mark || (handed_out == before && model.count == 0));
		settle(&model);
	}
	free(model.expected);
	free(model.standing);
}

static void test_random_marks(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT_OF(capacities); i++) {
		struct ready_set *set = ready_set_acquire(capacities[i]);
		for (uint32_t seed = 1; seed <= 10; seed++)
			check_random_marks(set, (uint32_t)capacities[i], seed);
		ready_set_release(set);
	}
}

/* Numbers that the set no longer reaches need not come, but may when it has grown again. */
static void resize(struct model *model, size_t n)
{
	ready_set_resize(model->set, n);
	assert_true(model->set->capacity >= n);
	for (size_t i = model->set->capacity; i < NUMBERS_MAX; i++) {
		model->count -= model->standing[i];
		model->standing[i] = false;
	}
	model->n = (uint32_t)n;
}

/* Marks are kept when the set is resized, by any number of levels. */
static void test_it_grows_and_shrinks(void **state)
{
	(void)state;
	static uint8_t expected[NUMBERS_MAX];
	static bool standing[NUMBERS_MAX];
	struct model model = {
		ready_set_acquire(NUMBERS_MAX), NUMBERS_MAX, expected, standing, 0, {1}};
	drain(model.set);
	for (unsigned round = 0; round < 200; round++) {
		for (unsigned i = random_below(&model.random, 3); i < 3; i++) {
			uint32_t which = random_below(&model.random, COUNT_OF(capacities));
			resize(&model, capacities[which]);
			for (uint32_t marks = random_below(&model.random, 5); marks > 0; marks--)
				mark_one(&model, false);
		}
		assert_true(ready_set_is_marked(model.set) || model.count == 0);
		while (ready_set_is_marked(model.set))
			run_pass(&model, false);
		assert_int_equal(model.count, 0);
	}
	resize(&model, NUMBERS_MAX);
	settle(&model);
	ready_set_release(model.set);
}

/* A number that marks itself again whenever it is handed out does not keep a pass from ending. */
static void test_a_pass_ends(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT_OF(capacities); i++) {
		struct ready_set *set = ready_set_acquire(capacities[i]);
		size_t number;
		void *handle;
		drain(set);
		ready_set_mark(ready_set_handle(set, 0));
		ready_set_mark(ready_set_handle(set, capacities[i] - 1));
		unsigned handed_out = 0;
		for (ready_set_take(set); ready_set_next(set, &number, &handle); handed_out++)
			ready_set_mark(handle);
		assert_in_range(handed_out, 1, 2);
		assert_true(ready_set_is_marked(set));
		drain(set);
		ready_set_release(set);
	}
}

static void test_sets_of_one_thread(void **state)
{
	(void)state;
	struct ready_set *one = ready_set_acquire(64);
	struct ready_set *other = ready_set_acquire(64);
	assert_ptr_not_equal(one, other);
	drain(one);
	drain(other);
	ready_set_mark(ready_set_handle(one, 5));
	assert_true(ready_set_is_marked(one));
	assert_false(ready_set_is_marked(other));
	drain(one);
	ready_set_release(one);
	ready_set_release(other);
	assert_ptr_equal(ready_set_acquire(64), one); /* the first to be released is kept */
	ready_set_release(one);
}

static void test_a_late_mark_reaches_the_next_owner(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT_OF(capacities); i++) {
		struct ready_set *set = ready_set_acquire(capacities[i]);
		drain(set);
		void *late = ready_set_handle(set, capacities[i] - 1);
		ready_set_release(set);
		ready_set_mark(late);
		assert_ptr_equal(ready_set_acquire(capacities[i]), set);
		assert_true(ready_set_is_marked(set));

		size_t number;
		void *handle;
		ready_set_take(set);
		assert_true(ready_set_next(set, &number, &handle));
		assert_int_equal(number, capacities[i] - 1);
		assert_ptr_equal(handle, late);
		assert_false(ready_set_next(set, &number, &handle));
		ready_set_release(set);
	}
}

struct kept {
	struct ready_set *set;
	void *handle;
};

static void keep_at_exit(void *shared, unsigned number)
{
	struct kept *kept = shared;
	(void)number;
	kept->set = ready_set_acquire(65);
	kept->handle = ready_set_handle(kept->set, 64);
	ready_set_release(kept->set);
}

/* A thread that ends gives back the set that it kept; its handles may still be marked. */
static void test_a_thread_ends(void **state)
{
	(void)state;
	struct ready_set *mine = ready_set_acquire(65);
	struct kept first, second;
	run_together(1, keep_at_exit, &first);
	ready_set_mark(first.handle);
	run_together(1, keep_at_exit, &second);
	assert_ptr_equal(first.set, second.set);
	struct ready_set *set = ready_set_acquire(65);
	assert_ptr_equal(set, first.set);
	assert_true(ready_set_is_marked(set));
	drain(set);
	ready_set_release(set);
	ready_set_release(mine);
}

static void *interrupting;

static void mark_interrupting(int number)
{
	(void)number;
	ready_set_mark(interrupting);
}

/* A handler marks while its thread is taking, marking, and about to sleep. */
static void test_marks_from_a_signal_handler(void **state)
{
	(void)state;
	struct sigaction action = {.sa_handler = mark_interrupting};
	struct sigaction before;
	size_t number;
	void *handle;
	sigaction(SIGUSR1, &action, &before);
	for (size_t i = 0; i < COUNT_OF(capacities); i++) {
		struct ready_set *set = ready_set_acquire(capacities[i]);
		drain(set);
		interrupting = ready_set_handle(set, capacities[i] - 1);
		event_prepare(&set->event);
		raise(SIGUSR1);
		event_sleep(&set->event, OS_NEVER);
		ready_set_take(set);
		raise(SIGUSR1);
		assert_true(ready_set_next(set, &number, &handle));
		assert_ptr_equal(handle, interrupting);
		raise(SIGUSR1);
		while (ready_set_next(set, &number, &handle))
			assert_ptr_equal(handle, interrupting);
		assert_true(ready_set_is_marked(set));
		drain(set);
		ready_set_release(set);
	}
	sigaction(SIGUSR1, &before, NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_no_set_that_a_child_would_share),
		cmocka_unit_test(test_no_memory_at_all),
		cmocka_unit_test(test_memory_runs_out),
		cmocka_unit_test(test_every_capacity),
		cmocka_unit_test(test_random_marks),
		cmocka_unit_test(test_it_grows_and_shrinks),
		cmocka_unit_test(test_a_pass_ends),
		cmocka_unit_test(test_sets_of_one_thread),
		cmocka_unit_test(test_a_late_mark_reaches_the_next_owner),
		cmocka_unit_test(test_a_thread_ends),
		cmocka_unit_test(test_marks_from_a_signal_handler),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
