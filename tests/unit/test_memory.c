/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/*
 * test_memory.c -- which way each operation goes: libc or a streaming kernel, and what is written
 * back after it; seen by kernels that only write down what is asked of them.
 */

#include "memory/memory.h"

#include <string.h>

#include "memory/kernels.h"
#include "platform/cpu.h"
#include "platform/os.h"
#include "support/test.h"

#define CACHE_SIZE ((size_t)64 << 10)

#define EVERY_HOW (MEMORY_DURABLE | MEMORY_BYPASS_CACHE)

static _Alignas(CACHE_LINE) char arena[512 << 10];

/* What was asked of them. */
static struct {
	int streamed; /* +1 forward, -1 backward, 2 fill */
	size_t fences;
	struct {
		const char *start, *end;
	} written_back[2];
	size_t ranges, durable_fences;
} seen;

static void seen_forward(char *dest, const char *src, size_t n)
{
	memmove(dest, src, n);
	seen.streamed = 1;
}

static void seen_backward(char *dest, const char *src, size_t n)
{
	memmove(dest, src, n);
	seen.streamed = -1;
}

static void seen_fill(char *dest, int c, size_t n)
{
	memset(dest, c, n);
	seen.streamed = 2;
}

static void seen_write_back(const char *start, const char *end)
{
	assert_int_equal(seen.durable_fences, 0);
	assert_in_range(seen.ranges, 0, COUNT_OF(seen.written_back) - 1);
	seen.written_back[seen.ranges].start = start;
	seen.written_back[seen.ranges].end = end;
	seen.ranges++;
}

static void assert_written_back(size_t range, size_t offset, size_t n)
{
	assert_in_range(range, 0, seen.ranges - 1);
	assert_ptr_equal(seen.written_back[range].start, arena + offset);
	assert_ptr_equal(seen.written_back[range].end, arena + offset + n);
}

static void seen_fence(void)
{
	seen.fences++;
}

static void seen_durable_fence(void)
{
	seen.durable_fences++;
}

static const struct memory_streaming sure = {seen_forward, seen_backward, seen_fill, seen_fence, 1};
static const struct memory_streaming hint = {seen_forward, seen_backward, seen_fill, seen_fence, 0};
static const struct memory_flushing flushing = {seen_write_back, seen_durable_fence};
static const struct memory_kernels sure_kernels = {&sure, &flushing, 32 << 10};
static const struct memory_kernels hint_kernels = {&hint, &flushing, SIZE_MAX};
static const struct memory_kernels libc_kernels = {NULL, &flushing, SIZE_MAX};

static int move_streams(const struct memory_kernels *kernels, size_t to, size_t from, size_t n,
			unsigned how)
{
	memset(&seen, 0, sizeof(seen));
	memory_move_by(kernels, arena + to, arena + from, n, how);
	return seen.streamed;
}

static int fill_streams(const struct memory_kernels *kernels, size_t to, size_t n, unsigned how)
{
	memset(&seen, 0, sizeof(seen));
	memory_fill_by(kernels, arena + to, 0, n, how);
	return seen.streamed;
}

static void what_fits_the_cache_stays_libcs(void **state)
{
	(void)state;
	size_t far = 256 << 10;
	struct memory_kernels here = memory_kernels_for(cpu_features(), CACHE_SIZE);
	if (here.streaming != NULL && here.streaming->leaves_cache)
		assert_int_equal(here.cached, CACHE_SIZE / 2);
	else
		assert_int_equal(here.cached, SIZE_MAX);
	assert_int_equal(move_streams(&sure_kernels, 0, far, (16 << 10) - 1, 0), 0);
	assert_int_equal(move_streams(&sure_kernels, 0, far, 16 << 10, 0), 1);
	assert_int_equal(move_streams(&sure_kernels, far, 0, 16 << 10, 0), 1);
	assert_int_equal(fill_streams(&sure_kernels, 0, (32 << 10) - 1, 0), 0);
	assert_int_equal(fill_streams(&sure_kernels, 0, 32 << 10, 0), 2);
	assert_int_equal(move_streams(&hint_kernels, 0, far, far, 0), 0);
	assert_int_equal(move_streams(&libc_kernels, 0, far, far, MEMORY_BYPASS_CACHE), 0);
}

static void asked_to_bypass_it_streams_but_the_smallest(void **state)
{
	(void)state;
	assert_int_equal(move_streams(&hint_kernels, 0, 4096, 1023, MEMORY_BYPASS_CACHE), 0);
	assert_int_equal(move_streams(&hint_kernels, 0, 4096, 1024, MEMORY_BYPASS_CACHE), 1);
	assert_int_equal(fill_streams(&sure_kernels, 0, 1024, MEMORY_BYPASS_CACHE), 2);
	assert_int_equal(seen.fences, 1);
	assert_int_equal(seen.ranges + seen.durable_fences, 0);
}

static void overlapping_ranges_stream_away_from_each_other_when_far_enough(void **state)
{
	(void)state;
	size_t n = 128 << 10, apart = 16 << 10;
	assert_int_equal(move_streams(&sure_kernels, 0, apart, n, 0), 1);
	assert_int_equal(move_streams(&sure_kernels, apart, 0, n, 0), -1);
	assert_int_equal(move_streams(&sure_kernels, 0, apart - 1, n, EVERY_HOW), 0);
	assert_written_back(0, 0, n);
	assert_int_equal(move_streams(&sure_kernels, apart - 1, 0, n, EVERY_HOW), 0);
}

static void durable_writes_back_what_was_not_streamed(void **state)
{
	(void)state;
	size_t n = 1024, far = 32 << 10;

	assert_int_equal(move_streams(&sure_kernels, 0, far, n, MEMORY_DURABLE), 1);
	assert_int_equal(seen.ranges, 0); /* whole lines: all have left the cache */
	assert_int_equal(seen.durable_fences, 1);
	move_streams(&sure_kernels, 1, far, n, MEMORY_DURABLE);
	assert_int_equal(seen.ranges, 2);
	assert_written_back(0, 1, 1);
	assert_written_back(1, n, 1);
	assert_int_equal(seen.durable_fences, 1);
	fill_streams(&sure_kernels, 1, CACHE_LINE - 1, MEMORY_DURABLE);
	assert_int_equal(seen.ranges, 1);
	fill_streams(&sure_kernels, 0, CACHE_LINE - 1, MEMORY_DURABLE);
	assert_int_equal(seen.ranges, 1);
	assert_written_back(0, CACHE_LINE - 2, 1);

	/* A hint may leave any line in the cache, and libc leaves them all. */
	assert_int_equal(move_streams(&hint_kernels, 1, far, n, EVERY_HOW), 1);
	assert_written_back(0, 1, n);
	assert_int_equal(seen.durable_fences, 1);
	fill_streams(&libc_kernels, 1, n, EVERY_HOW);
	assert_written_back(0, 1, n);
	assert_int_equal(seen.durable_fences, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_fits_the_cache_stays_libcs),
		cmocka_unit_test(asked_to_bypass_it_streams_but_the_smallest),
		cmocka_unit_test(overlapping_ranges_stream_away_from_each_other_when_far_enough),
		cmocka_unit_test(durable_writes_back_what_was_not_streamed),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
