/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/*
 * scenarios.h -- what clients do with a batch of work. When a scenario returns, all of it is
 * complete; the client checks the bytes, the scenario what else it was told.
 */

#ifndef MINIASYNC_TESTS_SOAK_SCENARIOS_H
#define MINIASYNC_TESTS_SOAK_SCENARIOS_H

#include "soak/client.h"

/* waiting.c */
void await_each(struct client *client);
void await_all(struct client *client);
void await_any(struct client *client);
void await_with_a_limit(struct client *client);
void cancel_some(struct client *client);

/* composing.c */
void run_chains(struct client *client);
void run_a_composition(struct client *client);

/* collecting.c */
void drain_a_set(struct client *client);
void drain_a_set_by_its_descriptor(struct client *client);

/* spawning.c */
void spawn_strands(struct client *client);

/* short_lives.c */
void use_a_mover_of_ones_own(struct client *client);
void use_a_runtime_of_ones_own(struct client *client);
void use_an_executor_of_ones_own(struct client *client);

#endif
