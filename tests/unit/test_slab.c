/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/*
 * test_slab.c -- items are distinct, stay where they are, and belong to one taker at a time.
 */

#include "concurrent/slab.h"

#include <string.h>

#include "platform/os.h"
#include "support/failing_memory.h"
#include "support/pattern.h"
#include "support/random.h"
#include "support/test.h"
#include "support/together.h"

#define ITEMS 1000

/* Takes items through several chunks, and looks at every byte of each. */
static void check_growth(size_t item_size, uint32_t first_size)
{
	struct slab slab = SLAB_INIT(item_size, first_size);
	static char *items[ITEMS];
	static bool seen[2 * ITEMS];
	memset(seen, 0, sizeof(seen));
	for (uint32_t i = 0; i < ITEMS; i++) {
		uint32_t number = slab_take(&slab);
		assert_in_range(number, 0, COUNT_OF(seen) - 1);
		assert_false(seen[number]);
		seen[number] = true;
		char *item = slab_at(&slab, number);
		assert_int_equal((uintptr_t)item % CACHE_LINE, 0);
		assert_true(all_bytes_are(item, item_size, 0));
		pattern_fill(item, item_size, i);
		items[i] = item;
	}
	for (uint32_t i = 0; i < ITEMS; i++)
		assert_true(pattern_holds(items[i], item_size, i));
	slab_end(&slab);
}

static void test_growth(void **state)
{
	(void)state;
	static const size_t item_sizes[] = {1, 63, 64, 65, 200};
	for (size_t i = 0; i < COUNT_OF(item_sizes); i++)
		for (uint32_t first_size = 1; first_size <= 64; first_size *= 4)
			check_growth(item_sizes[i], first_size);
}

static void test_items_come_back_as_they_were(void **state)
{
	(void)state;
	struct slab slab = SLAB_INIT(100, 4);
	uint32_t number = slab_take(&slab);
	void *item = slab_at(&slab, number);
	pattern_fill(item, 100, 1);
	slab_give(&slab, number);
	assert_int_equal(slab_take(&slab), number);
	assert_ptr_equal(slab_at(&slab, number), item);
	assert_true(pattern_holds(item, 100, 1));
	slab_end(&slab);
}

static void test_random_takes_and_gives(void **state)
{
	(void)state;
	for (uint32_t seed = 1; seed <= 10; seed++) {
		struct slab slab = SLAB_INIT(sizeof(uint32_t), 1);
		struct random random = {seed};
		uint32_t taken[100];
		uint32_t count = 0;
		bool is_taken[256] = {false};
		for (unsigned step = 0; step < 2000; step++) {
			if (count < COUNT_OF(taken) && random_below(&random, 2) == 0) {
				uint32_t number = slab_take(&slab);
				assert_in_range(number, 0, 126); /* chunks of 1, 2, ... 64 */
				assert_false(is_taken[number]);
				is_taken[number] = true;
				taken[count++] = number;
			} else if (count > 0) {
				uint32_t which = random_below(&random, count);
				is_taken[taken[which]] = false;
				slab_give(&slab, taken[which]);
				taken[which] = taken[--count];
			}
		}
		slab_end(&slab);
	}
}

static void test_no_memory(void **state)
{
	(void)state;
	struct slab slab = SLAB_INIT(8, 2);
	for (uint32_t items = 0; items <= 30; items++) {
		failing_memory_set(0, UINT32_MAX);
		uint32_t number = slab_take(&slab);
		bool failed = failing_memory_end();
		assert_int_equal(failed, number == SLAB_NONE);
		/* Chunks of 2, 4, 8, 16: memory is asked for just when one is used up. */
		assert_int_equal(failed, items == 0 || items == 2 || items == 6 || items == 14 ||
						 items == 30);
		if (failed)
			assert_int_not_equal(slab_take(&slab), SLAB_NONE);
	}
	slab_end(&slab);
}

static void test_no_more_chunks(void **state)
{
	(void)state;
	struct slab slab = SLAB_INIT(8, 1);
	for (unsigned k = 0; k < SLAB_CHUNKS; k++)
		atomic_init(&slab.chunks[k], (struct slab_chunk *)(void *)&slab);
	assert_int_equal(slab_take(&slab), SLAB_NONE);
}

