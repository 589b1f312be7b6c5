/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/*
 * test_set.c -- the growing set of a runtime.
 */

#include <errno.h>
#include <stdlib.h>

#include "gate.h"
#include "support/resources.h"
#include "support/test.h"

static void an_empty_set_has_nothing_to_return(void **state)
{
	struct runtime *runtime = runtime_new();
	(void)state;
	errno = 0;
	assert_null(runtime_next(runtime, FOREVER, NULL));
	assert_int_equal(errno, ENOENT);
	assert_int_equal(runtime_count(runtime), 0);
	runtime_delete(runtime);
}

static void futures_come_back_with_their_cookies_as_they_complete(void **state)
{
	enum { COUNT = 200 };
	struct gate gates[COUNT];
	struct gate_future futures[COUNT];
	struct runtime *runtime = runtime_new();
	void *cookie;
	(void)state;

	for (int i = 0; i < COUNT; i++) {
		gates[i] = waking_gate();
		futures[i] = gate_future(&gates[i]);
		assert_int_equal(runtime_add(runtime, &futures[i].base, &gates[i]), 0);
	}
	assert_int_equal(runtime_count(runtime), COUNT);
	errno = 0;
	while (gates[COUNT - 1].polls == 0)
		assert_null(runtime_next(runtime, 0, &cookie));
	assert_int_equal(errno, ETIMEDOUT);
	for (int i = 0; i < COUNT; i++) {
		struct gate *gate = &gates[(i * 7) % COUNT];
		open_gate(gate);
		assert_ptr_equal(runtime_next(runtime, FOREVER, &cookie),
				 &futures[gate - gates].base);
		assert_ptr_equal(cookie, gate);
		assert_int_equal(gate->polls,
				 2); /* one to start, one to complete, none for others */
		assert_int_equal(runtime_count(runtime), COUNT - 1 - i);
	}
	assert_null(runtime_next(runtime, 0, NULL));
	assert_int_equal(errno, ENOENT);
	runtime_delete(runtime);
}

/* In debug builds, adding looks at all that is in the set. */
#ifdef NDEBUG
#define MANY 300000
#else
#define MANY 5000
#endif

static void a_set_grows_while_wakers_are_out(void **state)
{
	enum { COUNT = MANY };
	struct gate early = waking_gate();
	struct gate_future first = gate_future(&early);
	struct gate *gates = calloc(COUNT, sizeof(*gates));
	struct gate_future *futures = calloc(COUNT, sizeof(*futures));
	struct runtime *runtime = runtime_new();
	(void)state;

	assert_int_equal(runtime_add(runtime, &first.base, NULL), 0);
	assert_null(runtime_next(runtime, 0, NULL));
	for (int i = 0; i < COUNT; i++) {
		gates[i].open = 1;
		futures[i] = gate_future(&gates[i]);
		assert_int_equal(runtime_add(runtime, &futures[i].base, NULL), 0);
	}
	open_gate(&early); /* by the handle of the smallest set */
	for (int i = 0; i < COUNT + 1; i++)
		assert_non_null(runtime_next(runtime, FOREVER, NULL));
	assert_int_equal(early.polls, 2);
	runtime_delete(runtime);
	free(gates);
	free(futures);
}

struct adder_data {
	struct runtime *runtime;
	struct gate_future *others;
	int count;
};
FUTURE(adder_future, struct adder_data, struct gate_output);

static enum future_state adder_task(struct future_context *context,
				    struct future_notifier *notifier)
{
	struct adder_data *data = future_context_get_data(context);
	(void)notifier;
	for (int i = 0; i < data->count; i++)
		assert_int_equal(runtime_add(data->runtime, &data->others[i].base, NULL), 0);
	return FUTURE_STATE_COMPLETE;
}

