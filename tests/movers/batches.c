/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/*
 * batches.c -- memcpyv, many copies as one operation: which bytes of which segments are written,
 * and when array and segments are their owner's again.
 *
 * The array ends where a page begins that nobody may touch: to look past it faults.
 */

#include <stdlib.h>
#include <string.h>

#include "movers/mover.h"
#include "support/guard.h"
#include "support/pattern.h"

#define UNTOUCHED 0xA5
#define MINE 0x3C
#define GAP 3 /* bytes between two destinations, which are to stay as they are */

/* Segments of sizes that take turns; the sources lie one behind the other, last to first. */
struct batch {
	size_t count, bytes;
	struct vdm_segment *segments;
	unsigned char *sources, *dests;
	struct vdm_operation_future copy;
};

static void batch_init(struct batch *batch, struct vdm *vdm, const size_t *sizes, size_t turns,
		       size_t count, uint64_t flags)
{
	batch->count = count;
	batch->bytes = 0;
	for (size_t i = 0; i < count; i++)
		batch->bytes += sizes[i % turns];
	batch->segments = guard_allocate(count * sizeof(*batch->segments));
	batch->sources = guard_allocate(batch->bytes);
	batch->dests = guard_allocate(batch->bytes + count * GAP);
	unsigned char *source = batch->sources + batch->bytes, *dest = batch->dests;
	for (size_t i = 0; i < count; i++) {
		size_t n = sizes[i % turns];
		source -= n;
		pattern_fill(source, n, (unsigned)i);
		batch->segments[i] = (struct vdm_segment){dest, source, n};
		dest += n + GAP;
	}
	batch->copy = vdm_memcpyv(vdm, batch->segments, count, flags);
}

/* The first n bytes of the segments are copied, and no byte else is touched. */
static void batch_arrived(const struct batch *batch, size_t n)
{
	for (size_t i = 0; i < batch->count; i++) {
		const struct vdm_segment *segment = &batch->segments[i];
		const unsigned char *dest = segment->dest;
		size_t copied = segment->n < n ? segment->n : n;
		assert_true(pattern_holds(dest, copied, (unsigned)i));
		assert_true(all_bytes_are(dest + copied, segment->n - copied + GAP, UNTOUCHED));
		n -= copied;
	}
}

/* Takes array and memory back: who reads the one or writes the other now is seen. */
static void batch_reclaim(struct batch *batch)
{
	guard_forbid(batch->segments, batch->count * sizeof(*batch->segments));
	guard_forbid(batch->sources, batch->bytes);
	memset(batch->dests, MINE, batch->bytes + batch->count * GAP);
}

static void batch_end(struct batch *batch)
{
	size_t space = batch->bytes + batch->count * GAP;
	assert_true(all_bytes_are(batch->dests, space, MINE));
	guard_free(batch->segments, batch->count * sizeof(*batch->segments));
	guard_free(batch->sources, batch->bytes);
	guard_free(batch->dests, space);
}

static enum future_state batch_poll(struct batch *batch)
{
	return future_poll(FUTURE_AS_RUNNABLE(&batch->copy), NULL);
}

static void needs_batches(void **state)
{
	if (!vdm_is_supported(vdm_of(state), VDM_CAPABILITY_MEMCPYV)) {
		print_message("skipped: %s is not capable of memcpyv\n", tested->name);
		skip();
	}
}

/* Many small ones in a piece, large ones over several pieces, both beside each other, and none. */
static const struct {
	size_t sizes[7], turns, count;
} shapes[] = {
	{{64}, 1, 256},
	{{4096}, 1, 256},
	{{1}, 1, 5000},
	{{0}, 1, 3000},
	{{0, 1}, 2, 300},
	{{(1 << 20) + 3}, 1, 1},
	{{(1 << 20) + 3}, 1, 3},
	{{7, 300000, 0, 65, 4095, 1, 131072}, 7, 20},
	{{131072 - 64}, 1, 5},
	{{131072 - 32, 32}, 2, 9},
	{{500, 1500, 70000}, 3, 40},
};

