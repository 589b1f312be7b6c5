/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/*
 * client.h -- a thread that lives through one scenario after another, each with a batch of work,
 * and checks it when the scenario is over.
 */

#ifndef MINIASYNC_TESTS_SOAK_CLIENT_H
#define MINIASYNC_TESTS_SOAK_CLIENT_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "soak/faults.h"
#include "soak/work.h"

#define BATCH_MAX 24

struct batch {
	struct work works[BATCH_MAX];
	struct future *futs[BATCH_MAX];
	size_t n;
};

struct tally {
	uint64_t scenarios;
	uint64_t operations, bytes;
	uint64_t canceled;         /* operations that ended so */
	uint64_t misused;          /* that were refused for an unknown flag */
	uint64_t refused;          /* polls that found a queue full, of short-lived movers */
	uint64_t survived[FAULTS]; /* in scenarios that ended well */
	uint64_t wrong;            /* operations, and answers, that were not as they must be */
};

struct client {
	pthread_t thread;
	struct random random;
	struct arena arena;
	struct batch batch;
	struct runtime *set;           /* runtimes of its own, for their growing sets */
	struct runtime *set_described; /* this one with a descriptor */
	struct runtime *runtime;       /* everybody's */
	struct executor *executor;     /* everybody's */
	struct faults_account account;
	struct tally tally;
	_Atomic(const char *) doing; /* the scenario's name, for whoever finds it stuck */
};

/* 0, or -1 with errno. */
int client_begin(struct client *client, uint32_t seed, struct runtime *runtime,
		 struct executor *executor);
void client_end(struct client *client);

/* Lives through scenarios until the time, or until all are told to stop. */
void client_run(struct client *client, uint64_t until);

extern atomic_bool clients_stop;

/* Makes the batch anew, on an engine; NULL: any for each. Work that was not started is dropped. */
void client_make_batch(struct client *client, const struct engine *engine);

/* Notes an answer that was not as it must be. */
void client_complain(struct client *client, const char *what);

/* True one time in so many. */
static inline bool client_chance(struct client *client, uint32_t times)
{
	return random_below(&client->random, times) == 0;
}

#endif
