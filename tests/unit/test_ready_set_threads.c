/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/*
 * test_ready_set_threads.c -- every mark that other threads make is handed out, and a late one
 * disturbs nobody.
 */

#include <stdatomic.h>
#include <string.h>

#include "support/random.h"
#include "support/together.h"
#include "tested_ready_set.h"

#define MARKERS 3
#define MARKS 3000

/*
 * The markers count, for each number, how often they marked it; the owner has seen so many. Now and
 * then a marker waits until its mark has been seen: one that is lost is not made good by the next.
 * Meanwhile the owner makes the set larger and smaller, never too small for the numbers marked.
 */
struct stress {
	struct ready_set *set;
	uint32_t n;
	void *handles[NUMBERS_MAX];
	atomic_uint written[NUMBERS_MAX];
	atomic_uint seen[NUMBERS_MAX];
	uint64_t total;
};

static void mark_at_random(struct stress *stress, unsigned number)
{
	struct random random = {number};
	uint32_t near = 0;
	for (unsigned i = 0; i < MARKS; i++) {
		/* Mostly neighbours, whose words the markers fight for. */
		if (i % 64 == 0)
			near = random_below(&random, stress->n);
		uint32_t which = (near + random_below(&random, 3)) % stress->n;
		unsigned mine = 1 + atomic_fetch_add(&stress->written[which], 1);
		ready_set_mark(stress->handles[which]);
		while (i % 4 == 0 && (int)(atomic_load(&stress->seen[which]) - mine) < 0)
			os_yield();
	}
}

static void see_marked(struct stress *stress)
{
	size_t number;
	void *handle;
	ready_set_take(stress->set);
	while (ready_set_next(stress->set, &number, &handle)) {
		unsigned now = atomic_load_explicit(&stress->written[number], memory_order_relaxed);
		stress->total += now - stress->seen[number];
		stress->seen[number] = now;
	}
}

static void stress_run(void *shared, unsigned number)
{
	struct stress *stress = shared;
	if (number > 0) {
		mark_at_random(stress, number);
		return;
	}
	struct random random = {stress->n};
	while (stress->total < (uint64_t)MARKERS * MARKS) {
		uint32_t which = random_below(&random, COUNT_OF(capacities));
		if (capacities[which] >= stress->n)
			ready_set_resize(stress->set, capacities[which]);
		if (ready_set_is_marked(stress->set)) {
			see_marked(stress);
			continue;
		}
		event_prepare(&stress->set->event);
		if (ready_set_is_marked(stress->set))
			event_cancel(&stress->set->event);
		else
			event_sleep(&stress->set->event, OS_NEVER);
	}
}

static void test_no_mark_is_lost(void **state)
{
	(void)state;
	static const uint32_t sizes[] = {1, 64, 65, 4097, NUMBERS_MAX};
	for (size_t i = 0; i < COUNT_OF(sizes); i++) {
		static struct stress stress;
		memset(&stress, 0, sizeof(stress));
		stress.n = sizes[i];
		stress.set = ready_set_acquire(sizes[i]);
		drain(stress.set);
		for (uint32_t number = 0; number < sizes[i]; number++)
			stress.handles[number] = ready_set_handle(stress.set, number);
		run_together(1 + MARKERS, stress_run, &stress);
		assert_int_equal(stress.total, (uint64_t)MARKERS * MARKS);
		drain(stress.set);
		ready_set_release(stress.set);
	}
}

#define WAITERS 3
#define WAITS 2000

/*
 * Waits that come and go. Each asks for one mark and sleeps until it is served; the servers mark
 * old handles as well, whose sets may belong to anybody by then.
 */
struct passing {
	struct request {
		_Atomic(void *) handle; /* NULL: served */
	} requests[WAITERS];
	atomic_uint waiters; /* that have not ended */
};

static void wait_again_and_again(struct passing *passing, unsigned number)
{
	struct random random = {number + 1};
	struct request *request = &passing->requests[number];
	for (unsigned i = 0; i < WAITS; i++) {
		uint32_t n = random_below(&random, 2) ? 64 : 65;
		struct ready_set *set = ready_set_acquire(n);
		atomic_store(&request->handle, ready_set_handle(set, random_below(&random, n)));
		while (atomic_load(&request->handle) != NULL) {
			event_prepare(&set->event);
			if (ready_set_is_marked(set))
				event_cancel(&set->event);
			else
				event_sleep(&set->event, OS_NEVER);
			drain(set);
		}
		ready_set_release(set);
	}
	atomic_fetch_sub(&passing->waiters, 1);
}

static void serve(struct passing *passing, unsigned number)
{
	struct random random = {number};
	void *late[8] = {NULL};
	while (atomic_load(&passing->waiters) > 0) {
		for (unsigned i = 0; i < WAITERS; i++) {
			void *handle = atomic_exchange(&passing->requests[i].handle, NULL);
			if (handle != NULL) {
				ready_set_mark(handle);
				late[random_below(&random, COUNT_OF(late))] = handle;
			}
		}
		void *old = late[random_below(&random, COUNT_OF(late))];
		if (old != NULL)
			ready_set_mark(old);
		os_yield();
	}
}

static void pass_by(void *shared, unsigned number)
{
	if (number < WAITERS)
		wait_again_and_again(shared, number);
	else
		serve(shared, number);
}

static void test_late_marks_disturb_nobody(void **state)
{
	(void)state;
	struct passing passing = {.waiters = WAITERS};
	run_together(WAITERS + 2, pass_by, &passing);
	assert_int_equal(passing.waiters, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_no_mark_is_lost),
		cmocka_unit_test(test_late_marks_disturb_nobody),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
