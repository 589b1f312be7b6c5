/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/*
 * model_of_0_2_1.c -- a model of a program that was compiled against 0.2.1.
 *
 * Such a program has the inline functions of that release in its binary, and knows of the library
 * only the functions that it exported. This one includes none of our headers: it declares for
 * itself what that release had, and does as its inline functions did, where that differs from ours:
 *
 *  - an operation takes op_new's answer when it is made, not when it is started;
 *  - the six functions of the table are called one by one; members that are now in use are padding,
 *    which nobody initialises;
 *  - a poll does not look whether the future is complete already, and does not clear the answers;
 *  - a chain walks over its entries from the first one, and marks those that it is done with.
 *
 * It is no substitute for a real old binary; it holds the library to what such a binary would do.
 */

#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CHECK(condition)                                                                \
	do {                                                                            \
		if (!(condition)) {                                                     \
			fprintf(stderr, "line %d: not so: %s\n", __LINE__, #condition); \
			exit(1);                                                        \
		}                                                                       \
	} while (0)

/* Declarations, as they were. */

enum future_state { IDLE, COMPLETE, RUNNING };
enum future_notifier_type { NONE, WAKER, POLLER };

struct future_notifier {
	struct {
		void *data;
		void (*wake)(void *data);
	} waker;
	struct {
		uint64_t *ptr_to_monitor;
	} poller;
	enum future_notifier_type notifier_used;
	uint32_t padding;
};

struct future_context {
	size_t data_size;
	size_t output_size;
	enum future_state state;
	uint32_t padding;
};

struct future {
	enum future_state (*task)(struct future_context *context, struct future_notifier *notifier);
	int (*has_property)(void *future, int property);
	struct future_context context;
};

enum vdm_operation_type { MEMCPY, MEMMOVE, MEMSET };

struct vdm_operation {
	union {
		struct {
			void *dest;
			void *src;
			size_t n;
			uint64_t flags;
		} memcpy;
		struct {
			void *str;
			int c;
			size_t n;
			uint64_t flags;
		} memset;
		uint8_t data[40];
	} data;
	enum vdm_operation_type type;
	uint32_t padding;
};

struct vdm_operation_output {
	enum vdm_operation_type type;
	int result;
	void *dest;
};

struct vdm {
	void *(*op_new)(struct vdm *vdm, const enum vdm_operation_type type);
	void (*op_delete)(void *data, const struct vdm_operation *operation,
			  struct vdm_operation_output *output);
	int (*op_start)(void *data, const struct vdm_operation *operation,
			struct future_notifier *notifier);
	enum future_state (*op_check)(void *data, const struct vdm_operation *operation);
	unsigned capabilities;
	int (*has_property)(void *future, int property);
};

struct operation_data {
	void *data;
	struct vdm *vdm;
	struct vdm_operation operation;
};

struct operation_future {
	struct future base;
	struct operation_data data;
	struct vdm_operation_output output;
};

struct runtime *runtime_new(void);
void runtime_delete(struct runtime *runtime);
void runtime_wait(struct runtime *runtime, struct future *fut);
void runtime_wait_multiple(struct runtime *runtime, struct future *futs[], size_t n);

struct data_mover_sync *data_mover_sync_new(void);
struct vdm *data_mover_sync_get_vdm(struct data_mover_sync *mover);
void data_mover_sync_delete(struct data_mover_sync *mover);

struct data_mover_threads *data_mover_threads_new(size_t nthreads, size_t ringbuf_size,
						  enum future_notifier_type desired_notifier);
struct data_mover_threads *data_mover_threads_default(void);
struct vdm *data_mover_threads_get_vdm(struct data_mover_threads *mover);
void data_mover_threads_delete(struct data_mover_threads *mover);

/* The inline functions, as they worked. */

static void *data_of(struct future_context *context)
{
	return (char *)context + sizeof(*context);
}

static void *output_of(struct future_context *context)
{
	return (char *)data_of(context) + context->data_size;
}

static enum future_state old_poll(struct future *fut, struct future_notifier *notifier)
{
	return fut->context.state = fut->task(&fut->context, notifier);
}

static enum future_state old_operation_task(struct future_context *context,
					    struct future_notifier *notifier)
{
	struct operation_data *data = data_of(context);
	struct vdm *vdm = data->vdm;
	if (context->state == IDLE && vdm->op_start(data->data, &data->operation, notifier) != 0)
		return IDLE;
	enum future_state state = vdm->op_check(data->data, &data->operation);
	if (state == COMPLETE)
		vdm->op_delete(data->data, &data->operation, output_of(context));
	return state;
}

static struct operation_future old_operation(struct vdm *vdm, enum vdm_operation_type type)
{
	struct operation_future future;
	memset(&future, 0xa5, sizeof(future)); /* what a stack may hold */
	future.base.task = old_operation_task;
	future.base.has_property = vdm->has_property;
	future.base.context.data_size = sizeof(future.data);
	future.base.context.output_size = sizeof(future.output);
	future.base.context.state = IDLE;
	future.base.context.padding = 0;
	future.data.data = vdm->op_new(vdm, type);
	future.data.vdm = vdm;
	future.data.operation.type = type;
	CHECK(future.data.data != NULL);
	return future;
}

static struct operation_future old_copy(struct vdm *vdm, enum vdm_operation_type type, void *dest,
					void *src, size_t n)
{
	struct operation_future future = old_operation(vdm, type);
	future.data.operation.data.memcpy.dest = dest;
	future.data.operation.data.memcpy.src = src;
	future.data.operation.data.memcpy.n = n;
	future.data.operation.data.memcpy.flags = 0;
	return future;
}

static struct operation_future old_set(struct vdm *vdm, void *str, int c, size_t n)
{
	struct operation_future future = old_operation(vdm, MEMSET);
	future.data.operation.data.memset.str = str;
	future.data.operation.data.memset.c = c;
	future.data.operation.data.memset.n = n;
	future.data.operation.data.memset.flags = 0;
	return future;
}

struct chain_entry {
	void (*map)(struct future_context *lhs, struct future_context *rhs, void *arg);
	void *map_arg;
	void (*init)(void *future, struct future_context *chain, void *arg);
	void *init_arg;
	uint64_t flags;
	struct operation_future future;
};

#define PROCESSED 2

struct chain_future {
	struct future base;
	struct chain_entry entries[3];
	size_t mapped;
};

static enum future_state old_chain_task(struct future_context *context,
					struct future_notifier *notifier)
{
	struct chain_entry *entries = data_of(context);
	size_t count = context->data_size / sizeof(*entries);
	for (size_t i = 0; i < count; i++) {
		if (entries[i].flags & PROCESSED)
			continue;
		if (old_poll(&entries[i].future.base, notifier) != COMPLETE)
			return RUNNING;
		entries[i].map(&entries[i].future.base.context,
			       i + 1 < count ? &entries[i + 1].future.base.context : context, NULL);
		entries[i].flags |= PROCESSED;
	}
	return COMPLETE;
}

/* The program. */

#define BYTES 70001
#define OPERATIONS 1500 /* more than the queues below hold */

static char source[BYTES];
static char dest[OPERATIONS][64];

static void fill_source(void)
{
	for (size_t i = 0; i < BYTES; i++)
		source[i] = (char)(i * 7 + i / 251);
}

static void check_output(const struct operation_future *future, void *written)
{
	CHECK(future->output.type == future->data.operation.type);
	CHECK(future->output.result == 0);
	CHECK(future->output.dest == written);
}

static void one_at_a_time(struct runtime *runtime, struct vdm *vdm)
{
	char *large = malloc(BYTES + 1);
	CHECK(large != NULL);

	struct operation_future set = old_set(vdm, large, 'x', BYTES + 1);
	runtime_wait(runtime, &set.base);
	check_output(&set, large);
	CHECK(large[0] == 'x' && large[BYTES] == 'x');

	struct operation_future copy = old_copy(vdm, MEMCPY, large, source, BYTES);
	struct future_notifier notifier;
	memset(&notifier, 0xa5, sizeof(notifier));
	while (old_poll(&copy.base, NULL) != COMPLETE)
		;
	check_output(&copy, large);
	CHECK(memcmp(large, source, BYTES) == 0 && large[BYTES] == 'x');

	struct operation_future move = old_copy(vdm, MEMMOVE, large + 1, large, BYTES);
	runtime_wait(runtime, &move.base);
	check_output(&move, large + 1);
	CHECK(memcmp(large + 1, source, BYTES) == 0);
	free(large);
}

struct flag {
	pthread_mutex_t mutex;
	pthread_cond_t raised;
	int is_raised;
};

static void flag_raise(void *data)
{
	struct flag *flag = data;
	pthread_mutex_lock(&flag->mutex);
	flag->is_raised = 1;
	pthread_cond_signal(&flag->raised);
	pthread_mutex_unlock(&flag->mutex);
}

static void flag_wait(struct flag *flag)
{
	pthread_mutex_lock(&flag->mutex);
	while (!flag->is_raised)
		pthread_cond_wait(&flag->raised, &flag->mutex);
	flag->is_raised = 0;
	pthread_mutex_unlock(&flag->mutex);
}

/*
 * A program's own waiting: sleeps once, when it was promised a waker, then polls on, for 0.2.1
 * might call the waker before the result was there to see.
 */
static void own_wait(struct vdm *vdm)
{
	struct flag flag = {PTHREAD_MUTEX_INITIALIZER, PTHREAD_COND_INITIALIZER, 0};
	char *large = malloc(BYTES);
	CHECK(large != NULL);
	for (int i = 0; i < 50; i++) {
		memset(large, 0, BYTES);
		flag.is_raised = 0;
		struct operation_future copy = old_copy(vdm, MEMCPY, large, source, BYTES);
		struct future_notifier notifier;
		memset(&notifier, 0xa5, sizeof(notifier));
		notifier.waker.data = &flag;
		notifier.waker.wake = flag_raise;
		notifier.notifier_used = NONE;
		enum future_state state = old_poll(&copy.base, &notifier);
		if (state != COMPLETE && notifier.notifier_used == WAKER)
			flag_wait(&flag);
		while (state != COMPLETE)
			state = old_poll(&copy.base, &notifier);
		CHECK(memcmp(large, source, BYTES) == 0);
	}
	free(large);
}

static void many_at_once(struct runtime *runtime, struct vdm *vdm)
{
	static struct operation_future copies[OPERATIONS];
	static struct future *futures[OPERATIONS];
	memset(dest, 0, sizeof(dest));
	for (size_t i = 0; i < OPERATIONS; i++) {
		copies[i] = old_copy(vdm, MEMCPY, dest[i], source + i, sizeof(dest[i]));
		futures[i] = &copies[i].base;
	}
	runtime_wait_multiple(runtime, futures, OPERATIONS);
	for (size_t i = 0; i < OPERATIONS; i++) {
		check_output(&copies[i], dest[i]);
		CHECK(memcmp(dest[i], source + i, sizeof(dest[i])) == 0);
	}
}

static int maps;

static void count_map(struct future_context *lhs, struct future_context *rhs, void *arg)
{
	(void)lhs;
	(void)rhs;
	(void)arg;
	maps++;
}

static void chained(struct runtime *runtime, struct vdm *vdm)
{
	struct chain_future chain;
	memset(&chain, 0, sizeof(chain));
	chain.base.task = old_chain_task;
	chain.base.context.data_size = sizeof(chain.entries);
	chain.base.context.output_size = sizeof(chain.mapped);
	chain.entries[0].future = old_set(vdm, dest[0], 'a', sizeof(dest[0]));
	chain.entries[1].future = old_copy(vdm, MEMCPY, dest[1], dest[0], sizeof(dest[1]));
	chain.entries[2].future = old_copy(vdm, MEMMOVE, dest[2], dest[1], sizeof(dest[2]));
	for (size_t i = 0; i < 3; i++)
		chain.entries[i].map = count_map;

	maps = 0;
	runtime_wait(runtime, &chain.base);
	CHECK(maps == 3);
	CHECK(dest[2][0] == 'a' && dest[2][sizeof(dest[2]) - 1] == 'a');
}

static void use(struct vdm *vdm)
{
	struct runtime *runtime = runtime_new();
	CHECK(runtime != NULL);
	one_at_a_time(runtime, vdm);
	own_wait(vdm);
	many_at_once(runtime, vdm);
	chained(runtime, vdm);
	runtime_delete(runtime);
}

int main(void)
{
	fill_source();

	struct data_mover_sync *sync = data_mover_sync_new();
	CHECK(sync != NULL);
	use(data_mover_sync_get_vdm(sync));
	data_mover_sync_delete(sync);

	for (enum future_notifier_type type = NONE; type <= POLLER; type++) {
		struct data_mover_threads *threads = data_mover_threads_new(2, 128, type);
		CHECK(threads != NULL);
		use(data_mover_threads_get_vdm(threads));
		data_mover_threads_delete(threads);
	}
	struct data_mover_threads *threads = data_mover_threads_default();
	CHECK(threads != NULL);
	use(data_mover_threads_get_vdm(threads));
	data_mover_threads_delete(threads);
	return 0;
}
