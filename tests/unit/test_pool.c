/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/*
 * test_pool.c -- how many of the queued tickets a worker takes at once: the rest is left to others.
 */

#include "movers/threads/pool.h"

#include <limits.h>
#include <sched.h>

#include "support/test.h"

struct work {
	atomic_uint begun; /* by the worker */
	atomic_uint may_end;
	atomic_uint ran;
};

/* On the worker a ticket does not end before it may. */
static void run(void *owner, uint32_t ticket, bool lends)
{
	struct work *work = owner;
	(void)ticket;
	if (!lends) {
		unsigned number = atomic_fetch_add(&work->begun, 1);
		while (atomic_load(&work->may_end) <= number)
			sched_yield();
	}
	atomic_fetch_add(&work->ran, 1);
}

/* How many of so many tickets a lender finds when the one worker has taken its share of them. */
static unsigned left_to_the_lender(uint32_t tickets)
{
	static struct pool pool;
	struct os_thread_options options = {.name = NULL};
	struct work work = {.begun = 0};
	_Atomic uint32_t place;
	pool = (struct pool){.depth = 0};
	assert_int_equal(pool_begin(&pool, 1, 128, &options, run, &work), 0);

	assert_true(pool_submit(&pool, 0, false, &place));
	pool_wake(&pool);
	while (atomic_load(&work.begun) < 1)
		sched_yield();
	for (uint32_t i = 1; i <= tickets; i++)
		assert_true(pool_submit(&pool, i, false, &place));
	atomic_store(&work.may_end, 1);
	while (atomic_load(&work.begun) < 2)
		sched_yield();

	unsigned lent = 0;
	while (pool_lend(&pool))
		lent++;
	atomic_store(&work.may_end, UINT_MAX);
	pool_end(&pool);
	assert_int_equal(work.ran, tickets + 1);
	return lent;
}

static void test_few_tickets_are_taken_one_by_one(void **state)
{
	(void)state;
	for (uint32_t tickets = 1; tickets < 8; tickets++)
		assert_int_equal(left_to_the_lender(tickets), tickets - 1);
}

static void test_a_worker_takes_half_of_its_part(void **state)
{
	(void)state;
	assert_int_equal(left_to_the_lender(8), 6);
	assert_int_equal(left_to_the_lender(20), 15);
}

static void test_a_worker_takes_no_more_than_its_share(void **state)
{
	(void)state;
	assert_int_equal(left_to_the_lender(128), 120);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_few_tickets_are_taken_one_by_one),
		cmocka_unit_test(test_a_worker_takes_half_of_its_part),
		cmocka_unit_test(test_a_worker_takes_no_more_than_its_share),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
