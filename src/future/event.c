/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/*
 * event.c -- events, and the futures that wait for them.
 *
 * An event is a completion (completion.h), of which whoever sets it is a finisher and the future
 * that waits for it the watcher: each of its polls registers the waker that it is given. A poll
 * that finds the event COMPLETE consumes that by a reset. One that finds it FINISHING answers NONE:
 * the waker is being called, perhaps by this very thread further down its stack.
 *
 * To cancel is to register nobody. If that succeeds the event calls no waker of this wait any more,
 * and if it does not, the event is being set.
 *
 * proofs/completion_set.pml checks this.
 */

#include <stdbool.h>

#include <libminiasync/compose.h>

#include "concurrent/completion.h"

_Static_assert(sizeof(struct completion) <= sizeof(struct future_event) &&
		       _Alignof(struct completion) <= _Alignof(struct future_event),
	       "an event has room for a completion");

static struct completion *completion_of(struct future_event *event)
{
	return (struct completion *)(void *)event;
}

static const struct completion_call nobody = {NULL, NULL};

void future_event_init(struct future_event *event)
{
	completion_begin(completion_of(event), nobody);
}

void future_event_set(struct future_event *event)
{
	completion_set(completion_of(event));
}

static enum future_state event_wait_task(struct future_context *context,
					 struct future_notifier *notifier)
{
	struct future_event_wait_data *data = future_context_get_data(context);
	struct future_event_wait_output *output = future_context_get_output(context);
	struct completion *completion = completion_of(data->event);
	bool canceled = future_context_is_canceled(context) != 0;

	struct completion_call call = nobody;
	if (notifier != NULL && !canceled)
		call = (struct completion_call){notifier->waker.wake, notifier->waker.data};
	enum completion_phase phase = completion_watch(completion, call);

	if (phase == COMPLETION_COMPLETE) {
		completion_reset(completion);
		return FUTURE_STATE_COMPLETE;
	}
	if (phase == COMPLETION_PENDING && canceled) {
		output->canceled = 1;
		return FUTURE_STATE_COMPLETE;
	}
	if (phase == COMPLETION_PENDING && notifier != NULL) {
		notifier->notifier_used = FUTURE_NOTIFIER_WAKER;
		notifier->poller.ptr_to_monitor = NULL; /* an offered time is not wanted */
	}
	return FUTURE_STATE_RUNNING;
}

struct future_event_wait future_event_wait(struct future_event *event)
{
	struct future_event_wait wait;
	FUTURE_INIT(&wait, event_wait_task);
	wait.data.event = event;
	wait.output.canceled = 0;
	return wait;
}
