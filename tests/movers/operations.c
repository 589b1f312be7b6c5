/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/*
 * operations.c -- what operations do to memory, and to no other byte; flags; capabilities.
 */

#include <stdlib.h>
#include <string.h>

#include "movers/mover.h"
#include "support/guard.h"
#include "support/pattern.h"

#define MARGIN 128 /* bytes watched on either side of what an operation may write */
#define UNTOUCHED 0xA5
#define SEED 7

/* ThreadSanitizer looks at every byte: it gets a big operation of its own size. */
#ifdef __SANITIZE_THREAD__
#define BIG ((size_t)4 << 20)
#else
#define BIG ((size_t)64 << 20)
#endif

static const size_t sizes[] = {
	0,
	1,
	2,
	3,
	7,
	8,
	15,
	16,
	31,
	33,
	63,
	64,
	65,
	127,
	128,
	129,
	255,
	257,
	1000,
	4095,
	4096,
	4097,
	16384,
	65535,
	65537,
	(1 << 18) + 3,
	(1 << 20) - 1,
	(1 << 20) + 1,
	(1 << 22) + 17,
};

/* One operation between a source and a destination, both with margins. */
struct arena {
	unsigned char *source_space, *dest_space;
	unsigned char *source, *dest;
	size_t n;
};

static void arena_init(struct arena *arena, size_t n, size_t source_offset, size_t dest_offset)
{
	size_t space = n + 2 * MARGIN + 64;
	arena->source_space = aligned_alloc(64, (space + 63) / 64 * 64);
	arena->dest_space = aligned_alloc(64, (space + 63) / 64 * 64);
	assert_non_null(arena->source_space);
	assert_non_null(arena->dest_space);
	arena->source = arena->source_space + MARGIN + source_offset;
	arena->dest = arena->dest_space + MARGIN + dest_offset;
	arena->n = n;
	pattern_fill(arena->source, n, SEED);
	memset(arena->dest - MARGIN, UNTOUCHED, n + 2 * MARGIN);
}

static void arena_margins_hold(const struct arena *arena)
{
	assert_true(all_bytes_are(arena->dest - MARGIN, MARGIN, UNTOUCHED));
	assert_true(all_bytes_are(arena->dest + arena->n, MARGIN, UNTOUCHED));
	assert_true(pattern_holds(arena->source, arena->n, SEED));
}

static void arena_end(struct arena *arena)
{
	arena_margins_hold(arena);
	free(arena->source_space);
	free(arena->dest_space);
}

static void copy_and_check(struct vdm *vdm, struct arena *arena, uint64_t flags)
{
	struct vdm_operation_future copy =
		vdm_memcpy(vdm, arena->dest, arena->source, arena->n, flags);
	assert_int_equal(finish(&copy), VDM_SUCCESS);
	assert_true(pattern_holds(arena->dest, arena->n, SEED));
	arena_margins_hold(arena);
}

static void move_and_check(struct vdm *vdm, struct arena *arena, uint64_t flags)
{
	struct vdm_operation_future move =
		vdm_memmove(vdm, arena->dest, arena->source, arena->n, flags);
	assert_int_equal(finish(&move), VDM_SUCCESS);
	assert_true(pattern_holds(arena->dest, arena->n, SEED));
	arena_margins_hold(arena);
}

static void set_and_check(struct vdm *vdm, struct arena *arena, int c, uint64_t flags)
{
	struct vdm_operation_future set = vdm_memset(vdm, arena->dest, c, arena->n, flags);
	assert_int_equal(finish(&set), VDM_SUCCESS);
	assert_true(all_bytes_are(arena->dest, arena->n, (unsigned char)c));
	arena_margins_hold(arena);
}

static int can_flush(void **state)
{
	return vdm_is_supported(vdm_of(state), VDM_CAPABILITY_FLUSH);
}

static void flush_and_check(struct vdm *vdm, struct arena *arena, uint64_t flags)
{
	struct vdm_operation_future flush = vdm_flush(vdm, arena->source, arena->n, flags);
	assert_int_equal(finish(&flush), VDM_SUCCESS);
	arena_margins_hold(arena);
}

