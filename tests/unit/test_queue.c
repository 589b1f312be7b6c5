/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/*
 * test_queue.c -- the queue against a plain list, from any position on, the last ones before the
 * 32-bit positions wrap around included; then pushed and popped by many threads.
 */

#include "concurrent/queue.h"

#include <errno.h>
#include <sched.h>
#include <string.h>

#include "support/failing_memory.h"
#include "support/random.h"
#include "support/test.h"
#include "support/together.h"

/* Where a number went, when nobody wants to know. */
static _Thread_local _Atomic uint32_t place;

/* Makes an empty queue whose next position is this one. */
static void begin_at(struct queue *queue, uint32_t size, uint32_t position)
{
	assert_int_equal(queue_begin(queue, size), 0);
	for (uint32_t i = 0; i <= queue->mask; i++)
		queue->cells[(position + i) & queue->mask].turn = position + i;
	queue->head = position;
	queue->tail = position;
	queue->gone = 0;
}

static void test_sizes(void **state)
{
	(void)state;
	for (uint32_t size = 0; size <= 70; size++) {
		struct queue queue;
		assert_int_equal(queue_begin(&queue, size), 0);
		uint32_t room = 0, number;
		while (queue_push(&queue, room, UINT32_MAX, &place))
			room++;
		assert_true(room >= size && room >= 2 && room < 2 * size + 3);
		for (uint32_t i = 0; i < room; i++) {
			assert_true(queue_pop(&queue, &number, 1));
			assert_int_equal(number, i);
		}
		assert_false(queue_pop(&queue, &number, 1));
		queue_end(&queue);
	}
}

static void test_no_memory(void **state)
{
	(void)state;
	struct queue queue = {0};
	failing_memory_set(0, 1);
	assert_int_equal(queue_begin(&queue, 4), ENOMEM);
	assert_true(failing_memory_end());
	assert_null(queue.cells);
	queue_end(&queue);
}

struct list {
	uint32_t numbers[64];
	uint32_t count;
};

static void push_both(struct queue *queue, struct list *list, uint32_t number, uint32_t limit)
{
	uint32_t room = queue->mask + 1 < limit ? queue->mask + 1 : limit;
	bool pushed = queue_push(queue, number, limit, &place);
	assert_int_equal(pushed, list->count < room);
	if (pushed)
		list->numbers[list->count++] = number;
}

static void pop_both(struct queue *queue, struct list *list, uint32_t limit)
{
	uint32_t numbers[64];
	uint32_t popped = queue_pop(queue, numbers, limit);
	assert_int_equal(popped, list->count < limit ? list->count : limit);
	assert_memory_equal(numbers, list->numbers, popped * sizeof(numbers[0]));
	list->count -= popped;
	memmove(list->numbers, list->numbers + popped, list->count * sizeof(list->numbers[0]));
}

static void test_random_sequences(void **state)
{
	(void)state;
	static const uint32_t starts[] = {0, 1, 1000, INT32_MAX - 50, UINT32_MAX - 300, UINT32_MAX};
	for (size_t i = 0; i < COUNT_OF(starts); i++) {
		for (uint32_t size = 1; size <= 33; size++) {
			struct random random = {size};
			struct queue queue;
			struct list list = {.count = 0};
			begin_at(&queue, size, starts[i]);
			for (uint32_t step = 0; step < 600; step++) {
				uint32_t limits[] = {UINT32_MAX, size, size / 2, 0};
				uint32_t limit = limits[random_below(&random, COUNT_OF(limits))];
				if (random_below(&random, 100) < (step / 100 % 2 ? 30 : 70))
					push_both(&queue, &list, random_next(&random), limit);
				else
					pop_both(&queue, &list, 1 + random_below(&random, 3));
				assert_int_equal(queue_depth(&queue), list.count);
				assert_int_equal(queue_is_empty(&queue), list.count == 0);
			}
			queue_end(&queue);
		}
	}
}

