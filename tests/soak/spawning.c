/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/*
 * spawning.c -- a scenario: the batch is run by an executor in strands, of which each future is
 * spawned by the done of the one before. The last done of all sets an event.
 */

#include <errno.h>

#include "soak/scenarios.h"

#define STRANDS_MAX 4

struct run {
	struct client *client;
	struct future_event over;
	size_t strands;
	atomic_size_t left; /* strands that are not over */
	_Atomic bool failed;
};

/* A strand has every future whose index leaves the same rest. */
struct strand {
	struct run *run;
	size_t next;
};

static void spawn_next(struct strand *strand);

static void spawned_is_done(struct future *fut, void *arg)
{
	struct strand *strand = arg;
	struct faults_account *before = faults_charge(&strand->run->client->account);
	if (fut->context.state != FUTURE_STATE_COMPLETE)
		atomic_store(&strand->run->failed, true);
	spawn_next(strand); /* which may be the last that is seen of the run */
	faults_charge(before);
}

static void spawn_next(struct strand *strand)
{
	struct run *run = strand->run;
	struct batch *batch = &run->client->batch;
	size_t next = strand->next;
	strand->next += run->strands;
	if (next < batch->n) {
		if (executor_spawn(run->client->executor, batch->futs[next], spawned_is_done,
				   strand) == 0)
			return;
		if (errno != ENOMEM)
			atomic_store(&run->failed, true);
	}
	if (atomic_fetch_sub(&run->left, 1) == 1)
		future_event_set(&run->over);
}

void spawn_strands(struct client *client)
{
	struct batch *batch = &client->batch;
	struct run run = {.client = client,
			  .strands = 1 + random_below(&client->random, STRANDS_MAX)};
	struct strand strands[STRANDS_MAX];
	future_event_init(&run.over);
	atomic_init(&run.left, run.strands);
	for (size_t i = 0; i < batch->n; i++)
		if (client_chance(client, 4))
			future_poll(batch->futs[i], NULL); /* it goes on elsewhere */
	for (size_t i = 0; i < run.strands; i++) {
		strands[i] = (struct strand){&run, i};
		spawn_next(&strands[i]);
	}
	struct future_event_wait wait = future_event_wait(&run.over);
	runtime_wait(client->runtime, FUTURE_AS_RUNNABLE(&wait));
	if (atomic_load(&run.failed))
		client_complain(client, "an executor refuses a future, or calls done too early");
	runtime_wait_multiple(NULL, batch->futs, batch->n); /* the ends of strands that broke off */
}
