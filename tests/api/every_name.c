/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/*
 * every_name.c -- a program that uses every public macro and function, in the language that C99 and
 * C++11 have in common. names.py sees to it that none is missing here.
 */

#include <libminiasync.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CHECK(condition)                                                                        \
	do {                                                                                    \
		if (!(condition)) {                                                             \
			fprintf(stderr, "%s:%d: not so: %s\n", __FILE__, __LINE__, #condition); \
			exit(1);                                                                \
		}                                                                               \
	} while (0)

/* A future of one's own: counts down, one a poll. */
struct countdown_data {
	int left;
};
struct countdown_output {
	int polls;
};
FUTURE(countdown_future, struct countdown_data, struct countdown_output);

static enum future_state countdown_task(struct future_context *context,
					struct future_notifier *notifier)
{
	struct countdown_data *data = (struct countdown_data *)future_context_get_data(context);
	struct countdown_output *output =
		(struct countdown_output *)future_context_get_output(context);

	output->polls++;
	if (data->left == 0 || future_context_is_canceled(context))
		return FUTURE_STATE_COMPLETE;
	data->left--;
	if (notifier != NULL) {
		notifier->notifier_used = FUTURE_NOTIFIER_WAKER;
		notifier->poll_within_us = 1000;
		FUTURE_WAKER_WAKE(&notifier->waker);
	}
	return FUTURE_STATE_RUNNING;
}

static int countdown_has_property(void *future, enum future_property property)
{
	(void)future;
	return property == FUTURE_PROPERTY_ASYNC;
}

static struct countdown_future countdown(int from)
{
	struct countdown_future future;
	FUTURE_INIT(&future, countdown_task);
	future.data.left = from;
	future.output.polls = 0;
	return future;
}

static void count_wake(void *data)
{
	++*(int *)data;
}

static void use_futures(void)
{
	struct countdown_future future = countdown(1);
	CHECK(FUTURE_STATE(&future) == FUTURE_STATE_IDLE);
	CHECK(FUTURE_DATA(&future)->left == 1);
	CHECK(future_context_get_size(&future.base.context) ==
	      sizeof(struct countdown_data) + sizeof(struct countdown_output));
	CHECK(future_has_property(FUTURE_AS_RUNNABLE(&future), FUTURE_PROPERTY_ASYNC) == 0);
	CHECK(future_has_property_default(&future, FUTURE_PROPERTY_ASYNC) == 0);

	int wakes = 0;
	struct future_notifier notifier;
	notifier.waker.data = &wakes;
	notifier.waker.wake = count_wake;
	notifier.poller.ptr_to_monitor = NULL;
	CHECK(future_poll(FUTURE_AS_RUNNABLE(&future), &notifier) == FUTURE_STATE_RUNNING);
	CHECK(notifier.notifier_used == FUTURE_NOTIFIER_WAKER);
	CHECK(notifier.notifier_used != FUTURE_NOTIFIER_NONE);
	CHECK(notifier.notifier_used != FUTURE_NOTIFIER_POLLER);
	CHECK(notifier.padding == 1000);
	CHECK(wakes == 1);

	FUTURE_BUSY_POLL(&future);
	CHECK(FUTURE_STATE(&future) == FUTURE_STATE_COMPLETE);
	CHECK(FUTURE_OUTPUT(&future)->polls == 2);

	FUTURE_INIT_EXT(&future, countdown_task, countdown_has_property);
	CHECK(future_has_property(FUTURE_AS_RUNNABLE(&future), FUTURE_PROPERTY_ASYNC) == 1);
	FUTURE_INIT_COMPLETE(&future);
	CHECK(future_poll(FUTURE_AS_RUNNABLE(&future), NULL) == FUTURE_STATE_COMPLETE);

	future = countdown(1000);
	CHECK(future_time_offer == 0);
	CHECK(future_time_promise == 0);
	future_cancel(FUTURE_AS_RUNNABLE(&future));
	CHECK(future.base.context.padding == FUTURE_CONTEXT_CANCELED);
	FUTURE_BUSY_POLL(&future);
	CHECK(FUTURE_OUTPUT(&future)->polls == 1);
}

/* Fault 15: these macros did not compile as C++. */
struct pair_data {
	FUTURE_CHAIN_ENTRY(struct countdown_future, first);
	FUTURE_CHAIN_ENTRY_LAST(struct countdown_future, second);
};
struct pair_output {
	int polls;
};
FUTURE(pair_future, struct pair_data, struct pair_output);

static void second_init(void *future, struct future_context *chain, void *arg)
{
	(void)chain;
	*(struct countdown_future *)future = countdown(*(int *)arg);
}

static void first_map(struct future_context *first, struct future_context *second, void *arg)
{
	(void)arg;
	struct countdown_output *from = (struct countdown_output *)future_context_get_output(first);
	struct countdown_output *to = (struct countdown_output *)future_context_get_output(second);
	to->polls = from->polls;
}

static void second_map(struct future_context *second, struct future_context *chain, void *arg)
{
	first_map(second, chain, arg);
}

static void use_chains(struct runtime *runtime)
{
	int from = 3;
	struct pair_future pair;
	FUTURE_CHAIN_ENTRY_INIT(&pair.data.first, countdown(2), first_map, NULL);
	FUTURE_CHAIN_ENTRY_LAZY_INIT(&pair.data.second, second_init, &from, second_map, NULL);
	FUTURE_CHAIN_INIT(&pair);

	CHECK(!FUTURE_CHAIN_ENTRY_IS_LAST(&pair.data.first));
	CHECK(FUTURE_CHAIN_ENTRY_IS_LAST(&pair.data.second));
	CHECK(FUTURE_CHAIN_ENTRY_HAS_FLAG(&pair.data.second, FUTURE_CHAIN_FLAG_ENTRY_LAST));
	CHECK((pair.data.second.flags & ~FUTURE_CHAIN_VALID_FLAGS) == 0);
	CHECK(FUTURE_CHAIN_ENTRY_IS_INITIALIZED(&pair.data.first));
	CHECK(!FUTURE_CHAIN_ENTRY_IS_INITIALIZED(&pair.data.second));
	CHECK(future_chain_has_property(FUTURE_AS_RUNNABLE(&pair), FUTURE_PROPERTY_ASYNC) == 0);

	CHECK(async_chain_impl(&pair.base.context, NULL) == FUTURE_STATE_RUNNING);
	runtime_wait(runtime, FUTURE_AS_RUNNABLE(&pair));
	CHECK(FUTURE_OUTPUT(&pair)->polls == 3 + 4);
	CHECK(FUTURE_CHAIN_ENTRY_IS_PROCESSED(&pair.data.first));
	CHECK(pair.data.second.flags & FUTURE_CHAIN_FLAG_ENTRY_PROCESSED);
	CHECK(future_chain_has_property(FUTURE_AS_RUNNABLE(&pair), FUTURE_PROPERTY_ASYNC) == -1);
	CHECK(FUTURE_CHAIN_ENTRY_REGULAR == 1);
}

static void use_compositions(struct runtime *runtime)
{
	struct countdown_future one = countdown(1), two = countdown(2);
	struct future *both[] = {FUTURE_AS_RUNNABLE(&one), FUTURE_AS_RUNNABLE(&two)};
	struct future_join join = future_join(both, 2);
	struct future_race race = future_race(both, 2);
	struct future_join_data *joined = FUTURE_DATA(&join);
	struct future_race_data *raced = FUTURE_DATA(&race);
	CHECK(joined->futs == raced->futs && joined->n == raced->n);

	runtime_wait(runtime, FUTURE_AS_RUNNABLE(&race));
	struct future_race_output *won = FUTURE_OUTPUT(&race);
	CHECK(won->winner == 0);
	runtime_wait(runtime, FUTURE_AS_RUNNABLE(&join));
	struct future_join_output *all = FUTURE_OUTPUT(&join);
	CHECK(all->completed == 2);

	struct future_event event;
	future_event_init(&event);
	struct future_event_wait wait = future_event_wait(&event);
	struct future_event_wait_data *waiting = FUTURE_DATA(&wait);
	CHECK(waiting->event == &event);
	struct future_timeout timeout = future_timeout(FUTURE_AS_RUNNABLE(&wait), 1000);
	struct future_timeout_data *timed = FUTURE_DATA(&timeout);
	CHECK(timed->fut == FUTURE_AS_RUNNABLE(&wait) && timed->deadline == 1000);
	runtime_wait(runtime, FUTURE_AS_RUNNABLE(&timeout));
	struct future_timeout_output *late = FUTURE_OUTPUT(&timeout);
	CHECK(late->expired == 1);
	future_event_set(&event);
	runtime_wait(runtime, FUTURE_AS_RUNNABLE(&wait));
	struct future_event_wait_output *waited = FUTURE_OUTPUT(&wait);
	CHECK(waited->canceled == 0);

	struct future_sleep sleep = future_sleep(1000);
	runtime_wait(runtime, FUTURE_AS_RUNNABLE(&sleep));
	struct future_sleep_output *slept = FUTURE_OUTPUT(&sleep);
	CHECK(slept->canceled == 0);
	sleep = future_sleep_until(UINT64_MAX);
	struct future_sleep_data *far_away = FUTURE_DATA(&sleep);
	CHECK(far_away->deadline == UINT64_MAX);
	future_cancel(FUTURE_AS_RUNNABLE(&sleep));
	runtime_wait(runtime, FUTURE_AS_RUNNABLE(&sleep));
	CHECK(slept->canceled == 1);

	struct future_yield yield = future_yield();
	struct future_yield_data *nothing = FUTURE_DATA(&yield);
	struct future_yield_output *yielded = FUTURE_OUTPUT(&yield);
	CHECK(nothing->unused == 0);
	runtime_wait(runtime, FUTURE_AS_RUNNABLE(&yield));
	CHECK(yielded->canceled == 0);
}

#define N 100000

static char source[N];
static char dest[N];

static void run(struct runtime *runtime, struct vdm_operation_future *operation,
		enum vdm_operation_type type)
{
	CHECK(operation->output.result == VDM_SUCCESS);
	runtime_wait(runtime, FUTURE_AS_RUNNABLE(operation));
	CHECK(FUTURE_OUTPUT(operation)->type == type);
	CHECK(FUTURE_OUTPUT(operation)->result == VDM_SUCCESS);
}

static void use_operations(struct runtime *runtime, struct vdm *vdm)
{
	struct vdm_operation_future operation;

	CHECK(vdm_is_supported(vdm, VDM_CAPABILITY_MEMCPY | VDM_CAPABILITY_MEMMOVE |
					    VDM_CAPABILITY_MEMSET));
	operation = vdm_memset(vdm, source, 'x', N, 0);
	run(runtime, &operation, VDM_OPERATION_MEMSET);
	CHECK(FUTURE_OUTPUT(&operation)->output.memset.str == source);

	operation = vdm_memcpy(vdm, dest, source, N, VDM_F_NO_CACHE_HINT);
	run(runtime, &operation, VDM_OPERATION_MEMCPY);
	CHECK(FUTURE_OUTPUT(&operation)->output.memcpy.dest == dest);
	CHECK(memcmp(dest, source, N) == 0);

	dest[1] = 'y';
	operation = vdm_memmove(vdm, dest, dest + 1, N - 1, 0);
	run(runtime, &operation, VDM_OPERATION_MEMMOVE);
	CHECK(FUTURE_OUTPUT(&operation)->output.memmove.dest == dest);
	CHECK(dest[0] == 'y');

	struct vdm_segment segments[2] = {{dest, source, 1}, {dest + 1, source + 1, N - 1}};
	CHECK(vdm_is_supported(vdm, VDM_CAPABILITY_MEMCPYV));
	operation = vdm_memcpyv(vdm, segments, 2, 0);
	CHECK(operation.data.operation.data.memcpyv.n == N);
	run(runtime, &operation, VDM_OPERATION_MEMCPYV);
	CHECK(FUTURE_OUTPUT(&operation)->output.memcpyv.segments == segments);
	CHECK(memcmp(dest, source, N) == 0);

	operation = vdm_flush(vdm, dest, N, 0);
	if (vdm_is_supported(vdm, VDM_CAPABILITY_FLUSH | VDM_F_MEM_DURABLE)) {
		run(runtime, &operation, VDM_OPERATION_FLUSH);
		CHECK(FUTURE_OUTPUT(&operation)->output.flush.unused == 0);
	}

	operation.data.operation.type = VDM_OPERATION_MEMSET;
	operation.data.operation.data.memset.str = dest;
	operation.data.operation.data.memset.c = 0;
	operation.data.operation.data.memset.n = N;
	operation.data.operation.data.memset.flags = 0;
	vdm_generic_operation(vdm, &operation);
	vdm_set_has_property_fn(&operation, countdown_has_property);
	CHECK(future_has_property(FUTURE_AS_RUNNABLE(&operation), FUTURE_PROPERTY_ASYNC) == 1);
	FUTURE_BUSY_POLL(&operation);
	CHECK(dest[0] == 0 && dest[N - 1] == 0);
	CHECK(sizeof(operation.data.operation.data.data) == VDM_OPERATION_DATA_MAX_SIZE);

	operation = vdm_memcpy(vdm, dest, source, N, 0);
	future_cancel(FUTURE_AS_RUNNABLE(&operation));
	FUTURE_BUSY_POLL(&operation);
	CHECK(FUTURE_OUTPUT(&operation)->result == VDM_ERROR_CANCELED);

	operation = vdm_memcpy(vdm, dest, source, N, ~(uint64_t)VDM_F_VALID_FLAGS);
	while (vdm_operation_impl(&operation.base.context, NULL) != FUTURE_STATE_COMPLETE)
		;
	CHECK(FUTURE_OUTPUT(&operation)->result == VDM_ERROR_INVALID_ARGUMENT);
}

/* An engine of one's own: each operation takes two polls, and fails as its destination says. */
static int engine_polls;

static void *engine_new(struct vdm *vdm, const enum vdm_operation_type type)
{
	(void)type;
	return vdm;
}

static int engine_start(void *data, const struct vdm_operation *operation,
			struct future_notifier *notifier)
{
	(void)data;
	(void)operation;
	(void)notifier;
	engine_polls = 0;
	return 0;
}

static enum future_state engine_check(void *data, const struct vdm_operation *operation)
{
	(void)data;
	(void)operation;
	return ++engine_polls < 2 ? FUTURE_STATE_RUNNING : FUTURE_STATE_COMPLETE;
}

static void engine_delete(void *data, const struct vdm_operation *operation,
			  struct vdm_operation_output *output)
{
	(void)data;
	output->type = operation->type;
	output->result = *(enum vdm_operation_result *)operation->data.memcpy.dest;
}

static void use_own_engine(struct runtime *runtime)
{
	static struct vdm engine = {engine_new, engine_delete, engine_start, engine_check, 0, NULL};
	static const struct {
		enum vdm_operation_result result;
		const char *words;
	} failures[] = {
		{VDM_SUCCESS, "success"},
		{VDM_ERROR_OUT_OF_MEMORY, "out of memory"},
		{VDM_ERROR_JOB_CORRUPTED, "job corrupted"},
		{VDM_ERROR_NOT_SUPPORTED, "not supported"},
		{VDM_ERROR_INVALID_ARGUMENT, "invalid argument"},
		{VDM_ERROR_CANCELED, "canceled"},
	};
	for (size_t i = 0; i < sizeof(failures) / sizeof(failures[0]); i++) {
		enum vdm_operation_result result = failures[i].result;
		struct vdm_operation_future operation = vdm_memcpy(&engine, &result, source, N, 0);
		runtime_wait(runtime, FUTURE_AS_RUNNABLE(&operation));
		CHECK(FUTURE_OUTPUT(&operation)->result == result);
		CHECK(strcmp(vdm_result_string(result), failures[i].words) == 0);
	}
}

static int own_calls;

static void *own_copy(void *dst, const void *src, size_t n, unsigned flags)
{
	own_calls++;
	(void)flags;
	return memmove(dst, src, n);
}

static void *own_set(void *str, int c, size_t n, unsigned flags)
{
	own_calls++;
	(void)flags;
	return memset(str, c, n);
}

/* Of futures that are complete. */
static void waits_and_sets(struct runtime *runtime, struct future *both[2])
{
	size_t index = 2;
	void *cookie = NULL;
	CHECK(runtime_wait_timeout(runtime, both[0], 0) == 0);
	CHECK(runtime_wait_multiple_timeout(runtime, both, 2, UINT64_MAX) == 0);
	CHECK(runtime_wait_any(runtime, both, 2, 0, &index) == 0);
	CHECK(index == 0);
	CHECK(runtime_fd(runtime) >= 0);
	CHECK(runtime_add(runtime, both[0], &index) == 0);
	CHECK(runtime_add(runtime, both[1], NULL) == 0);
	CHECK(runtime_remove(runtime, both[1]) == 0);
	CHECK(runtime_count(runtime) == 1);
	CHECK(runtime_next(runtime, UINT64_MAX, &cookie) == both[0]);
	CHECK(cookie == &index);
}

static void note_done(struct future *done, void *arg)
{
	*(struct future **)arg = done;
}

/* Of a future that is complete. */
static void executors(struct future *fut)
{
	struct future *done = NULL;
	struct executor *executor = executor_new(1);
	CHECK(executor != NULL);
	CHECK(executor_spawn(executor, fut, note_done, &done) == 0);
	CHECK(executor_wait(executor, fut) == 0);
	CHECK(executor_drain(executor) == 0);
	CHECK(done == fut);
	executor_delete(executor);
}

static void use_threads(struct runtime *runtime)
{
	struct data_mover_threads *mover = data_mover_threads_default();
	CHECK(mover != NULL);
	use_operations(runtime, data_mover_threads_get_vdm(mover));
	data_mover_threads_delete(mover);

	mover = data_mover_threads_new(2, 16, FUTURE_NOTIFIER_WAKER);
	CHECK(mover != NULL);
	data_mover_threads_set_memcpy_fn(mover, own_copy);
	data_mover_threads_set_memmove_fn(mover, own_copy);
	data_mover_threads_set_memset_fn(mover, own_set);
	data_mover_threads_set_inline_size(mover, 0);
	struct vdm *vdm = data_mover_threads_get_vdm(mover);
	struct vdm_operation_future set = vdm_memset(vdm, source, 'z', N, 0);
	runtime_wait(runtime, FUTURE_AS_RUNNABLE(&set));
	struct vdm_operation_future copy = vdm_memcpy(vdm, dest, source, N / 2, 0);
	struct vdm_operation_future move = vdm_memmove(vdm, dest + N / 2, source + N / 2, N / 2, 0);
	struct future *both[] = {FUTURE_AS_RUNNABLE(&copy), FUTURE_AS_RUNNABLE(&move)};
	runtime_wait_multiple(runtime, both, 2);
	CHECK(memcmp(dest, source, N) == 0);
	CHECK(own_calls == 3);
	waits_and_sets(runtime, both);
	executors(both[0]);

	struct data_mover_threads_stats stats = DATA_MOVER_THREADS_STATS_INIT;
	data_mover_threads_get_stats(mover, &stats);
	CHECK(stats.operations[VDM_OPERATION_MEMCPY] == 1);
	CHECK(stats.bytes[VDM_OPERATION_MEMSET] == N);
	data_mover_threads_delete(mover);

	struct data_mover_threads_options options = DATA_MOVER_THREADS_OPTIONS_INIT;
	options.threads = 1;
	options.queue_depth = 4;
	mover = data_mover_threads_new_with(&options);
	CHECK(mover != NULL);
	use_operations(runtime, data_mover_threads_get_vdm(mover));
	data_mover_threads_delete(mover);
}

/* How a table of the library's own is told from an engine like the one above. */
static void use_polled(struct vdm *vdm)
{
	struct vdm_polled *polled = (struct vdm_polled *)(void *)vdm;
	vdm_operation_poll poll = polled->op_poll;
	CHECK(vdm->op_new == vdm_operation_new_polled);

	struct vdm_operation_future operation = vdm_memset(vdm, dest, 'p', 1, 0);
	CHECK(poll(vdm, &operation.data.operation, NULL, VDM_POLL_KEEP_NOTIFIER) ==
	      FUTURE_STATE_COMPLETE);
	CHECK(operation.data.operation.progress == (VDM_PROGRESS_DONE | VDM_SUCCESS));

	operation = vdm_memset(vdm, dest, 'q', 1, 0);
	CHECK(poll(vdm, &operation.data.operation, NULL, VDM_POLL_CANCEL) == FUTURE_STATE_COMPLETE);
	CHECK(operation.data.operation.padding == (VDM_PROGRESS_DONE | VDM_ERROR_CANCELED));
	CHECK(dest[0] == 'p');
}

static void use_version(void)
{
	char version[32];
	snprintf(version, sizeof(version), "%d.%d.%d", MINIASYNC_VERSION_MAJOR,
		 MINIASYNC_VERSION_MINOR, MINIASYNC_VERSION_PATCH);
	CHECK(strcmp(version, MINIASYNC_VERSION_STRING) == 0);
	CHECK(strcmp(version, miniasync_version()) == 0);
}

int main(void)
{
	struct runtime *runtime = runtime_new();
	struct data_mover_sync *sync = data_mover_sync_new();
	CHECK(runtime != NULL && sync != NULL);

	use_futures();
	use_chains(runtime);
	use_compositions(runtime);
	use_operations(runtime, data_mover_sync_get_vdm(sync));
	use_polled(data_mover_sync_get_vdm(sync));
	use_own_engine(runtime);
	use_threads(runtime);
	use_version();

	data_mover_sync_delete(sync);
	runtime_delete(runtime);
	return 0;
}
