/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/*
 * test_completion.c -- each step of a completion, the calls that come between two steps, and
 * several that set it at once.
 */

#include "concurrent/completion.h"

#include <sched.h>
#include <stdbool.h>

#include "support/test.h"
#include "support/together.h"

static void count(void *data)
{
	++*(unsigned *)data;
}

static struct completion_call counting(unsigned *calls)
{
	return (struct completion_call){count, calls};
}

static const struct completion_call nobody = {NULL, NULL};

static void finish(struct completion *completion, bool set)
{
	if (set)
		completion_set(completion);
	else
		completion_finish(completion);
}

static void test_it_is_pending_until_it_is_finished(void **state)
{
	(void)state;
	for (int set = 0; set < 2; set++) {
		unsigned calls = 0;
		struct completion completion;
		completion_begin(&completion, counting(&calls));
		assert_int_equal(completion_phase(&completion), COMPLETION_PENDING);
		assert_int_equal(calls, 0);
		finish(&completion, set);
		assert_int_equal(completion_phase(&completion), COMPLETION_COMPLETE);
		assert_int_equal(calls, 1);
	}
}

static void test_there_may_be_nobody_to_call(void **state)
{
	(void)state;
	for (int set = 0; set < 2; set++) {
		struct completion completion;
		completion_begin(&completion, nobody);
		finish(&completion, set);
		assert_int_equal(completion_phase(&completion), COMPLETION_COMPLETE);
	}
}

/* However often the two cells change places, the last call is made, and no other. */
static void test_the_call_that_was_registered_last_is_made(void **state)
{
	(void)state;
	for (unsigned watches = 0; watches < 5; watches++) {
		for (int set = 0; set < 2; set++) {
			unsigned calls[5] = {0};
			struct completion completion;
			completion_begin(&completion, counting(&calls[0]));
			for (unsigned i = 1; i <= watches; i++)
				assert_int_equal(completion_watch(&completion, counting(&calls[i])),
						 COMPLETION_PENDING);
			finish(&completion, set);
			for (unsigned i = 0; i < 5; i++)
				assert_int_equal(calls[i], i == watches);
		}
	}
}

static void test_a_call_that_is_in_force_stays_where_it_is(void **state)
{
	(void)state;
	unsigned calls[2] = {0};
	struct completion completion;
	completion_begin(&completion, counting(&calls[0]));
	assert_int_equal(completion_watch(&completion, counting(&calls[1])), COMPLETION_PENDING);
	uint32_t before = completion.state;
	assert_int_equal(completion_watch(&completion, counting(&calls[1])), COMPLETION_PENDING);
	assert_int_equal(completion.state, before);
	assert_int_equal(completion_watch(&completion, counting(&calls[0])), COMPLETION_PENDING);
	assert_int_not_equal(completion.state, before);
	completion_finish(&completion);
	assert_int_equal(calls[0], 1);
	assert_int_equal(calls[1], 0);
}

static void test_what_is_complete_takes_no_call(void **state)
{
	(void)state;
	for (int set = 0; set < 2; set++) {
		unsigned calls = 0;
		struct completion completion;
		completion_begin(&completion, nobody);
		finish(&completion, set);
		assert_int_equal(completion_watch(&completion, counting(&calls)),
				 COMPLETION_COMPLETE);
		assert_int_equal(completion_phase(&completion), COMPLETION_COMPLETE);
		assert_int_equal(calls, 0);
	}
}

/* The watcher comes while it is called, further down the finisher's own stack. */
struct visit {
	struct completion completion;
	unsigned cell; /* in which the call is */
	bool set;
	unsigned calls;
	unsigned others; /* calls that were registered too late */
};

static void visit(void *data)
{
	struct visit *visit = data;
	struct completion *completion = &visit->completion;
	visit->calls++;
	assert_int_equal(completion_phase(completion), COMPLETION_FINISHING);
	assert_int_equal(completion_watch(completion, counting(&visit->others)),
			 COMPLETION_FINISHING);
	if (visit->set)
		completion_set(completion); /* finished already: nothing is left to do */
	else
		completion_call_again(completion); /* it is this very call */
	assert_int_equal(completion_phase(completion), COMPLETION_FINISHING);
}

static void test_a_watcher_within_the_call_finds_it_finishing(void **state)
{
	(void)state;
	for (unsigned variant = 0; variant < 4; variant++) {
		struct visit visited = {.cell = variant & 1, .set = variant & 2};
		struct completion_call call = {visit, &visited};
		completion_begin(&visited.completion, visited.cell == 0 ? call : nobody);
		completion_watch(&visited.completion, call);
		assert_int_equal(visited.completion.state / COMPLETION_CELL, visited.cell);
		finish(&visited.completion, visited.set);
		assert_int_equal(visited.calls, 1);
		assert_int_equal(visited.others, 0);
		assert_int_equal(completion_phase(&visited.completion), COMPLETION_COMPLETE);
	}
}

/* Within the call of one completion another one is finished: each thread's stack of calls. */
struct nest {
	struct visit inner;
	struct completion outer;
	unsigned calls;
};

static void finish_inner(void *data)
{
	struct nest *nest = data;
	if (nest->calls++ == 0)
		completion_finish(&nest->inner.completion);
	completion_call_again(&nest->outer); /* still this very call, which the inner one hid */
}

static void test_calls_nest(void **state)
{
	(void)state;
	struct nest nest = {.calls = 0};
	completion_begin(&nest.inner.completion, (struct completion_call){visit, &nest.inner});
	completion_begin(&nest.outer, (struct completion_call){finish_inner, &nest});
	completion_finish(&nest.outer);
	assert_int_equal(nest.inner.calls, 1);
	assert_int_equal(nest.calls, 1);
	assert_int_equal(completion_phase(&nest.outer), COMPLETION_COMPLETE);
}

