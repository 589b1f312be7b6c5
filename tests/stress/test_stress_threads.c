/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/*
 * test_stress_threads.c -- a storage engine's load on the threads mover: several threads keep
 * batches of operations of all sizes in flight through a narrow queue, cancel some, let others be
 * waited for by somebody else, and check every byte.
 */

#include <pthread.h>
#include <string.h>

#include <libminiasync.h>

#include "support/pattern.h"
#include "support/test.h"

enum { CLIENTS = 3, BATCHES = 60, BATCH = 24, LARGEST = 300 * 1000 };

struct client {
	pthread_t thread;
	struct vdm *vdm;
	struct runtime *runtime;
	unsigned seed, wrong;
	unsigned char source[LARGEST];
	unsigned char dest[BATCH][LARGEST];
	struct vdm_operation_future copies[BATCH];
};

static struct client clients[CLIENTS];

static unsigned next_random(unsigned *seed)
{
	*seed ^= *seed << 13;
	*seed ^= *seed >> 17;
	*seed ^= *seed << 5;
	return *seed;
}

/* Mostly small, some at the size where work is cut into pieces. */
static size_t random_size(unsigned *seed)
{
	unsigned random = next_random(seed);
	if (random % 16 == 0)
		return LARGEST - random % 1000;
	return random % 4 == 0 ? 40000 + random % 1000 : random % 5000;
}

static void check(struct client *client, const struct vdm_operation_future *copy, unsigned seed)
{
	enum vdm_operation_result result = copy->output.result;
	const struct vdm_operation_data_memcpy *data = &copy->data.operation.data.memcpy;
	int canceled = future_context_is_canceled(&copy->base.context);
	if (result == VDM_SUCCESS)
		client->wrong += !pattern_holds(data->dest, data->n, seed);
	else
		client->wrong += !canceled || result != VDM_ERROR_CANCELED;
	memset(data->dest, 0, data->n); /* it is ours again */
}

static void run_batch(struct client *client, unsigned batch)
{
	struct future *pointers[BATCH];
	unsigned pattern = client->seed;
	pattern_fill(client->source, LARGEST, pattern);
	for (size_t i = 0; i < BATCH; i++) {
		client->copies[i] = vdm_memcpy(client->vdm, client->dest[i], client->source,
					       random_size(&client->seed), 0);
		pointers[i] = FUTURE_AS_RUNNABLE(&client->copies[i]);
		if (i % 3 == 0)
			future_poll(pointers[i], NULL);
		if ((i + batch) % 7 == 0)
			future_cancel(pointers[i]);
	}
	runtime_wait(client->runtime, pointers[BATCH / 2]);
	future_cancel(pointers[batch % BATCH]);
	runtime_wait_multiple(client->runtime, pointers, BATCH);
	for (size_t i = 0; i < BATCH; i++)
		check(client, &client->copies[i], pattern);
}

static void *run_client(void *arg)
{
	struct client *client = arg;
	for (unsigned batch = 0; batch < BATCHES; batch++)
		run_batch(client, batch);
	return NULL;
}

static void clients_share_a_mover(size_t workers, size_t ring, size_t inline_size,
				  enum future_notifier_type notifier)
{
	struct data_mover_threads *mover = data_mover_threads_new(workers, ring, notifier);
	assert_non_null(mover);
	data_mover_threads_set_inline_size(mover, inline_size);
	struct runtime *runtime = runtime_new();
	for (unsigned i = 0; i < CLIENTS; i++) {
		struct client *client = &clients[i];
		client->vdm = data_mover_threads_get_vdm(mover);
		client->runtime = runtime;
		client->seed = 4711 + i;
		client->wrong = 0;
		assert_int_equal(pthread_create(&client->thread, NULL, run_client, client), 0);
	}
	for (unsigned i = 0; i < CLIENTS; i++) {
		pthread_join(clients[i].thread, NULL);
		assert_int_equal(clients[i].wrong, 0);
	}
	runtime_delete(runtime);
	data_mover_threads_delete(mover);
}

static void through_a_queue_of_one(void **state)
{
	(void)state;
	clients_share_a_mover(1, 1, 0, FUTURE_NOTIFIER_WAKER);
}

static void with_small_operations_done_inside_the_poll(void **state)
{
	(void)state;
	clients_share_a_mover(2, 8, 2000, FUTURE_NOTIFIER_WAKER);
}

static void with_more_workers_than_clients(void **state)
{
	(void)state;
	clients_share_a_mover(4, 16, 0, FUTURE_NOTIFIER_WAKER);
}

static void without_wakers(void **state)
{
	(void)state;
	clients_share_a_mover(2, 4, 0, FUTURE_NOTIFIER_NONE);
	clients_share_a_mover(2, 4, 0, FUTURE_NOTIFIER_POLLER);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(through_a_queue_of_one),
		cmocka_unit_test(with_small_operations_done_inside_the_poll),
		cmocka_unit_test(with_more_workers_than_clients),
		cmocka_unit_test(without_wakers),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
