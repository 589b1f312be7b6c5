/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/*
 * when.c -- when a mover pays: the figures of miniasync_when(7).
 *
 * Each row copies blocks of one size, between the same two buffers, in four ways: by memcpy in a
 * loop; on the synchronous mover, and on the threads mover, one operation at a time; and on the
 * threads mover, eight at a time. The four take turns, some milliseconds each, and each turn is
 * compared with the memcpy loop beside it, so that what else the machine does meets all alike. A
 * figure is the median of the turns. It depends on nothing but the library: no other program is
 * quicker to read, or to run on a machine that one is about to choose.
 */

#define _POSIX_C_SOURCE 200809L
#include <libminiasync.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define TURNS 101
#define IN_FLIGHT 8
#define BYTES_PER_TURN ((size_t)8 << 20)
#define BUFFER ((size_t)256 << 20)

static char *from, *to;

static void copy_plainly(struct vdm *vdm, size_t size, size_t count)
{
	(void)vdm;
	for (size_t i = 0; i < count; i++) {
		memcpy(to + i * size, from + i * size, size);
		__asm__ volatile("" ::: "memory"); /* each copy is made */
	}
}

static struct vdm_operation_future block_copy(struct vdm *vdm, size_t size, size_t block)
{
	return vdm_memcpy(vdm, to + block * size, from + block * size, size, 0);
}

static void copy_one_by_one(struct vdm *vdm, size_t size, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		struct vdm_operation_future copy = block_copy(vdm, size, i);
		runtime_wait(NULL, FUTURE_AS_RUNNABLE(&copy));
	}
}

static void copy_together(struct vdm *vdm, size_t size, size_t count)
{
	struct vdm_operation_future copies[IN_FLIGHT];
	struct future *futures[IN_FLIGHT];
	for (size_t begun = 0; begun < count; begun += IN_FLIGHT) {
		size_t n = count - begun < IN_FLIGHT ? count - begun : IN_FLIGHT;
		for (size_t i = 0; i < n; i++) {
			copies[i] = block_copy(vdm, size, begun + i);
			futures[i] = FUTURE_AS_RUNNABLE(&copies[i]);
		}
		runtime_wait_multiple(NULL, futures, n);
	}
}

typedef void (*copy_fn)(struct vdm *vdm, size_t size, size_t count);

/* Nanoseconds for each block. */
static double time_of(copy_fn copy, struct vdm *vdm, size_t size, size_t count)
{
	struct timespec begin, end;
	clock_gettime(CLOCK_MONOTONIC, &begin);
	copy(vdm, size, count);
	clock_gettime(CLOCK_MONOTONIC, &end);
	return ((double)(end.tv_sec - begin.tv_sec) * 1e9 + (double)(end.tv_nsec - begin.tv_nsec)) /
	       (double)count;
}

static int by_value(const void *a, const void *b)
{
	double left = *(const double *)a, right = *(const double *)b;
	return (left > right) - (left < right);
}

static double median(double *values)
{
	qsort(values, TURNS, sizeof(*values), by_value);
	return values[TURNS / 2];
}

static void print_row(struct vdm *sync, struct vdm *threads, size_t size)
{
	static double plain[TURNS], ratios[3][TURNS];
	const copy_fn ways[3] = {copy_one_by_one, copy_one_by_one, copy_together};
	struct vdm *const vdms[3] = {sync, threads, threads};
	size_t count = size < BYTES_PER_TURN / IN_FLIGHT ? BYTES_PER_TURN / size : IN_FLIGHT;
	if (count * size > BUFFER)
		count = BUFFER / size;
	if (count > 20000)
		count = 20000;

	for (size_t turn = 0; turn < TURNS; turn++) {
		plain[turn] = time_of(copy_plainly, NULL, size, count);
		for (size_t way = 0; way < 3; way++)
			ratios[way][turn] =
				time_of(ways[way], vdms[way], size, count) / plain[turn];
	}
	printf("%12zu %14.0f ns %9.2f %9.2f %9.2f\n", size, median(plain), median(ratios[0]),
	       median(ratios[1]), median(ratios[2]));
	fflush(stdout);
}

int main(void)
{
	struct data_mover_sync *sync = data_mover_sync_new();
	struct data_mover_threads *threads = data_mover_threads_default();
	from = malloc(BUFFER);
	to = malloc(BUFFER);
	if (sync == NULL || threads == NULL || from == NULL || to == NULL)
		return 1;
	memset(from, 1, BUFFER);
	memset(to, 2, BUFFER);

	printf("time of a block, as a multiple of memcpy's (median of %d turns)\n", TURNS);
	printf("%12s %17s %9s %9s %9s\n", "bytes", "memcpy", "sync", "threads", "threads*8");
	for (size_t size = 64; size <= (size_t)64 << 20; size *= 4)
		print_row(data_mover_sync_get_vdm(sync), data_mover_threads_get_vdm(threads), size);

	data_mover_threads_delete(threads);
	data_mover_sync_delete(sync);
	free(to);
	free(from);
	return 0;
}