static void each_operation_of_each_size_writes_what_it_should_and_nothing_else(void **state)
{
	struct vdm *vdm = vdm_of(state);
	for (size_t i = 0; i < COUNT_OF(sizes); i++) {
		struct arena arena;
		arena_init(&arena, sizes[i], i % 64, (i * 7) % 64);
		copy_and_check(vdm, &arena, 0);
		memset(arena.dest, UNTOUCHED, arena.n);
		move_and_check(vdm, &arena, 0);
		set_and_check(vdm, &arena, 0x1C3, 0); /* the byte is what counts, as in C */
		if (can_flush(state))
			flush_and_check(vdm, &arena, 0);
		arena_end(&arena);
	}
}

static void each_alignment_is_served(void **state)
{
	struct vdm *vdm = vdm_of(state);
	static const size_t some[] = {1, 61, 200, 5000};
	for (size_t offset = 0; offset < 64; offset++) {
		struct arena arena;
		arena_init(&arena, some[offset % COUNT_OF(some)], offset, (offset * 13) % 64);
		copy_and_check(vdm, &arena, 0);
		set_and_check(vdm, &arena, (int)offset, 0);
		move_and_check(vdm, &arena, VDM_F_NO_CACHE_HINT);
		arena_end(&arena);
	}
}

static void nothing_is_read_or_written_past_the_end_of_a_page(void **state)
{
	static const size_t some[] = {1, 15, 64, 100, 4096, 70000};
	for (size_t i = 0; i < COUNT_OF(some); i++) {
		size_t n = some[i];
		unsigned char *source = guard_allocate(n);
		unsigned char *dest = guard_allocate(n);
		pattern_fill(source, n, SEED);
		struct vdm_operation_future copy = vdm_memcpy(vdm_of(state), dest, source, n, 0);
		assert_int_equal(finish(&copy), VDM_SUCCESS);
		assert_true(pattern_holds(dest, n, SEED));
		struct vdm_operation_future set = vdm_memset(vdm_of(state), dest, 3, n, 0);
		assert_int_equal(finish(&set), VDM_SUCCESS);
		guard_free(source, n);
		guard_free(dest, n);
	}
}

static void big_operations_arrive_whole(void **state)
{
	struct arena arena;
	arena_init(&arena, BIG, 0, 1);
	copy_and_check(vdm_of(state), &arena, 0);
	set_and_check(vdm_of(state), &arena, 9, 0);
	arena_end(&arena);
}

static void a_size_of_zero_needs_no_memory(void **state)
{
	struct vdm *vdm = vdm_of(state);
	struct vdm_operation_future none[] = {
		vdm_memcpy(vdm, NULL, NULL, 0, 0),
		vdm_memmove(vdm, NULL, NULL, 0, 0),
		vdm_memset(vdm, NULL, 1, 0, 0),
	};
	for (size_t i = 0; i < COUNT_OF(none); i++)
		assert_int_equal(finish(&none[i]), VDM_SUCCESS);
}

/* A move within one block of memory, by a distance, against the move that libc makes. */
static void move_within(struct vdm *vdm, size_t n, size_t distance, int forward)
{
	size_t space = n + distance;
	unsigned char *expected = malloc(space);
	unsigned char *block = malloc(space);
	assert_non_null(expected);
	assert_non_null(block);
	pattern_fill(expected, space, SEED);
	pattern_fill(block, space, SEED);
	size_t from = forward ? 0 : distance, to = forward ? distance : 0;

	memmove(expected + to, expected + from, n);
	struct vdm_operation_future move = vdm_memmove(vdm, block + to, block + from, n, 0);

	assert_int_equal(finish(&move), VDM_SUCCESS);
	assert_memory_equal(block, expected, space);
	free(expected);
	free(block);
}

static void moves_within_one_block_overlap_both_ways(void **state)
{
	static const size_t some[] = {2, 100, 5000, (1 << 20) + 5};
	for (size_t i = 0; i < COUNT_OF(some); i++) {
		const size_t distances[] = {0, 1, 7, 64, 4096, some[i] / 2, some[i] - 1, some[i]};
		for (size_t j = 0; j < COUNT_OF(distances); j++) {
			move_within(vdm_of(state), some[i], distances[j], 1);
			move_within(vdm_of(state), some[i], distances[j], 0);
		}
	}
}