/* A pusher that has claimed its position and not filled it yet hides what was pushed behind it. */
static void test_a_push_under_way(void **state)
{
	(void)state;
	struct queue queue;
	uint32_t numbers[4];
	begin_at(&queue, 4, UINT32_MAX);
	assert_true(queue_push(&queue, 1, UINT32_MAX, &place));
	uint32_t claimed = queue.tail++;
	assert_true(queue_push(&queue, 3, UINT32_MAX, &place));
	assert_int_equal(queue_depth(&queue), 3);
	assert_int_equal(queue_pop(&queue, numbers, 4), 1);
	assert_int_equal(numbers[0], 1);
	assert_true(queue_is_empty(&queue));
	assert_int_equal(queue_pop(&queue, numbers, 4), 0);

	queue.cells[claimed & queue.mask].number = 2;
	queue.cells[claimed & queue.mask].turn = claimed + 1;
	assert_false(queue_is_empty(&queue));
	assert_int_equal(queue_pop(&queue, numbers, 4), 2);
	assert_int_equal(numbers[0], 2);
	assert_int_equal(numbers[1], 3);
	queue_end(&queue);
}

/* A popper that has claimed its position and not emptied it keeps the cell from the next round. */
static void test_a_pop_under_way(void **state)
{
	(void)state;
	struct queue queue;
	uint32_t number;
	begin_at(&queue, 2, UINT32_MAX - 1);
	assert_true(queue_push(&queue, 1, UINT32_MAX, &place));
	assert_true(queue_push(&queue, 2, UINT32_MAX, &place));
	uint32_t claimed = queue.head++;
	assert_int_equal(queue_depth(&queue), 1);
	assert_false(queue_push(&queue, 3, UINT32_MAX, &place));
	assert_true(queue_pop(&queue, &number, 1));
	assert_int_equal(number, 2);
	assert_false(queue_push(&queue, 3, UINT32_MAX, &place));

	queue.cells[claimed & queue.mask].turn = claimed + queue.mask + 1;
	assert_true(queue_push(&queue, 3, UINT32_MAX, &place));
	assert_true(queue_pop(&queue, &number, 1));
	assert_int_equal(number, 3);
	queue_end(&queue);
}

static void test_taken_back_from_the_middle(void **state)
{
	(void)state;
	struct queue queue;
	uint32_t numbers[4];
	_Atomic uint32_t second;
	begin_at(&queue, 4, UINT32_MAX - 1);
	assert_true(queue_push(&queue, 1, UINT32_MAX, &place));
	assert_true(queue_push(&queue, 2, UINT32_MAX, &second));
	assert_true(queue_push(&queue, 3, UINT32_MAX, &place));
	assert_false(queue_take_back(&queue, 3, second));
	assert_true(queue_take_back(&queue, 2, second));
	assert_false(queue_take_back(&queue, 2, second));
	assert_int_equal(queue_pop(&queue, numbers, 4), 2);
	assert_int_equal(numbers[0], 1);
	assert_int_equal(numbers[1], 3);
	assert_false(queue_take_back(&queue, 3, place));
	assert_int_equal(queue_depth(&queue), 0);
	queue_end(&queue);
}

/* Each time that what is before it has gone, its position goes too. */
static void test_nothing_stays_at_the_head(void **state)
{
	(void)state;
	struct queue queue;
	uint32_t number;
	_Atomic uint32_t places[5];
	begin_at(&queue, 8, 0);
	for (uint32_t i = 0; i < 5; i++)
		assert_true(queue_push(&queue, i, UINT32_MAX, &places[i]));
	assert_true(queue_take_back(&queue, 0, places[0]));
	assert_int_equal(queue.head, 1);
	assert_true(queue_take_back(&queue, 2, places[2]));
	assert_true(queue_take_back(&queue, 4, places[4]));
	assert_int_equal(queue.head, 1);
	assert_int_equal(queue_depth(&queue), 2);
	assert_int_equal(queue_pop(&queue, &number, 1), 1);
	assert_int_equal(number, 1);
	assert_int_equal(queue.head, 3);
	assert_int_equal(queue_depth(&queue), 1);
	assert_true(queue_take_back(&queue, 3, places[3]));
	assert_int_equal(queue.head, 5);
	assert_int_equal(queue_depth(&queue), 0);
	assert_true(queue_is_empty(&queue));
	queue_end(&queue);
}

/* A place says nothing about a number that is in it later on. */
static void test_a_place_out_of_date(void **state)
{
	(void)state;
	struct queue queue;
	uint32_t number;
	_Atomic uint32_t first;
	begin_at(&queue, 2, UINT32_MAX);
	assert_true(queue_push(&queue, 1, 2, &first));
	assert_int_equal(queue_pop(&queue, &number, 1), 1);
	assert_true(queue_push(&queue, 2, 2, &place));
	assert_true(queue_push(&queue, 3, 2, &place)); /* in the same cell */
	assert_false(queue_take_back(&queue, 1, first));
	assert_int_equal(queue_depth(&queue), 2);
	queue_end(&queue);
}

