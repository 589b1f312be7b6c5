/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/*
 * test_run_queue.c -- a run queue as its owner uses it, in turn, also where the ring's positions
 * wrap around; what others may see of it and take; then all of it at once.
 */

#include "concurrent/run_queue.h"

#include <sched.h>
#include <string.h>

#include "support/random.h"
#include "support/test.h"
#include "support/together.h"

#define KEPT 1 /* what the owner keeps for itself when it comes first */

static void begin_at(struct run_queue *queue, uint32_t position)
{
	memset(queue, 0, sizeof(*queue));
	queue->head = position;
	queue->tail = position;
	queue->filled = position;
}

static const uint32_t starts[] = {0, 1000, UINT32_MAX - RUN_QUEUE_SIZE / 2, UINT32_MAX};

static void push_all(struct run_queue *queue, struct runnable *items, size_t n)
{
	for (size_t i = 0; i < n; i++)
		assert_int_equal(run_queue_push(queue, &items[i]), i == 0);
}

static void assert_next_in_turn(struct run_queue *queue, struct runnable *items, size_t n)
{
	for (size_t i = 0; i < n; i++)
		assert_ptr_equal(run_queue_next(queue), &items[i]);
	assert_null(run_queue_next(queue));
	assert_true(run_queue_is_empty(queue));
}

static void test_what_is_pushed_comes_in_turn(void **state)
{
	(void)state;
	static struct runnable items[3 * RUN_QUEUE_SIZE];
	for (size_t i = 0; i < COUNT_OF(starts); i++) {
		for (size_t n = 0; n <= COUNT_OF(items); n += n < 4 ? 1 : 83) {
			struct run_queue queue;
			begin_at(&queue, starts[i]);
			push_all(&queue, items, n);
			assert_next_in_turn(&queue, items, n);
		}
	}
}

/* Items in the order in which they are to come. */
struct list {
	struct runnable *items[RUN_QUEUE_SIZE];
	size_t count;
};

static void list_append(struct list *list, struct list *more)
{
	memcpy(list->items + list->count, more->items, more->count * sizeof(*more->items));
	list->count += more->count;
	more->count = 0;
}

static void next_of_both(struct run_queue *queue, struct list *list, struct list *inbox)
{
	if (list->count == 0)
		list_append(list, inbox);
	struct runnable *next = run_queue_next(queue);
	if (list->count == 0) {
		assert_null(next);
		return;
	}
	assert_ptr_equal(next, list->items[0]);
	memmove(list->items, list->items + 1, --list->count * sizeof(*list->items));
	next->below = next; /* whoever runs it may write there */
}

static void test_what_is_posted_comes_behind_what_the_owner_has(void **state)
{
	(void)state;
	static struct runnable items[60000];
	for (uint32_t seed = 1; seed <= 100; seed++) {
		struct random random = {seed};
		struct run_queue queue;
		struct list list = {.count = 0}, inbox = {.count = 0};
		begin_at(&queue, starts[seed % COUNT_OF(starts)]);
		for (size_t i = 0; i < 600; i++) {
			struct runnable *item = &items[seed * 500 + i];
			bool full = list.count + inbox.count == RUN_QUEUE_SIZE;
			switch (full ? 3 : random_below(&random, 6)) {
			case 0:
				assert_int_equal(run_queue_post(&queue, item), inbox.count == 0);
				inbox.items[inbox.count++] = item;
				break;
			case 1:
				assert_int_equal(run_queue_push(&queue, item), list.count == 0);
				list.items[list.count++] = item;
				break;
			case 2:
				run_queue_refill(&queue);
				list_append(&list, &inbox);
				break;
			default:
				next_of_both(&queue, &list, &inbox);
			}
		}
	}
}

/* An owner whose tasks all come back may have a backlog for ever. */
static void test_a_backlog_does_not_keep_the_inbox_out(void **state)
{
	(void)state;
	static struct runnable items[KEPT + RUN_QUEUE_SIZE + 2], posted;
	struct run_queue queue;
	begin_at(&queue, 0);
	push_all(&queue, items, COUNT_OF(items));
	assert_true(run_queue_post(&queue, &posted));
	run_queue_refill(&queue);
	assert_null(queue.inbox);
	for (size_t i = 0; i < COUNT_OF(items); i++) {
		assert_ptr_equal(run_queue_next(&queue), &items[i]);
		run_queue_push(&queue, &items[i]);
	}
	assert_ptr_equal(run_queue_next(&queue), &posted);
	assert_next_in_turn(&queue, items, COUNT_OF(items));
}

static void test_a_backlog_is_not_overtaken(void **state)
{
	(void)state;
	static struct runnable items[KEPT + RUN_QUEUE_SIZE + 3];
	for (size_t taken = 0; taken <= KEPT + RUN_QUEUE_SIZE; taken++) {
		struct run_queue queue;
		begin_at(&queue, 0);
		push_all(&queue, items, COUNT_OF(items) - 1);
		for (size_t i = 0; i < taken; i++)
			assert_ptr_equal(run_queue_next(&queue), &items[i]);
		assert_false(run_queue_push(&queue, &items[COUNT_OF(items) - 1]));
		assert_next_in_turn(&queue, &items[taken], COUNT_OF(items) - taken);
	}
}

static void test_the_owner_keeps_what_comes_first(void **state)
{
	(void)state;
	struct runnable items[2];
	struct run_queue queue, thief;
	begin_at(&queue, 0);
	begin_at(&thief, 0);
	assert_true(run_queue_push(&queue, &items[0]));
	assert_true(run_queue_is_empty(&queue));
	assert_false(run_queue_steal(&thief, &queue));
	assert_false(run_queue_push(&queue, &items[1]));
	assert_false(run_queue_is_empty(&queue));
	assert_true(run_queue_steal(&thief, &queue));
	assert_next_in_turn(&thief, &items[1], 1);
	assert_next_in_turn(&queue, &items[0], 1);
}

