/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/*
 * test_schedules.c -- small scenarios of the protocols under many seeds of schedule.h. What is
 * wrong under one of them is printed with its seed; MINIASYNC_SEED=... runs that one again.
 */

#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "concurrent/completion.h"
#include "concurrent/queue.h"
#include "concurrent/ready_set.h"
#include "concurrent/spin.h"
#include "movers/threads/pool.h"
#include "support/schedule.h"
#include "support/test.h"

/*
 * How long somebody spins depends on the clock, and an interleaving must not: the time is over at
 * once.
 */
bool spinning_pays(void)
{
	return false;
}

/* Threads of a scenario: at once, and to their end. */
static void run_threads(unsigned count, void (*const run[])(void *arg))
{
	struct os_thread threads[4];
	struct os_thread_options options = {.name = NULL};
	for (unsigned i = 0; i < count; i++)
		SCHEDULE_CHECK(os_thread_start(&threads[i], &options, run[i], NULL) == 0);
	for (unsigned i = 0; i < count; i++)
		os_thread_join(&threads[i]);
}

/* Park and wake: two give, one takes. */
static struct event event;
static atomic_uint gifts;

static void give(void *arg)
{
	(void)arg;
	for (unsigned i = 0; i < 2; i++) {
		yield_point();
		atomic_fetch_add(&gifts, 1);
		event_signal(&event);
	}
}

static void take_gifts(bool look_again)
{
	for (unsigned taken = 0; taken < 4;) {
		taken += atomic_exchange(&gifts, 0);
		if (taken == 4)
			break;
		yield_point();
		event_prepare(&event);
		if (look_again && atomic_load(&gifts) != 0)
			event_cancel(&event);
		else
			event_sleep(&event, OS_NEVER);
	}
}

static void take(void *arg)
{
	(void)arg;
	take_gifts(true);
}

static void take_broken(void *arg)
{
	(void)arg;
	take_gifts(false);
}

static void park_and_wake(void)
{
	atomic_store(&gifts, 0);
	run_threads(3, (void (*const[])(void *)){take, give, give});
}

static void park_and_wake_broken(void)
{
	atomic_store(&gifts, 0);
	run_threads(3, (void (*const[])(void *)){take_broken, give, give});
}

/* Ready set: two mark, one waits and changes its size. */
static struct ready_set *set;
static void *handles[2];
static atomic_uint marked[2];

static void mark(unsigned number)
{
	for (unsigned i = 0; i < 2; i++) {
		atomic_fetch_add(&marked[number], 1);
		ready_set_mark(handles[number]);
	}
}

static void mark_first(void *arg)
{
	(void)arg;
	mark(0);
}

static void mark_second(void *arg)
{
	(void)arg;
	mark(1);
}

static void wait_for_marks(void *arg)
{
	static const size_t sizes[] = {5000, 64, 65, 5000};
	unsigned seen[2] = {0};
	size_t number;
	void *handle;
	(void)arg;
	for (unsigned round = 0; seen[0] + seen[1] < 4; round++) {
		ready_set_resize(set, sizes[round % COUNT_OF(sizes)]);
		event_prepare(&set->event);
		if (ready_set_is_marked(set))
			event_cancel(&set->event);
		else
			event_sleep(&set->event, OS_NEVER);
		ready_set_take(set);
		while (ready_set_next(set, &number, &handle))
			if (number < 2)
				seen[number] = atomic_load(&marked[number]);
	}
}

static void marks(void)
{
	set = ready_set_acquire(5000);
	for (unsigned i = 0; i < 2; i++) {
		handles[i] = ready_set_handle(set, i);
		atomic_store(&marked[i], 0);
	}
	run_threads(3, (void (*const[])(void *)){wait_for_marks, mark_first, mark_second});
	ready_set_release(set);
}

/* Completion: watchers take turns while it is finished; each life reuses it. */
static struct completion completion;
static atomic_uint begun;   /* lives that the finisher may finish */
static atomic_uint called;  /* the latest call; 0: none */
static atomic_bool is_over; /* the watcher has found COMPLETE */
static unsigned result;

static void call_number(void *data)
{
	SCHEDULE_CHECK(!is_over);
	atomic_store(&called, (unsigned)(uintptr_t)data);
	yield_point();
	SCHEDULE_CHECK(!is_over);
}

static void watch(void *arg)
{
	(void)arg;
	for (uintptr_t life = 1; life <= 3; life++) {
		uintptr_t promised = 1;
		atomic_store(&called, 0);
		atomic_store(&is_over, false);
		completion_begin(&completion, (struct completion_call){call_number, (void *)1});
		atomic_store(&begun, (unsigned)life);
		enum completion_phase phase = COMPLETION_PENDING;
		for (uintptr_t call = 2; phase != COMPLETION_COMPLETE; call++) {
			os_yield();
			phase = completion_watch(
				&completion, (struct completion_call){call_number, (void *)call});
			if (phase == COMPLETION_PENDING)
				promised = call;
		}
		atomic_store(&is_over, true);
		SCHEDULE_CHECK(called == promised);
		SCHEDULE_CHECK(result == life);
	}
}

static void finish(void *arg)
{
	(void)arg;
	for (unsigned life = 1; life <= 3; life++) {
		while (atomic_load(&begun) < life)
			os_yield();
		result = life;
		completion_finish(&completion);
	}
}