static void copy_each_shape(void **state, uint64_t flags)
{
	for (size_t i = 0; i < COUNT_OF(shapes); i++) {
		struct batch batch;
		batch_init(&batch, vdm_of(state), shapes[i].sizes, shapes[i].turns, shapes[i].count,
			   flags);
		assert_int_equal(finish(&batch.copy), VDM_SUCCESS);
		batch_arrived(&batch, batch.bytes);
		batch_reclaim(&batch);
		batch_end(&batch);
	}
}

static void every_segment_arrives_and_nothing_else_is_written(void **state)
{
	needs_batches(state);
	copy_each_shape(state, 0);
}

static void the_cache_hint_changes_no_segment(void **state)
{
	needs_batches(state);
	copy_each_shape(state, VDM_F_NO_CACHE_HINT);
}

static void durable_batches_succeed_where_the_capability_says_so(void **state)
{
	needs_batches(state);
	if (!vdm_is_supported(vdm_of(state), VDM_F_MEM_DURABLE)) {
		print_message("skipped: %s is not capable of VDM_F_MEM_DURABLE\n", tested->name);
		skip();
	}
	copy_each_shape(state, VDM_F_MEM_DURABLE);
	copy_each_shape(state, VDM_F_MEM_DURABLE | VDM_F_NO_CACHE_HINT);
}

static void the_operation_ends_where_its_n_ends_or_its_array(void **state)
{
	needs_batches(state);
	static const size_t far_more[] = {SIZE_MAX / 2, SIZE_MAX - 1000, SIZE_MAX};
	for (size_t i = 0; i < COUNT_OF(shapes); i++) {
		for (size_t part = 0; part <= 4 + COUNT_OF(far_more); part++) {
			struct batch batch;
			batch_init(&batch, vdm_of(state), shapes[i].sizes, shapes[i].turns,
				   shapes[i].count, 0);
			size_t n = batch.bytes * part / 3; /* a third more in the fourth */
			if (part > 4)
				n = far_more[part - 5];
			batch.copy.data.operation.data.memcpyv.n = n;
			assert_int_equal(finish(&batch.copy), VDM_SUCCESS);
			batch_arrived(&batch, n);
			batch_reclaim(&batch);
			batch_end(&batch);
		}
	}
}

static void no_segments_need_no_array(void **state)
{
	needs_batches(state);
	struct vdm_segment empty = {NULL, NULL, 0};
	struct vdm_operation_future none = vdm_memcpyv(vdm_of(state), NULL, 0, 0);
	assert_int_equal(finish(&none), VDM_SUCCESS);
	struct vdm_operation_future nothing = vdm_memcpyv(vdm_of(state), &empty, 1, 0);
	assert_int_equal(finish(&nothing), VDM_SUCCESS);
}

static void its_output_names_the_array(void **state)
{
	char from[8] = "source", to[8] = "";
	struct vdm_segment segment = {to, from, sizeof(to)};
	struct vdm_operation_future copy = vdm_memcpyv(vdm_of(state), &segment, 1, 0);
	assert_null(FUTURE_OUTPUT(&copy)->output.memcpyv.segments);
	finish(&copy);
	assert_int_equal(FUTURE_OUTPUT(&copy)->type, VDM_OPERATION_MEMCPYV);
	assert_ptr_equal(FUTURE_OUTPUT(&copy)->output.memcpyv.segments, &segment);
}

static void without_the_capability_it_is_not_supported(void **state)
{
	char from[8] = "source", to[8] = "";
	struct vdm_segment segment = {to, from, sizeof(to)};
	struct vdm_operation_future copy = vdm_memcpyv(vdm_of(state), &segment, 1, 0);
	int capable = vdm_is_supported(vdm_of(state), VDM_CAPABILITY_MEMCPYV);
	assert_int_equal(finish(&copy), capable ? VDM_SUCCESS : VDM_ERROR_NOT_SUPPORTED);
	assert_string_equal(to, capable ? "source" : "");
}

