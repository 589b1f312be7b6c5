/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/* client.c -- see client.h. */

#include "soak/client.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "platform/os.h"
#include "soak/scenarios.h"

#define ARENA_SIZE ((size_t)16 << 20)
#define COMPLAINTS 10 /* that are printed, of each client */

static const struct {
	const char *name;
	void (*run)(struct client *client);
} scenarios[] = {
	{"waiting for each", await_each},
	{"waiting for all", await_all},
	{"waiting for any", await_any},
	{"waiting with a limit", await_with_a_limit},
	{"cancelling", cancel_some},
	{"chains", run_chains},
	{"a composition", run_a_composition},
	{"a set", drain_a_set},
	{"a set by its descriptor", drain_a_set_by_its_descriptor},
	{"spawning", spawn_strands},
	{"a mover of one's own", use_a_mover_of_ones_own},
	{"a runtime of one's own", use_a_runtime_of_ones_own},
	{"an executor of one's own", use_an_executor_of_ones_own},
};

#define SCENARIOS (sizeof(scenarios) / sizeof(scenarios[0]))

atomic_bool clients_stop;

int client_begin(struct client *client, uint32_t seed, struct runtime *runtime,
		 struct executor *executor)
{
	*client = (struct client){
		.random = {seed},
		.arena = {.memory = malloc(ARENA_SIZE), .size = ARENA_SIZE},
		.set = runtime_new(),
		.set_described = runtime_new(),
		.runtime = runtime,
		.executor = executor,
	};
	if (client->arena.memory != NULL)
		memset(client->arena.memory, 0, ARENA_SIZE); /* in RAM from the start */
	bool complete = client->arena.memory != NULL && client->set != NULL &&
			client->set_described != NULL;
	return complete && runtime_fd(client->set_described) != -1 ? 0 : -1;
}

void client_end(struct client *client)
{
	runtime_delete(client->set);
	runtime_delete(client->set_described);
	free(client->arena.memory);
}

void client_make_batch(struct client *client, const struct engine *engine)
{
	struct batch *batch = &client->batch;
	client->arena.used = 0;
	batch->n = 1 + random_below(&client->random, BATCH_MAX);
	for (size_t i = 0; i < batch->n; i++) {
		work_make(&batch->works[i],
			  engine ? engine : &engines[random_below(&client->random, ENGINES)],
			  &client->arena, &client->random);
		batch->futs[i] = FUTURE_AS_RUNNABLE(&batch->works[i].future);
	}
}

void client_complain(struct client *client, const char *what)
{
	if (client->tally.wrong++ < COMPLAINTS)
		fprintf(stderr, "soak: wrong: %s: %s\n", atomic_load(&client->doing), what);
}

static void check(struct client *client)
{
	struct tally *tally = &client->tally;
	for (size_t i = 0; i < client->batch.n; i++) {
		const struct work *work = &client->batch.works[i];
		if (!work_is_right(work) && tally->wrong++ < COMPLAINTS)
			work_complain(work, atomic_load(&client->doing));
		tally->operations++;
		tally->bytes += work->n;
		tally->canceled += work->future.output.result == VDM_ERROR_CANCELED;
		tally->misused += work->future.output.result == VDM_ERROR_INVALID_ARGUMENT;
	}
}

static uint64_t injected(struct client *client, enum fault fault)
{
	return atomic_load(&client->account.injected[fault]);
}

static void live_through(struct client *client, size_t scenario)
{
	uint64_t before[FAULTS], wrong = client->tally.wrong;
	for (enum fault fault = 0; fault < FAULTS; fault++)
		before[fault] = injected(client, fault);

	atomic_store(&client->doing, scenarios[scenario].name);
	/* All on one engine, of which they fill the queue, or each on any. */
	client_make_batch(client, client_chance(client, 2)
					  ? &engines[random_below(&client->random, ENGINES)]
					  : NULL);
	scenarios[scenario].run(client);
	check(client);

	client->tally.scenarios++;
	for (enum fault fault = 0; fault < FAULTS && client->tally.wrong == wrong; fault++)
		client->tally.survived[fault] += injected(client, fault) - before[fault];
}

void client_run(struct client *client, uint64_t until)
{
	faults_charge(&client->account);
	while (os_now() < until && !atomic_load(&clients_stop))
		live_through(client, random_below(&client->random, SCENARIOS));
	faults_charge(NULL);
	atomic_store(&client->doing, "nothing");
}