/* Between a taker's look at the head and its exchange the head comes back to the same item: ABA. */
static void test_the_head_tells_changes_that_cancel_out(void **state)
{
	(void)state;
	struct slab slab = SLAB_INIT(8, 8);
	uint32_t top = slab_take(&slab);
	slab_give(&slab, top);
	uint64_t seen = slab.free_head;
	uint32_t a = slab_take(&slab);
	uint32_t b = slab_take(&slab);
	slab_give(&slab, a);
	assert_int_equal((uint32_t)seen, (uint32_t)slab.free_head);
	assert_int_not_equal(seen, slab.free_head);
	assert_int_not_equal(a, b);
	slab_end(&slab);
}

static struct slab grown_twice = SLAB_INIT(8, 2);
static uint32_t taken_meanwhile;

static void take_meanwhile(void)
{
	taken_meanwhile = slab_take(&grown_twice);
}

/* Another taker makes the same chunk while this one waits for memory; one of the two is kept. */
static void test_two_grow_at_once(void **state)
{
	(void)state;
	failing_memory.during = take_meanwhile;
	uint32_t number = slab_take(&grown_twice);
	assert_null(failing_memory.during);
	assert_int_not_equal(number, taken_meanwhile);
	assert_in_range(number, 0, 1);
	assert_in_range(taken_meanwhile, 0, 1);
	slab_end(&grown_twice);
}

#define THREADS 4
#define ROUNDS 10000
#define HELD 5

struct shared {
	struct slab slab;
	atomic_uint faults;
};

struct item {
	unsigned owner; /* not atomic: only the owner may touch it, which sanitizers check */
};

static void take_and_give(void *argument, unsigned number)
{
	struct shared *shared = argument;
	struct random random = {number + 1};
	uint32_t held[HELD];
	unsigned count = 0;
	for (unsigned round = 0; round < ROUNDS; round++) {
		if (count < HELD && random_below(&random, 2) == 0) {
			held[count] = slab_take(&shared->slab);
			struct item *item = slab_at(&shared->slab, held[count++]);
			if (item->owner != 0)
				atomic_fetch_add(&shared->faults, 1);
			item->owner = number + 1;
		} else if (count > 0) {
			struct item *item = slab_at(&shared->slab, held[--count]);
			if (item->owner != number + 1)
				atomic_fetch_add(&shared->faults, 1);
			item->owner = 0;
			slab_give(&shared->slab, held[count]);
		}
	}
}

static void test_one_owner_at_a_time(void **state)
{
	(void)state;
	struct shared shared = {.slab = SLAB_INIT(sizeof(struct item), 1)};
	run_together(THREADS, take_and_give, &shared);
	assert_int_equal(shared.faults, 0);
	slab_end(&shared.slab);
}

static void test_beginning_anew_leaves_items_where_they_are(void **state)
{
	(void)state;
	enum { EACH = 10 };
	struct slab slab = SLAB_INIT(64, 4);
	char *items[3 * EACH];
	for (uint32_t i = 0; i < COUNT_OF(items); i++) {
		if (i % EACH == 0 && i > 0)
			slab_begin_anew(&slab);
		uint32_t number = slab_take(&slab);
		assert_in_range(number, 0, EACH + 2);
		items[i] = slab_at(&slab, number);
		assert_true(all_bytes_are(items[i], 64, 0));
		pattern_fill(items[i], 64, i);
	}
	for (uint32_t i = 0; i < COUNT_OF(items); i++)
		assert_true(pattern_holds(items[i], 64, i));
	slab_end(&slab);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_growth),
		cmocka_unit_test(test_items_come_back_as_they_were),
		cmocka_unit_test(test_random_takes_and_gives),
		cmocka_unit_test(test_beginning_anew_leaves_items_where_they_are),
		cmocka_unit_test(test_no_memory),
		cmocka_unit_test(test_no_more_chunks),
		cmocka_unit_test(test_the_head_tells_changes_that_cancel_out),
		cmocka_unit_test(test_two_grow_at_once),
		cmocka_unit_test(test_one_owner_at_a_time),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