static void an_output_names_type_and_destination(void **state)
{
	struct vdm *vdm = vdm_of(state);
	char from[8] = "source", to[8] = "";
	struct vdm_operation_future copy = vdm_memcpy(vdm, to, from, sizeof(to), 0);
	struct vdm_operation_future move = vdm_memmove(vdm, to, from, sizeof(to), 0);
	struct vdm_operation_future set = vdm_memset(vdm, to, 'x', sizeof(to), 0);

	finish(&copy);
	assert_int_equal(FUTURE_OUTPUT(&copy)->type, VDM_OPERATION_MEMCPY);
	assert_ptr_equal(FUTURE_OUTPUT(&copy)->output.memcpy.dest, to);
	finish(&move);
	assert_int_equal(FUTURE_OUTPUT(&move)->type, VDM_OPERATION_MEMMOVE);
	assert_ptr_equal(FUTURE_OUTPUT(&move)->output.memmove.dest, to);
	finish(&set);
	assert_int_equal(FUTURE_OUTPUT(&set)->type, VDM_OPERATION_MEMSET);
	assert_ptr_equal(FUTURE_OUTPUT(&set)->output.memset.str, to);
}

static void the_cache_hint_changes_no_result(void **state)
{
	for (size_t i = 0; i < COUNT_OF(sizes); i++) {
		struct arena arena;
		arena_init(&arena, sizes[i], (i * 3) % 64, (i * 5) % 64);
		copy_and_check(vdm_of(state), &arena, VDM_F_NO_CACHE_HINT);
		set_and_check(vdm_of(state), &arena, 2, VDM_F_NO_CACHE_HINT);
		arena_end(&arena);
	}
}

static void durable_operations_succeed_where_the_capability_says_so(void **state)
{
	struct vdm *vdm = vdm_of(state);
	if (!vdm_is_supported(vdm, VDM_F_MEM_DURABLE)) {
		print_message("skipped: %s is not capable of VDM_F_MEM_DURABLE\n", tested->name);
		skip();
	}
	for (size_t i = 0; i < COUNT_OF(sizes); i++) {
		struct arena arena;
		arena_init(&arena, sizes[i], (i * 3) % 64, (i * 5) % 64);
		copy_and_check(vdm, &arena, VDM_F_MEM_DURABLE);
		set_and_check(vdm, &arena, 2, VDM_F_MEM_DURABLE);
		move_and_check(vdm, &arena, VDM_F_MEM_DURABLE | VDM_F_NO_CACHE_HINT);
		if (can_flush(state))
			flush_and_check(vdm, &arena, VDM_F_MEM_DURABLE);
		arena_end(&arena);
	}
}

/* The four operations on the same memory, by type. */
static struct vdm_operation_future operation_of_type(struct vdm *vdm, unsigned type, char *dest,
						     char *source, size_t n, uint64_t flags)
{
	switch (type) {
	case VDM_OPERATION_MEMCPY:
		return vdm_memcpy(vdm, dest, source, n, flags);
	case VDM_OPERATION_MEMMOVE:
		return vdm_memmove(vdm, dest, source, n, flags);
	case VDM_OPERATION_MEMSET:
		return vdm_memset(vdm, dest, 'x', n, flags);
	default:
		return vdm_flush(vdm, dest, n, flags);
	}
}

static void capabilities_are_those_that_this_mover_must_have(void **state)
{
	assert_true(vdm_is_supported(vdm_of(state), tested->capabilities));
}

static void capabilities_tell_the_truth(void **state)
{
	static const unsigned durable[] = {0, VDM_F_MEM_DURABLE};
	char source[100] = "source", dest[100];
	for (unsigned type = VDM_OPERATION_MEMCPY; type <= VDM_OPERATION_FLUSH; type++) {
		for (size_t i = 0; i < COUNT_OF(durable); i++) {
			memset(dest, UNTOUCHED, sizeof(dest));
			unsigned needed = (VDM_CAPABILITY_MEMCPY << type) | durable[i];
			int capable = vdm_is_supported(vdm_of(state), needed);
			struct vdm_operation_future operation = operation_of_type(
				vdm_of(state), type, dest, source, sizeof(dest), durable[i]);

			assert_int_equal(finish(&operation),
					 capable ? VDM_SUCCESS : VDM_ERROR_NOT_SUPPORTED);
			if (!capable)
				assert_true(all_bytes_are(dest, sizeof(dest), UNTOUCHED));
		}
	}
}

