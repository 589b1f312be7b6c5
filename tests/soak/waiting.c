/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/*
 * waiting.c -- scenarios: each kind of wait, with operations that somebody has polled before.
 */

#include <errno.h>

#include "soak/scenarios.h"

#define MICROSECOND UINT32_C(1000)

static void wake_nobody(void *data)
{
	(void)data;
}

/* Polls some, with a notifier or without: whoever waits for them comes later. */
static void start_some(struct client *client)
{
	for (size_t i = 0; i < client->batch.n; i++) {
		struct future_notifier notifier = {.waker = {NULL, wake_nobody}};
		if (client_chance(client, 3))
			future_poll(client->batch.futs[i],
				    client_chance(client, 2) ? &notifier : NULL);
	}
}

/* A wait needs no runtime. */
static struct runtime *some_runtime(struct client *client)
{
	return client_chance(client, 2) ? client->runtime : NULL;
}

void await_each(struct client *client)
{
	for (size_t i = 0; i < client->batch.n; i++) {
		if (client_chance(client, 16))
			FUTURE_BUSY_POLL(&client->batch.works[i].future);
		runtime_wait(some_runtime(client), client->batch.futs[i]);
	}
}

void await_all(struct client *client)
{
	start_some(client);
	runtime_wait_multiple(some_runtime(client), client->batch.futs, client->batch.n);
}

void await_any(struct client *client)
{
	struct future *left[BATCH_MAX];
	size_t n = client->batch.n;
	for (size_t i = 0; i < n; i++)
		left[i] = client->batch.futs[i];
	start_some(client);
	while (n > 0) {
		size_t index = SIZE_MAX;
		int result = runtime_wait_any(some_runtime(client), left, n, UINT64_MAX, &index);
		if (result != 0 || index >= n ||
		    left[index]->context.state != FUTURE_STATE_COMPLETE) {
			client_complain(client, "runtime_wait_any names none that is complete");
			break;
		}
		left[index] = left[--n];
	}
	runtime_wait_multiple(NULL, left, n);
}

void await_with_a_limit(struct client *client)
{
	struct batch *batch = &client->batch;
	uint32_t limit = random_below(&client->random, 200 * MICROSECOND);
	while (runtime_wait_multiple_timeout(some_runtime(client), batch->futs, batch->n, limit) !=
	       0) {
		if (errno != ETIMEDOUT)
			client_complain(client, "a wait failed, and not for want of time");
		struct future *one = batch->futs[random_below(&client->random, (uint32_t)batch->n)];
		if (client_chance(client, 4))
			future_cancel(one);
		runtime_wait_timeout(NULL, one, limit / 4);
	}
}

void cancel_some(struct client *client)
{
	struct batch *batch = &client->batch;
	start_some(client);
	for (size_t i = 0; i < batch->n; i++)
		if (client_chance(client, 3))
			future_cancel(batch->futs[i]);
	runtime_wait_timeout(NULL, batch->futs[0], random_below(&client->random, MICROSECOND));
	future_cancel(batch->futs[batch->n - 1]);
	runtime_wait_multiple(some_runtime(client), batch->futs, batch->n);
}