static void test_nobody_sees_what_is_not_shown(void **state)
{
	(void)state;
	struct runnable items[5];
	struct run_queue queue, thief;
	begin_at(&queue, UINT32_MAX);
	begin_at(&thief, 0);
	for (size_t i = 0; i < COUNT_OF(items); i++)
		assert_int_equal(run_queue_put(&queue, &items[i]), i == 0);
	assert_true(run_queue_is_empty(&queue));
	assert_false(run_queue_steal(&thief, &queue));
	run_queue_show(&queue);
	assert_false(run_queue_is_empty(&queue));
	assert_true(run_queue_steal(&thief, &queue));
	assert_next_in_turn(&thief, &items[KEPT], 2);
	assert_ptr_equal(run_queue_next(&queue), &items[0]);
	assert_next_in_turn(&queue, &items[3], 2);
}

static void test_a_thief_takes_half_of_the_ring_or_the_inbox(void **state)
{
	(void)state;
	static struct runnable items[KEPT + RUN_QUEUE_SIZE], posted[3];
	for (size_t i = 0; i < COUNT_OF(starts); i++) {
		for (size_t n = 1; n <= RUN_QUEUE_SIZE; n++) {
			struct run_queue queue, thief;
			begin_at(&queue, starts[i]);
			begin_at(&thief, 0);
			push_all(&queue, items, KEPT + n);
			for (size_t j = 0; j < COUNT_OF(posted); j++)
				run_queue_post(&queue, &posted[j]);
			assert_true(run_queue_steal(&thief, &queue));
			assert_next_in_turn(&thief, &items[KEPT], n - n / 2);

			assert_ptr_equal(run_queue_next(&queue), &items[0]);
			for (size_t j = n - n / 2; j < n; j++)
				assert_ptr_equal(run_queue_next(&queue), &items[KEPT + j]);
			assert_true(run_queue_steal(&thief, &queue));
			assert_next_in_turn(&thief, posted, COUNT_OF(posted));
			assert_null(run_queue_next(&queue));
		}
	}
}

#define WORKERS 3
#define POSTERS 2
#define EACH 20000

struct traffic_item {
	struct runnable runnable;
	size_t hops; /* how often it is still to be queued again */
	unsigned runs;
};

/* Every worker runs what it has, queues it again as often as it wants to be, and steals. */
struct traffic {
	struct run_queue queues[WORKERS];
	struct traffic_item items[POSTERS][EACH];
	atomic_uint left;
};

static void run_item(struct traffic *traffic, unsigned worker, struct traffic_item *item)
{
	item->runs++; /* of whoever has it: no other thread */
	if (item->hops-- == 0)
		atomic_fetch_sub(&traffic->left, 1);
	else if (item->hops % 2 == 0)
		run_queue_push(&traffic->queues[worker], &item->runnable);
	else
		run_queue_post(&traffic->queues[(worker + 1) % WORKERS], &item->runnable);
}

static void work(struct traffic *traffic, unsigned worker)
{
	struct run_queue *queue = &traffic->queues[worker];
	for (unsigned turn = 0; atomic_load(&traffic->left) > 0; turn++) {
		struct runnable *next = run_queue_next(queue);
		for (unsigned i = 1; next == NULL && i < WORKERS; i++)
			if (run_queue_steal(queue, &traffic->queues[(worker + i) % WORKERS]))
				next = run_queue_next(queue);
		if (next != NULL)
			run_item(traffic, worker, (struct traffic_item *)(void *)next);
		else
			sched_yield();
		if (turn % 16 == 0)
			run_queue_refill(queue);
	}
}

static void run_traffic(void *shared, unsigned thread)
{
	struct traffic *traffic = shared;
	if (thread < WORKERS) {
		work(traffic, thread);
		return;
	}
	struct traffic_item *items = traffic->items[thread - WORKERS];
	for (size_t i = 0; i < EACH; i++)
		run_queue_post(&traffic->queues[i % WORKERS], &items[i].runnable);
}

static void test_each_is_run_as_often_as_it_was_queued(void **state)
{
	(void)state;
	static struct traffic traffic;
	traffic.left = POSTERS * EACH;
	for (size_t worker = 0; worker < WORKERS; worker++)
		begin_at(&traffic.queues[worker], UINT32_MAX - EACH / 2);
	for (size_t i = 0; i < POSTERS * EACH; i++)
		traffic.items[i / EACH][i % EACH].hops = i % 5;
	run_together(WORKERS + POSTERS, run_traffic, &traffic);
	for (size_t i = 0; i < POSTERS * EACH; i++)
		assert_int_equal(traffic.items[i / EACH][i % EACH].runs, i % 5 + 1);
	for (size_t worker = 0; worker < WORKERS; worker++)
		assert_null(run_queue_next(&traffic.queues[worker]));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_what_is_pushed_comes_in_turn),
		cmocka_unit_test(test_what_is_posted_comes_behind_what_the_owner_has),
		cmocka_unit_test(test_a_backlog_does_not_keep_the_inbox_out),
		cmocka_unit_test(test_a_backlog_is_not_overtaken),
		cmocka_unit_test(test_the_owner_keeps_what_comes_first),
		cmocka_unit_test(test_nobody_sees_what_is_not_shown),
		cmocka_unit_test(test_a_thief_takes_half_of_the_ring_or_the_inbox),
		cmocka_unit_test(test_each_is_run_as_often_as_it_was_queued),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
