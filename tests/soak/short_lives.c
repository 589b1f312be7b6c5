/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/*
 * short_lives.c -- scenarios: movers, runtimes and executors that come and go, and that cannot be
 * made when memory or threads fail.
 */

#include <errno.h>

#include "soak/scenarios.h"

/* After a constructor failed. */
static void check_reason(struct client *client)
{
	if (errno != ENOMEM && errno != EAGAIN)
		client_complain(client, "a constructor fails, and not for want of anything");
	await_all(client);
}

void use_a_mover_of_ones_own(struct client *client)
{
	struct data_mover_threads_options options = DATA_MOVER_THREADS_OPTIONS_INIT;
	options.threads = random_below(&client->random, 4);
	options.queue_depth = 1 + random_below(&client->random, 8);
	options.notifier = (enum future_notifier_type)random_below(&client->random, 3);
	struct data_mover_threads *mover = data_mover_threads_new_with(&options);
	if (mover == NULL) {
		check_reason(client);
		return;
	}
	if (client_chance(client, 2))
		data_mover_threads_set_inline_size(mover, 0);
	struct engine engine = {"short-lived", data_mover_threads_get_vdm(mover), true};
	client_make_batch(client, &engine);
	for (size_t i = 0; i < client->batch.n; i++)
		client->batch.works[i].engine = &engines[0]; /* for whoever asks when it is gone */
	cancel_some(client);
	struct data_mover_threads_stats stats = DATA_MOVER_THREADS_STATS_INIT;
	data_mover_threads_get_stats(mover, &stats);
	client->tally.refused += stats.refused;
	data_mover_threads_delete(mover);
}

void use_a_runtime_of_ones_own(struct client *client)
{
	struct batch *batch = &client->batch;
	struct runtime *runtime = runtime_new();
	if (runtime == NULL) {
		check_reason(client);
		return;
	}
	for (size_t i = 0; i < batch->n; i++)
		if (runtime_add(runtime, batch->futs[i], NULL) != 0 && errno != ENOMEM)
			client_complain(client, "a set refuses a future");
	size_t wanted = random_below(&client->random, (uint32_t)batch->n);
	while (wanted-- > 0 && runtime_next(runtime, UINT64_MAX, NULL) != NULL)
		;
	runtime_delete(runtime); /* what is pending stays valid, and may call its waker late */
	runtime_wait_multiple(NULL, batch->futs, batch->n);
}

void use_an_executor_of_ones_own(struct client *client)
{
	struct batch *batch = &client->batch;
	struct executor *executor = executor_new(1 + random_below(&client->random, 3));
	if (executor == NULL) {
		check_reason(client);
		return;
	}
	size_t spawned = 0;
	while (spawned < batch->n &&
	       executor_spawn(executor, batch->futs[spawned], NULL, NULL) == 0)
		spawned++;
	if (spawned > 0 && client_chance(client, 2)) {
		struct future *one = batch->futs[random_below(&client->random, (uint32_t)spawned)];
		if (executor_wait(executor, one) != 0 ||
		    one->context.state != FUTURE_STATE_COMPLETE)
			client_complain(client, "an executor's wait ends too early");
	}
	if (client_chance(client, 2) && executor_drain(executor) != 0)
		client_complain(client, "an executor cannot be drained");
	executor_delete(executor);
	for (size_t i = 0; i < spawned; i++)
		if (batch->futs[i]->context.state != FUTURE_STATE_COMPLETE)
			client_complain(client, "an executor ends before its futures do");
	runtime_wait_multiple(NULL, batch->futs, batch->n);
}
