/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/*
 * several.c -- join and race: several futures as one. They differ in when they are complete.
 *
 * Neither keeps anything of its own between polls but where its children are: which of them are
 * complete, the children say themselves.
 */

#include <libminiasync/compose.h>

#include "future/merge.h"

/* Work goes on elsewhere if it does for any child. */
static int any_has_property(struct future **futs, size_t n, enum future_property property)
{
	for (size_t i = 0; i < n; i++)
		if (future_has_property(futs[i], property) > 0)
			return 1;
	return 0;
}

static enum future_state join_task(struct future_context *context, struct future_notifier *notifier)
{
	const struct future_join_data *data = future_context_get_data(context);
	struct future_join_output *output = future_context_get_output(context);
	struct merge merge = merge_begin(context, notifier);

	output->completed = 0;
	for (size_t i = 0; i < data->n; i++)
		output->completed += merge_poll(&merge, data->futs[i]) == FUTURE_STATE_COMPLETE;
	merge_end(&merge);
	return output->completed == data->n ? FUTURE_STATE_COMPLETE : FUTURE_STATE_RUNNING;
}

static int join_has_property(void *future, enum future_property property)
{
	const struct future_join *join = future;
	return any_has_property(join->data.futs, join->data.n, property);
}

struct future_join future_join(struct future *futs[], size_t n)
{
	struct future_join join = {.data = {futs, n}, .output = {0}};
	FUTURE_INIT_EXT(&join, join_task, join_has_property);
	return join;
}

static enum future_state race_task(struct future_context *context, struct future_notifier *notifier)
{
	const struct future_race_data *data = future_context_get_data(context);
	struct future_race_output *output = future_context_get_output(context);
	struct merge merge = merge_begin(context, notifier);

	/* Cancelled, the request goes to all; otherwise those behind a winner are left alone. */
	for (size_t i = 0; i < data->n; i++)
		if (merge_poll(&merge, data->futs[i]) == FUTURE_STATE_COMPLETE &&
		    output->winner == SIZE_MAX) {
			output->winner = i;
			if (!merge.cancel)
				break;
		}
	merge_end(&merge);
	return output->winner != SIZE_MAX || data->n == 0 ? FUTURE_STATE_COMPLETE
							  : FUTURE_STATE_RUNNING;
}

static int race_has_property(void *future, enum future_property property)
{
	const struct future_race *race = future;
	return any_has_property(race->data.futs, race->data.n, property);
}

struct future_race future_race(struct future *futs[], size_t n)
{
	struct future_race race = {.data = {futs, n}, .output = {SIZE_MAX}};
	FUTURE_INIT_EXT(&race, race_task, race_has_property);
	return race;
}
