/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/*
 * test_kernels.c -- every kernel that this machine has, byte for byte.
 *
 * What a kernel leaves is compared with a model, memmove and memset on a second arena, over the
 * whole arena: a byte written outside the destination differs as well as a wrong one inside.
 */

#define _GNU_SOURCE
#include "memory/memory.h"
#include "memory/kernels.h"

#include <setjmp.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "platform/cpu.h"
#include "platform/os.h"
#include "support/guard.h"
#include "support/test.h"

/* A size at which memory_kernels_for makes small tests cross the thresholds. */
#define SMALL_CACHE ((size_t)64 << 10)

#define EVERY_HOW (MEMORY_DURABLE | MEMORY_BYPASS_CACHE)

/* The kernels that the subsets of this machine's features give, each pair once. */
static struct memory_kernels kernel_sets[32];
static size_t kernel_set_count;

static void remember(struct memory_kernels kernels)
{
	for (size_t i = 0; i < kernel_set_count; i++)
		if (kernel_sets[i].streaming == kernels.streaming &&
		    kernel_sets[i].flushing == kernels.flushing)
			return;
	assert_in_range(kernel_set_count, 0, COUNT_OF(kernel_sets) - 1);
	kernel_sets[kernel_set_count++] = kernels;
}

static int walk_every_subset(void **state)
{
	(void)state;
	unsigned all = cpu_features(), subset = all;
	do {
		remember(memory_kernels_for(subset, SMALL_CACHE));
		subset = (subset - 1) & all;
	} while (subset != all);
	print_message("%zu sets of kernels\n", kernel_set_count);
	return 0;
}

/* Two arenas of the same bytes: the kernels work on one, the model on the other. */
static char *arena, *model;
static size_t arena_size;

static void arena_make(size_t size)
{
	arena_size = size;
	arena = os_allocate_zeroed(size);
	model = os_allocate_zeroed(size);
	assert_non_null(arena);
	assert_non_null(model);
	for (size_t i = 0; i < size; i++)
		arena[i] = model[i] = (char)(i * 31 + i / 251);
}

static void arena_free(void)
{
	os_free(arena);
	os_free(model);
}

static void check(const char *what, size_t to, size_t from, size_t n)
{
	if (memcmp(arena, model, arena_size) != 0)
		fail_msg("%s: to %zu from %zu, %zu bytes", what, to, from, n);
}

static void check_move(const struct memory_kernels *kernels, size_t to, size_t from, size_t n,
		       unsigned how)
{
	memory_move_by(kernels, arena + to, arena + from, n, how);
	memmove(model + to, model + from, n);
	check("move", to, from, n);
}

static void check_fill(const struct memory_kernels *kernels, size_t to, size_t n, unsigned how)
{
	int c = (int)(n * 7 + to) - 300; /* any int: the low byte counts */
	memory_fill_by(kernels, arena + to, c, n, how);
	memset(model + to, c, n);
	check("fill", to, 0, n);
}

static void small_sizes_at_every_alignment(void **state)
{
	(void)state;
	arena_make(1024);
	for (size_t set = 0; set < kernel_set_count; set++)
		for (unsigned how = 0; how <= EVERY_HOW; how++)
			for (size_t n = 0; n <= 300; n++)
				for (size_t alignment = 0; alignment < CACHE_LINE; alignment++) {
					size_t to = 64 + alignment;
					size_t from = 512 + (alignment * 5 + n) % CACHE_LINE;
					check_move(&kernel_sets[set], to, from, n, how);
					check_fill(&kernel_sets[set], to, n, how);
				}
	arena_free();
}

/* Each streaming kernel by itself, on all pairs of alignments, also at sizes memory.c spares. */
static void streaming_kernels_at_every_pair_of_alignments(void **state)
{
	(void)state;
	static const size_t sizes[] = {1, 63, 64, 65, 127, 128, 191, 255, 256, 257, 320, 383, 511};
	arena_make(1536);
	for (size_t set = 0; set < kernel_set_count; set++) {
		const struct memory_streaming *streaming = kernel_sets[set].streaming;
		if (streaming == NULL || kernel_sets[set].flushing != NULL)
			continue;
		for (size_t i = 0; i < COUNT_OF(sizes); i++)
			for (size_t pair = 0; pair < CACHE_LINE * CACHE_LINE; pair++) {
				size_t n = sizes[i];
				size_t to = 64 + pair / CACHE_LINE, from = 768 + pair % CACHE_LINE;
				streaming->copy_forward(arena + to, arena + from, n);
				memmove(model + to, model + from, n);
				check("forward", to, from, n);
				streaming->copy_backward(arena + from, arena + to, n);
				memmove(model + from, model + to, n);
				check("backward", from, to, n);
			}
	}
	arena_free();
}

