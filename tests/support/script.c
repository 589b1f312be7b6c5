/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/*
 * script.c -- the task that reads a script, a step a poll.
 */

#include "support/script.h"

#include <stdlib.h>

static struct script *script_of(struct future_context *context)
{
	return ((struct script_data *)future_context_get_data(context))->script;
}

static enum future_state script_task(struct future_context *context,
				     struct future_notifier *notifier)
{
	struct script *script = script_of(context);
	if (script->polls == script->count)
		abort();
	const struct script_step *step = &script->steps[script->polls++];

	script->canceled += (unsigned)future_context_is_canceled(context);
	script->address =
		(struct future *)(void *)((char *)context - offsetof(struct future, context));
	if (notifier != NULL) {
		script->offers += notifier->poller.ptr_to_monitor == &future_time_offer;
		notifier->notifier_used = step->notifier_used;
		notifier->poll_within_us = step->poll_within_us;
	}
	((struct script_output *)future_context_get_output(context))->polls = script->polls;
	return step->state;
}

static int script_has_property(void *future, enum future_property property)
{
	return property == FUTURE_PROPERTY_ASYNC &&
	       script_of(&((struct future *)future)->context)->async;
}

struct script_future script_future(struct script *script)
{
	struct script_future future = {.data = {script}};
	FUTURE_INIT_EXT(&future, script_task, script_has_property);
	return future;
}
