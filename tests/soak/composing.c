/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/*
 * composing.c -- scenarios: chains whose entries depend on each other, and compositions of which
 * some children are left behind.
 */

#include "soak/scenarios.h"

#define MICROSECOND UINT32_C(1000)

/* Three operations in a row; the third copies what the second has written. */
struct row_data {
	FUTURE_CHAIN_ENTRY(struct vdm_operation_future, first);
	FUTURE_CHAIN_ENTRY(struct vdm_operation_future, second);
	FUTURE_CHAIN_ENTRY_LAST(struct vdm_operation_future, third);
};
struct row_output {
	unsigned maps;
};
FUTURE(row, struct row_data, struct row_output);

enum { ENTRIES = 3, ROWS = BATCH_MAX / ENTRIES };

static void count_map(struct future_context *from, struct future_context *to, void *row)
{
	(void)to;
	((struct row *)row)->output.maps += from->state == FUTURE_STATE_COMPLETE;
}

static void make_third(void *future, struct future_context *chain, void *work)
{
	(void)chain;
	*(struct vdm_operation_future *)future = ((struct work *)work)->future;
}

static void make_row(struct client *client, struct row *row, struct work works[ENTRIES])
{
	work_make_copy_of(&works[2], &works[1], works[0].engine, &client->arena, &client->random);
	FUTURE_CHAIN_ENTRY_INIT(&row->data.first, works[0].future, count_map, row);
	FUTURE_CHAIN_ENTRY_INIT(&row->data.second, works[1].future, count_map, row);
	FUTURE_CHAIN_ENTRY_LAZY_INIT(&row->data.third, make_third, &works[2], count_map, row);
	row->output.maps = 0;
	FUTURE_CHAIN_INIT(row);
}

void run_chains(struct client *client)
{
	struct batch *batch = &client->batch;
	struct row rows[ROWS];
	struct future *futs[ROWS];
	size_t n = batch->n / ENTRIES;
	for (size_t i = 0; i < n; i++) {
		make_row(client, &rows[i], &batch->works[i * ENTRIES]);
		futs[i] = FUTURE_AS_RUNNABLE(&rows[i]);
		if (client_chance(client, 8))
			future_cancel(futs[i]);
	}
	if (n > 0 && client_chance(client, 4)) {
		future_poll(futs[0], NULL);
		future_cancel(futs[0]);
	}
	runtime_wait_multiple(client->runtime, futs, n);
	for (size_t i = 0; i < n; i++) {
		batch->works[i * ENTRIES].future = rows[i].data.first.fut;
		batch->works[i * ENTRIES + 1].future = rows[i].data.second.fut;
		batch->works[i * ENTRIES + 2].future = rows[i].data.third.fut;
		if (rows[i].output.maps != ENTRIES)
			client_complain(client, "not each map of a chain was called");
	}
	batch->n = n * ENTRIES; /* the rest is dropped, unpolled */
}

/* A wait for it that may have enough, and cancel. */
static void wait_for_composition(struct client *client, struct future *fut)
{
	if (client_chance(client, 3)) {
		if (runtime_wait_timeout(client->runtime, fut,
					 random_below(&client->random, 100 * MICROSECOND)) == 0)
			return;
		future_cancel(fut);
	}
	runtime_wait(client->runtime, fut);
}

/*
 * join( timeout(first), race(second, a sleep), join(the others), a yield )
 */
void run_a_composition(struct client *client)
{
	struct batch *batch = &client->batch;
	struct future **futs = batch->futs;
	uint32_t limit = random_below(&client->random, 50 * MICROSECOND);
	size_t others = batch->n > 2 ? batch->n - 2 : 0;

	struct future_timeout timeout = future_timeout(futs[0], limit);
	struct future_sleep sleep = future_sleep(limit);
	struct future *racers[] = {futs[batch->n > 1], FUTURE_AS_RUNNABLE(&sleep)};
	struct future_race race = future_race(racers + (batch->n < 2), 2 - (batch->n < 2));
	struct future_join join = future_join(futs + batch->n - others, others);
	struct future_yield yield = future_yield();
	struct future *all[] = {FUTURE_AS_RUNNABLE(&timeout), FUTURE_AS_RUNNABLE(&race),
				FUTURE_AS_RUNNABLE(&join), FUTURE_AS_RUNNABLE(&yield)};
	struct future_join whole = future_join(all, 4);
	wait_for_composition(client, FUTURE_AS_RUNNABLE(&whole));

	if (whole.output.completed != 4 || join.output.completed != others)
		client_complain(client, "a join is complete and its children are not");
	if (!timeout.output.expired && futs[0]->context.state != FUTURE_STATE_COMPLETE)
		client_complain(client, "a time-out is complete for no reason");
	if (race.output.winner >= 2)
		client_complain(client, "nobody has won a race");
	future_cancel(FUTURE_AS_RUNNABLE(&sleep));
	runtime_wait(NULL, FUTURE_AS_RUNNABLE(&sleep));
	runtime_wait_multiple(NULL, futs, batch->n);
}