#define LIMIT 5

struct limited {
	struct queue queue;
	atomic_uint pushed;
};

static void push_to_the_limit(void *shared, unsigned number)
{
	struct limited *limited = shared;
	while (queue_push(&limited->queue, number, LIMIT, &place))
		atomic_fetch_add(&limited->pushed, 1);
}

static void test_pushers_at_once_respect_the_limit(void **state)
{
	(void)state;
	for (unsigned round = 0; round < 200; round++) {
		struct limited limited = {.pushed = 0};
		begin_at(&limited.queue, 64, UINT32_MAX - LIMIT / 2);
		run_together(4, push_to_the_limit, &limited);
		assert_int_equal(limited.pushed, LIMIT);
		queue_end(&limited.queue);
	}
}

#define PUSHERS 3
#define POPPERS 3
#define EACH 20000
#define PUSHER_SHIFT 24

struct traffic {
	struct queue queue;
	atomic_uint popped;
	atomic_uint faults;
	atomic_uchar seen[PUSHERS][EACH];
};

/* One pusher's numbers come in their order, to whoever takes them. */
static void check_number(struct traffic *traffic, uint32_t least[], uint32_t number)
{
	uint32_t pusher = number >> PUSHER_SHIFT;
	uint32_t i = number & ((1U << PUSHER_SHIFT) - 1);
	if (pusher >= PUSHERS || i >= EACH || i < least[pusher] ||
	    atomic_exchange(&traffic->seen[pusher][i], 1) != 0)
		atomic_fetch_add(&traffic->faults, 1);
	else
		least[pusher] = i + 1;
}

static void pop_traffic(struct traffic *traffic)
{
	uint32_t least[PUSHERS] = {0};
	uint32_t numbers[3];
	while (atomic_load(&traffic->popped) < PUSHERS * EACH) {
		uint32_t count = queue_pop(&traffic->queue, numbers, COUNT_OF(numbers));
		if (count == 0)
			sched_yield();
		for (uint32_t k = 0; k < count; k++)
			check_number(traffic, least, numbers[k]);
		atomic_fetch_add(&traffic->popped, count);
	}
}

static void run_traffic(void *shared, unsigned thread)
{
	struct traffic *traffic = shared;
	if (thread >= PUSHERS) {
		pop_traffic(traffic);
		return;
	}
	uint32_t least[PUSHERS] = {0};
	for (uint32_t i = 0; i < EACH; i++) {
		uint32_t number = thread << PUSHER_SHIFT | i;
		while (!queue_push(&traffic->queue, number, UINT32_MAX, &place))
			sched_yield();
		if (i % 3 == 0 && queue_take_back(&traffic->queue, number, place)) {
			check_number(traffic, least, number);
			atomic_fetch_add(&traffic->popped, 1);
		}
	}
}

static void test_every_number_arrives_once(void **state)
{
	(void)state;
	static const uint32_t sizes[] = {2, 8, 1024};
	for (size_t i = 0; i < COUNT_OF(sizes); i++) {
		static struct traffic traffic;
		memset(&traffic, 0, sizeof(traffic));
		begin_at(&traffic.queue, sizes[i], UINT32_MAX - PUSHERS * EACH / 2);
		run_together(PUSHERS + POPPERS, run_traffic, &traffic);
		assert_int_equal(traffic.faults, 0);
		assert_int_equal(traffic.popped, PUSHERS * EACH);
		assert_true(queue_is_empty(&traffic.queue));
		assert_int_equal(queue_depth(&traffic.queue), 0);
		queue_end(&traffic.queue);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_sizes),
		cmocka_unit_test(test_no_memory),
		cmocka_unit_test(test_random_sequences),
		cmocka_unit_test(test_a_push_under_way),
		cmocka_unit_test(test_a_pop_under_way),
		cmocka_unit_test(test_taken_back_from_the_middle),
		cmocka_unit_test(test_nothing_stays_at_the_head),
		cmocka_unit_test(test_a_place_out_of_date),
		cmocka_unit_test(test_pushers_at_once_respect_the_limit),
		cmocka_unit_test(test_every_number_arrives_once),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