static void completions(void)
{
	atomic_store(&begun, 0);
	run_threads(2, (void (*const[])(void *)){watch, finish});
}

/* Queue: two push and try to take one back, two pop, and there is room for two. */
static struct queue queue;
static atomic_uint popped;
static atomic_uint sum;

static void push_from(uint32_t first)
{
	_Atomic uint32_t place;
	for (uint32_t i = 0; i < 3; i++) {
		while (!queue_push(&queue, first << i, UINT32_MAX, &place))
			os_yield();
		if (i == 1 && queue_take_back(&queue, first << i, place)) {
			atomic_fetch_add(&sum, first << i);
			atomic_fetch_add(&popped, 1);
		}
	}
}

static void push_low(void *arg)
{
	(void)arg;
	push_from(1);
}

static void push_high(void *arg)
{
	(void)arg;
	push_from(8);
}

static void pop(void *arg)
{
	uint32_t numbers[2];
	(void)arg;
	while (atomic_load(&popped) < 6) {
		uint32_t count = queue_pop(&queue, numbers, 2);
		for (uint32_t i = 0; i < count; i++)
			atomic_fetch_add(&sum, numbers[i]);
		atomic_fetch_add(&popped, count);
		if (count == 0)
			os_yield();
	}
}

static void queues(void)
{
	SCHEDULE_CHECK(queue_begin(&queue, 2) == 0);
	atomic_store(&popped, 0);
	atomic_store(&sum, 0);
	run_threads(4, (void (*const[])(void *)){push_low, push_high, pop, pop});
	SCHEDULE_CHECK(sum == 63);
	SCHEDULE_CHECK(queue_is_empty(&queue));
	SCHEDULE_CHECK(queue_depth(&queue) == 0);
	queue_end(&queue);
}

/*
 * Pool: tickets come in pairs, from two threads, and the work of a pair's first ends only when the
 * second's has begun, which takes both workers.
 */
#define PAIRS 6
static struct pool pool;
static atomic_uint running;
static atomic_uint ran;

static void run_ticket(void *owner, uint32_t ticket, bool lends)
{
	(void)owner;
	(void)lends;
	(void)ticket;
	unsigned pair = atomic_fetch_add(&running, 1) / 2;
	while (atomic_load(&running) < 2 * (pair + 1))
		os_yield();
	atomic_fetch_add(&ran, 1);
}

static void submit(void *arg)
{
	_Atomic uint32_t place;
	(void)arg;
	for (unsigned pair = 0; pair < PAIRS; pair++) {
		SCHEDULE_CHECK(pool_submit(&pool, pair, true, &place));
		pool_wake(&pool);
		while (atomic_load(&ran) < 2 * (pair + 1))
			os_yield();
	}
}

static void use_pool(bool when_all_sleep)
{
	struct os_thread_options options = {.name = NULL};
	pool = (struct pool){.depth = 0};
	atomic_store(&running, 0);
	atomic_store(&ran, 0);
	SCHEDULE_CHECK(pool_begin(&pool, 2, 4, &options, run_ticket, NULL) == 0);
	while (when_all_sleep && atomic_load(&pool.idle.bits[0]) != 3)
		os_yield();
	run_threads(2, (void (*const[])(void *)){submit, submit});
	pool_end(&pool);
	SCHEDULE_CHECK(ran == 2 * PAIRS);
}

static void pool_at_rest(void)
{
	use_pool(true);
}

static void pool_at_once(void)
{
	use_pool(false);
}

static void run_many(void (*scenario)(void))
{
	unsigned different = schedule_run_many(scenario);
	printf("%u different interleavings\n", different);
	assert_true(different > 20 || getenv("MINIASYNC_SEED") != NULL);
}

static void test_park_and_wake(void **state)
{
	(void)state;
	run_many(park_and_wake);
}

static void test_ready_set(void **state)
{
	(void)state;
	run_many(marks);
}

static void test_completion(void **state)
{
	(void)state;
	run_many(completions);
}

static void test_queue(void **state)
{
	(void)state;
	run_many(queues);
}

static void test_pool(void **state)
{
	(void)state;
	run_many(pool_at_rest);
	run_many(pool_at_once);
}

static void test_a_seed_repeats_its_interleaving(void **state)
{
	(void)state;
	for (uint32_t seed = 1; seed <= 50; seed++)
		assert_int_equal(schedule_run(seed, park_and_wake),
				 schedule_run(seed, park_and_wake));
}

/* The schedules find what they are for: here the sleeper does not look a second time. */
static void test_a_lost_wakeup_is_found(void **state)
{
	(void)state;
	int status;
	pid_t child = fork();
	if (child == 0) {
		unsetenv("MINIASYNC_SEED");
		fclose(stderr); /* what it says is no news here */
		schedule_run_many(park_and_wake_broken);
		_exit(0);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), SCHEDULE_FAILED);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_lost_wakeup_is_found),
		cmocka_unit_test(test_a_seed_repeats_its_interleaving),
		cmocka_unit_test(test_park_and_wake),
		cmocka_unit_test(test_ready_set),
		cmocka_unit_test(test_completion),
		cmocka_unit_test(test_queue),
		cmocka_unit_test(test_pool),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