static void an_unknown_flag_is_an_invalid_argument_and_touches_nothing(void **state)
{
	static const uint64_t unknown[] = {
		UINT64_C(1) << 2,  UINT64_C(1) << 16, UINT64_C(1) << 31,
		UINT64_C(1) << 32, UINT64_C(1) << 63, UINT64_MAX,
	};
	char source[100] = "source", dest[100];
	memset(dest, UNTOUCHED, sizeof(dest));
	for (unsigned type = VDM_OPERATION_MEMCPY; type <= VDM_OPERATION_FLUSH; type++) {
		for (size_t i = 0; i < COUNT_OF(unknown); i++) {
			struct vdm_operation_future operation = operation_of_type(
				vdm_of(state), type, dest, source, sizeof(dest), unknown[i]);
			assert_int_equal(finish(&operation), VDM_ERROR_INVALID_ARGUMENT);
			assert_true(all_bytes_are(dest, sizeof(dest), UNTOUCHED));
		}
	}
}

static void an_unknown_operation_is_an_invalid_argument(void **state)
{
	struct vdm_operation_future operation;
	memset(&operation, 0, sizeof(operation));
	operation.data.operation.type = (enum vdm_operation_type)99;
	vdm_generic_operation(vdm_of(state), &operation);
	assert_int_equal(finish(&operation), VDM_ERROR_INVALID_ARGUMENT);
}

static void its_property_is_what_it_is(void **state)
{
	char source[8] = "source", dest[8];
	struct vdm_operation_future copy = vdm_memcpy(vdm_of(state), dest, source, 8, 0);
	assert_int_equal(future_has_property(FUTURE_AS_RUNNABLE(&copy), FUTURE_PROPERTY_ASYNC),
			 tested->asynchronous);
	finish(&copy);
	assert_int_equal(future_has_property(FUTURE_AS_RUNNABLE(&copy), FUTURE_PROPERTY_ASYNC), 0);
}

static void a_complete_operation_does_not_run_again(void **state)
{
	char source[8] = "source", dest[8] = "";
	struct vdm_operation_future copy = vdm_memcpy(vdm_of(state), dest, source, 8, 0);
	finish(&copy);
	strcpy(dest, "mine");

	assert_int_equal(finish(&copy), VDM_SUCCESS);
	assert_int_equal(future_poll(FUTURE_AS_RUNNABLE(&copy), NULL), FUTURE_STATE_COMPLETE);
	/* Nor when somebody asks the task itself. */
	assert_int_equal(vdm_operation_impl(&copy.base.context, NULL), FUTURE_STATE_COMPLETE);
	assert_string_equal(dest, "mine");
}

int operations_suite(void)
{
	const struct CMUnitTest tests[] = {
		mover_test(each_operation_of_each_size_writes_what_it_should_and_nothing_else),
		mover_test(each_alignment_is_served),
		mover_test(nothing_is_read_or_written_past_the_end_of_a_page),
		mover_test(big_operations_arrive_whole),
		mover_test(a_size_of_zero_needs_no_memory),
		mover_test(moves_within_one_block_overlap_both_ways),
		mover_test(an_output_names_type_and_destination),
		mover_test(the_cache_hint_changes_no_result),
		mover_test(durable_operations_succeed_where_the_capability_says_so),
		mover_test(capabilities_are_those_that_this_mover_must_have),
		mover_test(capabilities_tell_the_truth),
		mover_test(an_unknown_flag_is_an_invalid_argument_and_touches_nothing),
		mover_test(an_unknown_operation_is_an_invalid_argument),
		mover_test(its_property_is_what_it_is),
		mover_test(a_complete_operation_does_not_run_again),
	};
	return cmocka_run_group_tests_name("operations", tests, NULL, NULL);
}
