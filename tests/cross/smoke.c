/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/*
 * smoke.c -- the library at work, in one program that needs nothing but it and libc: futures,
 * chains, compositions, both kinds of wait, the growing set, the executor, and both movers. For
 * machines on which there is no cmocka, and for builds of every kind.
 */

#include <libminiasync.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SMALL 1000
#define LARGE ((size_t)3 << 20)
#define COPIES 16
#define MILLISECOND UINT64_C(1000000)

/* Not assert, which release builds leave out. */
#define CHECK(_condition)                                                                \
	do {                                                                             \
		if (!(_condition)) {                                                     \
			fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, #_condition); \
			exit(1);                                                         \
		}                                                                        \
	} while (0)

static unsigned char source[LARGE], dest[LARGE];

static void prepare(void)
{
	for (size_t i = 0; i < LARGE; i++)
		source[i] = (unsigned char)(i * 7 + i / 251);
	memset(dest, 0, sizeof(dest));
}

static enum vdm_operation_result run(struct vdm_operation_future operation)
{
	runtime_wait(NULL, FUTURE_AS_RUNNABLE(&operation));
	return FUTURE_OUTPUT(&operation)->result;
}

static void each_operation(struct vdm *vdm, size_t n)
{
	prepare();
	CHECK(run(vdm_memcpy(vdm, dest, source, n, 0)) == VDM_SUCCESS);
	CHECK(memcmp(dest, source, n) == 0);
	CHECK(run(vdm_memmove(vdm, dest + 1, dest, n - 1, VDM_F_NO_CACHE_HINT)) == VDM_SUCCESS);
	CHECK(dest[0] == source[0] && memcmp(dest + 1, source, n - 1) == 0);
	CHECK(run(vdm_memset(vdm, dest, 'x', n, 0)) == VDM_SUCCESS);
	CHECK(dest[0] == 'x' && memcmp(dest, dest + 1, n - 1) == 0);
	CHECK(n == LARGE || dest[n] == 0);

	/* What this machine lacks is refused, never wrong. */
	int can_flush = vdm_is_supported(vdm, VDM_CAPABILITY_FLUSH);
	CHECK(run(vdm_flush(vdm, dest, n, 0)) ==
	      (can_flush ? VDM_SUCCESS : VDM_ERROR_NOT_SUPPORTED));
	int can_be_durable = vdm_is_supported(vdm, VDM_F_MEM_DURABLE);
	CHECK(run(vdm_memcpy(vdm, dest, source, n, VDM_F_MEM_DURABLE)) ==
	      (can_be_durable ? VDM_SUCCESS : VDM_ERROR_NOT_SUPPORTED));
	CHECK(!can_be_durable || memcmp(dest, source, n) == 0);
}

static void several_at_a_time(struct vdm *vdm)
{
	struct vdm_operation_future copies[COPIES];
	struct future *futs[COPIES];
	size_t part = LARGE / COPIES;

	prepare();
	for (size_t i = 0; i < COPIES; i++) {
		copies[i] = vdm_memcpy(vdm, dest + i * part, source + i * part, part, 0);
		futs[i] = FUTURE_AS_RUNNABLE(&copies[i]);
	}
	struct runtime *runtime = runtime_new();
	CHECK(runtime != NULL);
	runtime_wait_multiple(runtime, futs, COPIES);
	CHECK(memcmp(dest, source, part * COPIES) == 0);
	runtime_delete(runtime);
}

struct twice_data {
	FUTURE_CHAIN_ENTRY(struct vdm_operation_future, there);
	FUTURE_CHAIN_ENTRY_LAST(struct vdm_operation_future, further);
};
struct twice_output {
	void *end;
};
FUTURE(twice_future, struct twice_data, struct twice_output);

static void further_init(void *future, struct future_context *chain, void *vdm)
{
	(void)chain;
	*(struct vdm_operation_future *)future =
		vdm_memcpy((struct vdm *)vdm, dest + SMALL, dest, SMALL, 0);
}

static void further_map(struct future_context *further, struct future_context *chain, void *arg)
{
	struct vdm_operation_output *copied =
		(struct vdm_operation_output *)future_context_get_output(further);
	struct twice_output *output = (struct twice_output *)future_context_get_output(chain);
	(void)arg;
	output->end = copied->output.memcpy.dest;
}

static void a_chain(struct vdm *vdm)
{
	struct twice_future twice;

	prepare();
	FUTURE_CHAIN_ENTRY_INIT(&twice.data.there, vdm_memcpy(vdm, dest, source, SMALL, 0), NULL,
				NULL);
	FUTURE_CHAIN_ENTRY_LAZY_INIT(&twice.data.further, further_init, vdm, further_map, NULL);
	FUTURE_CHAIN_INIT(&twice);
	runtime_wait(NULL, FUTURE_AS_RUNNABLE(&twice));
	CHECK(FUTURE_OUTPUT(&twice)->end == dest + SMALL);
	CHECK(memcmp(dest + SMALL, source, SMALL) == 0);
}