/* What libc writes while a streaming kernel runs: the linker sends its calls this way. */
static int watching;
static size_t whole_lines_by_libc;

static void watch(const char *dest, size_t n)
{
	size_t to_line = (CACHE_LINE - (uintptr_t)dest % CACHE_LINE) % CACHE_LINE;
	int ours = watching && dest >= arena && dest < arena + arena_size;
	if (ours && n >= to_line + CACHE_LINE)
		whole_lines_by_libc++;
}

void *__real_memmove(void *dest, const void *src, size_t n);
void *__wrap_memmove(void *dest, const void *src, size_t n);
void *__real_memset(void *dest, int c, size_t n);
void *__wrap_memset(void *dest, int c, size_t n);

void *__wrap_memmove(void *dest, const void *src, size_t n)
{
	watch(dest, n);
	return __real_memmove(dest, src, n);
}

void *__wrap_memset(void *dest, int c, size_t n)
{
	watch(dest, n);
	return __real_memset(dest, c, n);
}

/* memory.c writes back the ends alone: a whole line that was not streamed would not be durable. */
static void every_whole_line_is_streamed(void **state)
{
	(void)state;
	arena_make(2048);
	for (size_t set = 0; set < kernel_set_count; set++) {
		const struct memory_streaming *streaming = kernel_sets[set].streaming;
		if (streaming == NULL || kernel_sets[set].flushing != NULL)
			continue;
		for (size_t n = 0; n <= 700; n++)
			for (size_t to = 64; to < 128; to++) {
				whole_lines_by_libc = 0;
				watching = 1;
				streaming->copy_forward(arena + to, arena + 1024, n);
				streaming->copy_backward(arena + to, arena + 1024, n);
				streaming->fill(arena + to, 0, n);
				watching = 0;
				if (whole_lines_by_libc != 0)
					fail_msg("to %zu, %zu bytes", to, n);
			}
	}
	arena_free();
}

/* Both directions, where they are right, at every distance: far closer than memory.c asks for. */
static void streaming_kernels_at_every_distance(void **state)
{
	(void)state;
	arena_make(2048);
	for (size_t set = 0; set < kernel_set_count; set++) {
		const struct memory_streaming *streaming = kernel_sets[set].streaming;
		if (streaming == NULL || kernel_sets[set].flushing != NULL)
			continue;
		for (size_t distance = 1; distance <= 400; distance++)
			for (size_t n = 0; n <= 1200; n += 37) {
				size_t low = 64 + n % CACHE_LINE, high = low + distance;
				streaming->copy_forward(arena + low, arena + high, n);
				memmove(model + low, model + high, n);
				check("forward", low, high, n);
				streaming->copy_backward(arena + high, arena + low, n);
				memmove(model + high, model + low, n);
				check("backward", high, low, n);
			}
	}
	arena_free();
}

static void overlapping_moves_across_the_thresholds(void **state)
{
	(void)state;
	static const size_t distances[] = {1,     63,    64,    65,    4096,  16383,
					   16384, 16385, 20001, 69999, 70000, 70001};
	arena_make(256 << 10);
	for (size_t set = 0; set < kernel_set_count; set++)
		for (unsigned how = 0; how <= EVERY_HOW; how++)
			for (size_t i = 0; i < COUNT_OF(distances); i++) {
				size_t low = 64 + 3 * i, high = low + distances[i];
				check_move(&kernel_sets[set], low, high, 70000, how);
				check_move(&kernel_sets[set], high, low, 70000, how);
				check_move(&kernel_sets[set], low, low, 70000, how);
			}
	arena_free();
}