static void a_poll_may_add_to_the_set_that_it_is_polled_by(void **state)
{
	enum { ADDERS = 40, EACH = 50 };
	static struct adder_future adders[ADDERS];
	static struct gate_future others[ADDERS * EACH];
	static struct gate gate = {.open = 1};
	struct runtime *runtime = runtime_new();
	(void)state;

	for (int i = 0; i < ADDERS; i++) {
		FUTURE_INIT(&adders[i], adder_task);
		adders[i].data = (struct adder_data){runtime, &others[i * EACH], EACH};
		for (int k = 0; k < EACH; k++)
			others[i * EACH + k] = gate_future(&gate);
		assert_int_equal(runtime_add(runtime, &adders[i].base, NULL), 0);
	}
	for (int i = 0; i < ADDERS * (EACH + 1); i++)
		assert_non_null(runtime_next(runtime, FOREVER, NULL));
	assert_int_equal(gate.polls, ADDERS * EACH);
	runtime_delete(runtime);
}

static void a_future_that_was_removed_is_not_polled_again(void **state)
{
	struct gate gate = waking_gate();
	struct gate done = {.open = 1};
	struct gate_future pending = gate_future(&gate);
	struct gate_future complete = gate_future(&done);
	struct gate_future another = gate_future(&done);
	struct runtime *runtime = runtime_new();
	(void)state;

	assert_int_equal(runtime_remove(runtime, &pending.base), -1);
	assert_int_equal(errno, ENOENT);
	runtime_add(runtime, &pending.base, NULL);
	runtime_add(runtime, &complete.base, NULL);
	runtime_add(runtime, &another.base, NULL);
	assert_ptr_equal(runtime_next(runtime, 0, NULL), &complete.base);
	assert_int_equal(runtime_remove(runtime, &pending.base), 0);
	assert_int_equal(runtime_remove(runtime, &another.base), 0); /* it is done already */
	assert_int_equal(runtime_remove(runtime, NULL), -1);
	assert_int_equal(errno, ENOENT);
	size_t polls = gate.polls;
	open_gate(&gate); /* late: a spurious mark */
	assert_null(runtime_next(runtime, FOREVER, NULL));
	assert_int_equal(errno, ENOENT);
	assert_int_equal(gate.polls, polls);
	runtime_wait(runtime, &pending.base); /* it stayed valid */
	runtime_delete(runtime);
}

static void every_kind_of_answer_is_heeded_in_a_set(void **state)
{
	struct gate soon = {.notifier_used = FUTURE_NOTIFIER_NONE};
	struct gate timed = {.notifier_used = FUTURE_NOTIFIER_NONE, .poll_within_us = 100};
	struct gate silent = waking_gate();
	struct gate_future futures[] = {gate_future(&soon), gate_future(&timed),
					gate_future(&silent)};
	struct runtime *runtime = runtime_new();
	(void)state;

	for (int i = 0; i < 3; i++)
		runtime_add(runtime, &futures[i].base, NULL);
	while (soon.polls < 10 || timed.polls < 3)
		assert_null(runtime_next(runtime, MILLISECOND, NULL));
	soon.open = 1;
	assert_ptr_equal(runtime_next(runtime, FOREVER, NULL), &futures[0].base);
	timed.open = 1;
	assert_ptr_equal(runtime_next(runtime, FOREVER, NULL), &futures[1].base);
	silent.open = 1; /* and does not wake */
	assert_ptr_equal(runtime_next(runtime, FOREVER, NULL), &futures[2].base);
	runtime_delete(runtime);
}

static void a_set_that_cannot_grow_says_so_and_goes_on(void **state)
{
	enum { COUNT = 5000 };
	static struct gate gate = {.open = 1};
	static struct gate_future futures[COUNT];
	(void)state;

	for (long allowed = 0;; allowed++) {
		struct runtime *runtime = runtime_new();
		size_t added = 0;
		int error = 0;
		resources_begin(allowed, RESOURCES_UNLIMITED);
		for (; added < COUNT && error == 0; added += error == 0) {
			futures[added] = gate_future(&gate);
			error = runtime_add(runtime, &futures[added].base, NULL);
		}
		if (error != 0)
			assert_int_equal(errno, ENOMEM);
		for (size_t i = 0; i < added; i++)
			assert_non_null(runtime_next(runtime, FOREVER, NULL));
		assert_int_equal(runtime_count(runtime), 0);
		resources_begin(RESOURCES_UNLIMITED, RESOURCES_UNLIMITED);
		runtime_delete(runtime);
		if (error == 0)
			return;
	}
}