static void a_time_limit(void)
{
	struct future_event event;
	future_event_init(&event);
	struct future_event_wait wait = future_event_wait(&event);
	struct future_timeout timeout = future_timeout(FUTURE_AS_RUNNABLE(&wait), MILLISECOND);
	runtime_wait(NULL, FUTURE_AS_RUNNABLE(&timeout));
	CHECK(FUTURE_OUTPUT(&timeout)->expired);

	struct future_sleep never = future_sleep_until(UINT64_MAX);
	struct future *either[] = {FUTURE_AS_RUNNABLE(&never), FUTURE_AS_RUNNABLE(&wait)};
	struct future_race race = future_race(either, 2);
	CHECK(runtime_wait_timeout(NULL, FUTURE_AS_RUNNABLE(&race), MILLISECOND) == -1);
	future_event_set(&event);
	/* Later than a clock of 32 bits can say. */
	CHECK(runtime_wait_timeout(NULL, FUTURE_AS_RUNNABLE(&race), UINT64_MAX - 1) == 0);
	CHECK(FUTURE_OUTPUT(&race)->winner == 1);
}

static void the_growing_set(struct vdm *vdm)
{
	static const char *const names[] = {"first", "second", "third"};
	struct vdm_operation_future fills[3];
	struct runtime *runtime = runtime_new();
	int seen = 0;

	CHECK(runtime != NULL);
	for (int i = 0; i < 3; i++) {
		fills[i] = vdm_memset(vdm, dest + (size_t)i * SMALL, '1' + i, SMALL, 0);
		CHECK(runtime_add(runtime, FUTURE_AS_RUNNABLE(&fills[i]),
				  (void *)(uintptr_t)names[i]) == 0);
	}
	CHECK(runtime_fd(runtime) >= 0);
	void *cookie;
	while (runtime_next(runtime, UINT64_MAX, &cookie) != NULL)
		for (int i = 0; i < 3; i++)
			seen |= cookie == names[i] ? 1 << i : 0;
	CHECK(seen == 7);
	CHECK(dest[0] == '1' && dest[3 * SMALL - 1] == '3');
	runtime_delete(runtime);
}

static void set_event(struct future *fut, void *event)
{
	(void)fut;
	future_event_set((struct future_event *)event);
}

/* A copy on the executor wakes a wait that another of its workers may hold. */
static void the_executor(struct vdm *vdm)
{
	struct future_event event;
	future_event_init(&event);
	struct executor *executor = executor_new(2);
	CHECK(executor != NULL);

	prepare();
	struct future_event_wait wait = future_event_wait(&event);
	struct vdm_operation_future copy = vdm_memcpy(vdm, dest, source, LARGE, 0);
	struct future_sleep nap = future_sleep(MILLISECOND);
	CHECK(executor_spawn(executor, FUTURE_AS_RUNNABLE(&wait), NULL, NULL) == 0);
	CHECK(executor_spawn(executor, FUTURE_AS_RUNNABLE(&nap), NULL, NULL) == 0);
	CHECK(executor_spawn(executor, FUTURE_AS_RUNNABLE(&copy), set_event, &event) == 0);
	CHECK(executor_drain(executor) == 0);
	CHECK(FUTURE_STATE(&wait) == FUTURE_STATE_COMPLETE);
	CHECK(memcmp(dest, source, LARGE) == 0);
	executor_delete(executor);
}

static void everything(struct vdm *vdm)
{
	each_operation(vdm, SMALL);
	each_operation(vdm, LARGE);
	several_at_a_time(vdm);
	a_chain(vdm);
	the_growing_set(vdm);
	the_executor(vdm);
}

int main(void)
{
	struct data_mover_sync *sync = data_mover_sync_new();
	CHECK(sync != NULL);
	everything(data_mover_sync_get_vdm(sync));
	data_mover_sync_delete(sync);

	/* Bound to a CPU that every machine has, unless this process was told to keep off it. */
	static const unsigned cpu = 0;
	struct data_mover_threads_options options = DATA_MOVER_THREADS_OPTIONS_INIT;
	options.threads = 2;
	options.cpus = &cpu;
	options.cpu_count = 1;
	struct data_mover_threads *threads = data_mover_threads_new_with(&options);
	if (threads == NULL)
		threads = data_mover_threads_new(2, 8, FUTURE_NOTIFIER_WAKER);
	CHECK(threads != NULL);
	everything(data_mover_threads_get_vdm(threads));
	data_mover_threads_delete(threads);

	a_time_limit();
	printf("libminiasync %s works here\n", miniasync_version());
	return 0;
}