static void sizes_across_the_thresholds(void **state)
{
	(void)state;
	static const size_t sizes[] = {1023,  1024,  1025,  16383,  16384,  16385, 32767,
				       32768, 32769, 65535, 100003, 131071, 131072};
	arena_make(512 << 10);
	for (size_t set = 0; set < kernel_set_count; set++)
		for (unsigned how = 0; how <= EVERY_HOW; how++)
			for (size_t i = 0; i < COUNT_OF(sizes); i++) {
				size_t to = 64 + i * 5, from = (256 << 10) + i * 3;
				check_move(&kernel_sets[set], to, from, sizes[i], how);
				check_move(&kernel_sets[set], from, to, sizes[i], how);
				check_fill(&kernel_sets[set], to, sizes[i], how);
			}
	arena_free();
}

/* memory.h itself, with this machine's kernels and its own cache's size. */
static void large_sizes_through_the_public_functions(void **state)
{
	(void)state;
	size_t n = memory_cached_limit() / 2 + 12345;
	if (n > (16 << 20)) /* a huge cache, or none that is bypassed unasked */
		n = (16 << 20) + 12345;
	arena_make(3 * n);
	for (unsigned how = 0; how <= EVERY_HOW; how++) {
		memory_move(arena + 7, arena + 2 * n - 11, n, how);
		memmove(model + 7, model + 2 * n - 11, n);
		memory_move(arena + n / 2, arena + 7, n, how);
		memmove(model + n / 2, model + 7, n);
		memory_move(arena + 1, arena + n / 2, n, how);
		memmove(model + 1, model + n / 2, n);
		check("large", how, 0, n);
		memory_fill(arena + 2 * n - 1, 0x15a, n - 3, how);
		memset(model + 2 * n - 1, 0x5a, n - 3);
		check("large fill", how, 0, n);
	}
	arena_free();
}

/* The last byte that may be touched is the last of a page. */
static void nothing_is_read_or_written_past_the_end(void **state)
{
	(void)state;
	for (size_t n = 1; n < 2500; n += 61) {
		char *to = guard_allocate(n), *from = guard_allocate(n);
		for (size_t set = 0; set < kernel_set_count; set++)
			for (unsigned how = 0; how <= EVERY_HOW; how++) {
				memory_move_by(&kernel_sets[set], to, from, n, how);
				memory_fill_by(&kernel_sets[set], to, 1, n, how);
				memory_flush_by(&kernel_sets[set], to, n);
			}
		guard_free(to, n);
		guard_free(from, n);
	}
}

static size_t fences;

static void count_fence(void)
{
	fences++;
}

static void one_fence_serves_many_writes_when_asked(void **state)
{
	(void)state;
	static const size_t sizes[] = {100, 5000, 70000};
	arena_make(256 << 10);
	for (size_t set = 0; set < kernel_set_count; set++) {
		struct memory_kernels kernels = kernel_sets[set];
		struct memory_streaming streaming;
		struct memory_flushing flushing;
		if (kernels.flushing == NULL || kernels.streaming == NULL)
			continue;
		streaming = *kernels.streaming;
		flushing = *kernels.flushing;
		streaming.fence = flushing.fence = count_fence;
		kernels.streaming = &streaming;
		kernels.flushing = &flushing;
		for (unsigned how = 1; how <= EVERY_HOW; how++) {
			fences = 0;
			for (size_t i = 0; i < COUNT_OF(sizes); i++) {
				check_move(&kernels, 64, 128 << 10, sizes[i],
					   how | MEMORY_FENCE_LATER);
				check_fill(&kernels, 64, sizes[i], how | MEMORY_FENCE_LATER);
			}
			assert_int_equal(fences, 0);
			memory_fence_by(&kernels);
			assert_int_equal(fences, 1);
			check_move(&kernels, 64, 128 << 10, 70000, how);
			assert_int_equal(fences, 2);
		}
	}
	arena_free();
}

static void who_can_only_stream_has_a_fence_too(void **state)
{
	(void)state;
	for (size_t set = 0; set < kernel_set_count; set++) {
		struct memory_kernels kernels = kernel_sets[set];
		struct memory_streaming streaming;
		kernels.flushing = NULL;
		if (kernels.streaming != NULL) {
			streaming = *kernels.streaming;
			streaming.fence = count_fence;
			kernels.streaming = &streaming;
		}
		fences = 0;
		memory_fence_by(&kernels);
		assert_int_equal(fences, kernels.streaming != NULL);
	}
}