static void what_is_done_may_be_removed_before_it_is_handed_out(void **state)
{
	enum { COUNT = 6 };
	struct gate gate = {.open = 1};
	struct gate_future futures[COUNT];
	struct runtime *runtime = runtime_new();
	(void)state;
	for (int i = 0; i < COUNT - 1; i++) {
		futures[i] = gate_future(&gate);
		assert_int_equal(runtime_add(runtime, &futures[i].base, NULL), 0);
	}
	assert_ptr_equal(runtime_next(runtime, 0, NULL), &futures[0].base); /* all are done */
	assert_int_equal(runtime_remove(runtime, &futures[2].base), 0);
	assert_int_equal(runtime_remove(runtime, &futures[4].base), 0);
	assert_int_equal(runtime_remove(runtime, &futures[1].base), 0);
	futures[COUNT - 1] = gate_future(&gate);
	assert_int_equal(runtime_add(runtime, &futures[COUNT - 1].base, NULL), 0);
	assert_ptr_equal(runtime_next(runtime, 0, NULL), &futures[3].base);
	assert_ptr_equal(runtime_next(runtime, 0, NULL), &futures[COUNT - 1].base);
	assert_int_equal(runtime_count(runtime), 0);
	runtime_delete(runtime);
}

static void a_set_grows_while_futures_want_polling_soon(void **state)
{
	enum { COUNT = 300 };
	static struct gate gates[COUNT];
	static struct gate_future futures[COUNT];
	struct runtime *runtime = runtime_new();
	(void)state;
	for (int i = 0; i < COUNT; i++) {
		gates[i] = (struct gate){.notifier_used = FUTURE_NOTIFIER_NONE};
		futures[i] = gate_future(&gates[i]);
		assert_int_equal(runtime_add(runtime, &futures[i].base, &gates[i]), 0);
		if (i % 10 == 0)
			assert_null(runtime_next(runtime, 0, NULL));
	}
	for (int i = 0; i < COUNT; i++) {
		void *cookie = NULL;
		gates[i].open = 1;
		assert_ptr_equal(runtime_next(runtime, FOREVER, &cookie), &futures[i].base);
		assert_ptr_equal(cookie, &gates[i]);
	}
	runtime_delete(runtime);
}

#ifndef NDEBUG
static void adding_a_future_twice_is_refused_in_debug_builds(void **state)
{
	struct gate gate = waking_gate();
	struct gate_future future = gate_future(&gate);
	struct runtime *runtime = runtime_new();
	(void)state;
	assert_int_equal(runtime_add(runtime, &future.base, NULL), 0);
	assert_int_equal(runtime_add(runtime, &future.base, NULL), -1);
	assert_int_equal(errno, EEXIST);
	runtime_delete(runtime);
}
#endif

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_empty_set_has_nothing_to_return),
		cmocka_unit_test(futures_come_back_with_their_cookies_as_they_complete),
		cmocka_unit_test(a_set_grows_while_wakers_are_out),
		cmocka_unit_test(a_poll_may_add_to_the_set_that_it_is_polled_by),
		cmocka_unit_test(a_future_that_was_removed_is_not_polled_again),
		cmocka_unit_test(every_kind_of_answer_is_heeded_in_a_set),
		cmocka_unit_test(a_set_that_cannot_grow_says_so_and_goes_on),
		cmocka_unit_test(what_is_done_may_be_removed_before_it_is_handed_out),
		cmocka_unit_test(a_set_grows_while_futures_want_polling_soon),
#ifndef NDEBUG
		cmocka_unit_test(adding_a_future_twice_is_refused_in_debug_builds),
#endif
	};
	resources_begin(RESOURCES_UNLIMITED, RESOURCES_UNLIMITED);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