static void an_unknown_flag_copies_no_segment(void **state)
{
	char from[8] = "source", to[8] = "";
	struct vdm_segment segment = {to, from, sizeof(to)};
	struct vdm_operation_future copy =
		vdm_memcpyv(vdm_of(state), &segment, 1, UINT64_C(1) << 40);
	assert_int_equal(finish(&copy), VDM_ERROR_INVALID_ARGUMENT);
	assert_string_equal(to, "");
}

static void cancelled_before_its_first_poll_a_batch_never_starts(void **state)
{
	char from[8] = "source", to[8] = "";
	struct vdm_segment segment = {to, from, sizeof(to)};
	struct vdm_operation_future copy = vdm_memcpyv(vdm_of(state), &segment, 1, 0);
	future_cancel(FUTURE_AS_RUNNABLE(&copy));
	assert_int_equal(finish(&copy), VDM_ERROR_CANCELED);
	assert_string_equal(to, "");
}

static void cancelled_at_any_moment_a_batch_ends_and_lets_go(void **state)
{
	needs_batches(state);
	enum { COUNT = 80 };
	static const size_t sizes[] = {3000, 10, 60000};
	struct batch batches[COUNT];
	for (size_t i = 0; i < COUNT; i++) {
		batch_init(&batches[i], vdm_of(state), sizes, COUNT_OF(sizes), 3 + i % 15, 0);
		for (size_t polls = 0; polls < i % 5; polls++)
			batch_poll(&batches[i]);
		if (i % 3 != 0)
			future_cancel(FUTURE_AS_RUNNABLE(&batches[i].copy));
	}
	for (size_t i = 0; i < COUNT; i++) {
		enum vdm_operation_result result = finish(&batches[i].copy);
		if (result == VDM_SUCCESS)
			batch_arrived(&batches[i], batches[i].bytes);
		else
			assert_int_equal(result, VDM_ERROR_CANCELED);
		batch_reclaim(&batches[i]);
	}
	mover_tear_down(state);
	mover_set_up(state);
	for (size_t i = 0; i < COUNT; i++)
		batch_end(&batches[i]);
}

static void more_batches_than_the_queue_holds_all_complete(void **state)
{
	needs_batches(state);
	static const size_t sizes[] = {100, 0, 9000};
	size_t count = 2 * tested->in_flight + 5;
	count = count < 500 ? count : 500;
	struct batch *batches = calloc(count, sizeof(*batches));
	assert_non_null(batches);
	for (size_t i = 0; i < count; i++)
		batch_init(&batches[i], vdm_of(state), sizes, COUNT_OF(sizes), 30, 0);
	size_t pending = count;
	while (pending > 0) {
		pending = 0;
		for (size_t i = 0; i < count; i++)
			pending += batch_poll(&batches[i]) != FUTURE_STATE_COMPLETE;
	}
	for (size_t i = 0; i < count; i++) {
		assert_int_equal(FUTURE_OUTPUT(&batches[i].copy)->result, VDM_SUCCESS);
		batch_arrived(&batches[i], batches[i].bytes);
		batch_reclaim(&batches[i]);
		batch_end(&batches[i]);
	}
	free(batches);
}

int batches_suite(void)
{
	const struct CMUnitTest tests[] = {
		mover_test(every_segment_arrives_and_nothing_else_is_written),
		mover_test(the_cache_hint_changes_no_segment),
		mover_test(durable_batches_succeed_where_the_capability_says_so),
		mover_test(the_operation_ends_where_its_n_ends_or_its_array),
		mover_test(no_segments_need_no_array),
		mover_test(its_output_names_the_array),
		mover_test(without_the_capability_it_is_not_supported),
		mover_test(an_unknown_flag_copies_no_segment),
		mover_test(cancelled_before_its_first_poll_a_batch_never_starts),
		mover_test(cancelled_at_any_moment_a_batch_ends_and_lets_go),
		mover_test(more_batches_than_the_queue_holds_all_complete),
	};
	return cmocka_run_group_tests_name("batches", tests, NULL, NULL);
}