static void empty_operations_do_nothing(void **state)
{
	(void)state;
	for (unsigned how = 0; how <= EVERY_HOW; how++) {
		memory_move(NULL, NULL, 0, how);
		memory_fill(NULL, 1, 0, how);
	}
	memory_flush(NULL, 0);
}

static void flushing_is_offered_where_a_cpu_can(void **state)
{
	(void)state;
	unsigned writers = CPU_CLFLUSH | CPU_CLFLUSHOPT | CPU_CLWB | CPU_DC_CVAC | CPU_DC_CVAP;
	assert_int_equal(memory_can_flush(), (cpu_features() & writers) != 0);
	assert_null(memory_kernels_for(~writers, SMALL_CACHE).flushing);
	assert_null(memory_kernels_for(0, SMALL_CACHE).streaming);
}

#if CPU_X86_64

static sigjmp_buf faulted;

static void on_fault(int signal)
{
	siglongjmp(faulted, signal);
}

static int flush_faults(const struct memory_kernels *kernels, const char *start, size_t n)
{
	if (sigsetjmp(faulted, 1) != 0)
		return 1;
	memory_flush_by(kernels, start, n);
	return 0;
}

static int clflush_faults(const char *line)
{
	if (sigsetjmp(faulted, 1) != 0)
		return 1;
	__asm__ volatile("clflush %0" ::"m"(*line));
	return 0;
}

/* Writing back a line of a page that may not be read faults, so a line left out does not. */
static void flushing_touches_the_first_and_the_last_line(void **state)
{
	(void)state;
	size_t page = (size_t)sysconf(_SC_PAGESIZE);
	struct sigaction action = {.sa_handler = on_fault}, before;
	char *pages = mmap(NULL, 3 * page, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	assert_ptr_not_equal(pages, MAP_FAILED);
	char *middle = pages + page, *end = middle + page;
	assert_int_equal(mprotect(middle, page, PROT_READ | PROT_WRITE), 0);
	memset(middle, 1, page);
	sigaction(SIGSEGV, &action, &before);
	if (!clflush_faults(end)) {
		print_message("this CPU is emulated: clflush does not fault\n");
		skip();
	}

	for (size_t set = 0; set < kernel_set_count; set++) {
		const struct memory_kernels *kernels = &kernel_sets[set];
		if (kernels->flushing == NULL)
			continue;
		assert_false(flush_faults(kernels, middle, page));
		for (size_t n = 1; n <= 3 * CACHE_LINE; n++) {
			assert_false(flush_faults(kernels, middle, n));
			assert_false(flush_faults(kernels, end - n, n));
			assert_true(flush_faults(kernels, end - n, n + 1));
			assert_true(flush_faults(kernels, middle - 1, n));
		}
		assert_false(flush_faults(kernels, end + 1, 0));
	}
	sigaction(SIGSEGV, &before, NULL);
	munmap(pages, 3 * page);
}

#endif

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(small_sizes_at_every_alignment),
		cmocka_unit_test(streaming_kernels_at_every_pair_of_alignments),
		cmocka_unit_test(streaming_kernels_at_every_distance),
		cmocka_unit_test(every_whole_line_is_streamed),
		cmocka_unit_test(overlapping_moves_across_the_thresholds),
		cmocka_unit_test(sizes_across_the_thresholds),
		cmocka_unit_test(large_sizes_through_the_public_functions),
		cmocka_unit_test(nothing_is_read_or_written_past_the_end),
		cmocka_unit_test(one_fence_serves_many_writes_when_asked),
		cmocka_unit_test(who_can_only_stream_has_a_fence_too),
		cmocka_unit_test(empty_operations_do_nothing),
		cmocka_unit_test(flushing_is_offered_where_a_cpu_can),
#if CPU_X86_64
		cmocka_unit_test(flushing_touches_the_first_and_the_last_line),
#endif
	};
	return cmocka_run_group_tests(tests, walk_every_subset, NULL);
}
