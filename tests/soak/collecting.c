/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/*
 * collecting.c -- scenarios: a runtime's growing set, from which each operation comes back once,
 * with its own cookie, or is removed.
 */

#include <errno.h>
#include <poll.h>

#include "soak/scenarios.h"

struct collection {
	struct client *client;
	struct runtime *runtime;
	bool came[BATCH_MAX];
};

/* What is not taken for want of memory is waited for in the end, with what was removed. */
static void add_all(struct collection *collection)
{
	struct batch *batch = &collection->client->batch;
	for (size_t i = 0; i < batch->n; i++)
		if (runtime_add(collection->runtime, batch->futs[i], &batch->works[i]) != 0 &&
		    errno != ENOMEM)
			client_complain(collection->client, "a set refuses a future");
}

static void take(struct collection *collection, const struct future *fut, const void *cookie)
{
	struct batch *batch = &collection->client->batch;
	size_t i = (size_t)((const struct work *)cookie - batch->works);
	if (i >= batch->n || batch->futs[i] != fut || collection->came[i] ||
	    fut->context.state != FUTURE_STATE_COMPLETE)
		client_complain(collection->client, "a set gives back what it was not given");
	else
		collection->came[i] = true;
}

static void maybe_remove(struct collection *collection)
{
	struct batch *batch = &collection->client->batch;
	size_t i = random_below(&collection->client->random, (uint32_t)batch->n);
	size_t before = runtime_count(collection->runtime);
	if (!client_chance(collection->client, 8))
		return;
	int result = runtime_remove(collection->runtime, batch->futs[i]);
	if (result == 0 &&
	    (collection->came[i] || runtime_count(collection->runtime) != before - 1))
		client_complain(collection->client, "a set counts wrongly");
}

static struct collection begin(struct client *client, struct runtime *runtime)
{
	struct collection collection = {.client = client, .runtime = runtime};
	if (runtime_count(runtime) != 0)
		client_complain(client, "a set is not empty");
	return collection;
}

void drain_a_set(struct client *client)
{
	struct collection collection = begin(client, client->set);
	add_all(&collection);
	while (runtime_count(collection.runtime) > 0) {
		uint64_t limit = client_chance(client, 2) ? UINT64_MAX
							  : random_below(&client->random, 100000);
		void *cookie = NULL;
		struct future *fut = runtime_next(collection.runtime, limit, &cookie);
		if (fut != NULL)
			take(&collection, fut, cookie);
		else if (errno != ETIMEDOUT || limit == UINT64_MAX)
			client_complain(client, "a set gives back nothing");
		maybe_remove(&collection);
	}
	runtime_wait_multiple(NULL, client->batch.futs, client->batch.n);
}

void drain_a_set_by_its_descriptor(struct client *client)
{
	struct collection collection = begin(client, client->set_described);
	add_all(&collection);
	while (runtime_count(collection.runtime) > 0) {
		void *cookie = NULL;
		struct future *fut = runtime_next(collection.runtime, 0, &cookie);
		struct pollfd readable = {runtime_fd(collection.runtime), POLLIN, 0};
		if (fut != NULL)
			take(&collection, fut, cookie);
		else /* for ever, should it be told too seldom */
			poll(&readable, 1, -1);
		maybe_remove(&collection);
	}
	runtime_wait_multiple(NULL, client->batch.futs, client->batch.n);
}