/* One thread makes the call and stays in it; the watcher, another thread, has it made once more. */
struct held {
	struct completion completion;
	atomic_uint calls;
	atomic_bool released;
	enum completion_phase found;
};

static void hold_first(void *data)
{
	struct held *held = data;
	if (atomic_fetch_add(&held->calls, 1) > 0)
		return;
	while (!atomic_load(&held->released))
		sched_yield();
}

static void finish_or_watch(void *shared, unsigned number)
{
	struct held *held = shared;
	if (number == 0) {
		completion_finish(&held->completion);
		return;
	}
	while (atomic_load(&held->calls) == 0)
		sched_yield();
	held->found = completion_phase(&held->completion);
	completion_call_again(&held->completion);
	atomic_store(&held->released, true);
}

static void test_a_watcher_on_another_thread_has_the_call_made_again(void **state)
{
	(void)state;
	for (int cell = 0; cell < 2; cell++) {
		struct held held = {.found = COMPLETION_PENDING};
		struct completion_call call = {hold_first, &held};
		completion_begin(&held.completion, cell == 0 ? call : nobody);
		completion_watch(&held.completion, call);
		run_together(2, finish_or_watch, &held);
		assert_int_equal(held.found, COMPLETION_FINISHING);
		assert_int_equal(held.calls, 2);
		assert_int_equal(completion_phase(&held.completion), COMPLETION_COMPLETE);
	}
}

static void test_only_the_first_that_sets_it_calls(void **state)
{
	(void)state;
	unsigned calls = 0;
	struct completion completion;
	completion_begin(&completion, counting(&calls));
	for (int i = 0; i < 3; i++)
		completion_set(&completion);
	assert_int_equal(calls, 1);
	assert_int_equal(completion_phase(&completion), COMPLETION_COMPLETE);
}

/* From either cell: the call of the life before is not made again. */
static void test_a_reset_makes_it_pending_with_nobody_to_call(void **state)
{
	(void)state;
	for (unsigned watches = 0; watches < 3; watches++) {
		unsigned calls[4] = {0};
		struct completion completion;
		completion_begin(&completion, counting(&calls[0]));
		for (unsigned i = 1; i <= watches; i++)
			completion_watch(&completion, counting(&calls[i]));
		completion_set(&completion);
		completion_reset(&completion);
		assert_int_equal(completion_phase(&completion), COMPLETION_PENDING);
		completion_set(&completion);
		assert_int_equal(completion_phase(&completion), COMPLETION_COMPLETE);
		completion_reset(&completion);
		assert_int_equal(completion_watch(&completion, counting(&calls[3])),
				 COMPLETION_PENDING);
		completion_set(&completion);
		for (unsigned i = 0; i < 4; i++)
			assert_int_equal(calls[i], i == watches || i == 3);
	}
}

/* Several set it in each of many lives; the watcher changes its call meanwhile. */
#define SETTERS 3
#define LIVES 2000

struct lives {
	struct completion completion;
	atomic_uint life;
	atomic_uint sets;
	unsigned written[SETTERS]; /* before each set, read after the reset */
	unsigned calls[2];
	unsigned faults;
};

static void set_in_each_life(struct lives *lives, unsigned number)
{
	for (unsigned life = 1; life <= LIVES; life++) {
		while (atomic_load_explicit(&lives->life, memory_order_acquire) < life)
			sched_yield();
		lives->written[number] = life;
		completion_set(&lives->completion);
		atomic_fetch_add_explicit(&lives->sets, 1, memory_order_relaxed);
	}
}

static void watch_each_life(struct lives *lives)
{
	for (unsigned life = 1; life <= LIVES; life++) {
		unsigned before = lives->calls[0] + lives->calls[1];
		unsigned next = 0;
		atomic_store_explicit(&lives->life, life, memory_order_release);
		while (completion_watch(&lives->completion, counting(&lives->calls[next ^= 1])) !=
		       COMPLETION_COMPLETE)
			sched_yield();
		while (atomic_load_explicit(&lives->sets, memory_order_relaxed) != SETTERS * life)
			sched_yield();
		completion_reset(&lives->completion);
		for (unsigned i = 0; i < SETTERS; i++)
			lives->faults += lives->written[i] != life;
		lives->faults += lives->calls[0] + lives->calls[1] > before + 1;
	}
}

static void set_or_watch(void *shared, unsigned number)
{
	if (number < SETTERS)
		set_in_each_life(shared, number);
	else
		watch_each_life(shared);
}

static void test_what_all_that_set_it_wrote_is_visible_after_the_reset(void **state)
{
	(void)state;
	static struct lives lives;
	completion_begin(&lives.completion, nobody);
	run_together(SETTERS + 1, set_or_watch, &lives);
	assert_int_equal(lives.faults, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_it_is_pending_until_it_is_finished),
		cmocka_unit_test(test_there_may_be_nobody_to_call),
		cmocka_unit_test(test_the_call_that_was_registered_last_is_made),
		cmocka_unit_test(test_a_call_that_is_in_force_stays_where_it_is),
		cmocka_unit_test(test_what_is_complete_takes_no_call),
		cmocka_unit_test(test_a_watcher_within_the_call_finds_it_finishing),
		cmocka_unit_test(test_calls_nest),
		cmocka_unit_test(test_a_watcher_on_another_thread_has_the_call_made_again),
		cmocka_unit_test(test_only_the_first_that_sets_it_calls),
		cmocka_unit_test(test_a_reset_makes_it_pending_with_nobody_to_call),
		cmocka_unit_test(test_what_all_that_set_it_wrote_is_visible_after_the_reset),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
