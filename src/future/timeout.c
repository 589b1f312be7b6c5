/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/*
 * timeout.c -- one future and a time.
 *
 * The clock is read behind the future's poll, not before: a future that completes at once costs no
 * look at the clock, and one that completes when the time is up has completed.
 */

#include <libminiasync/compose.h>

#include "future/deadline.h"
#include "future/merge.h"

static enum future_state timeout_task(struct future_context *context,
				      struct future_notifier *notifier)
{
	struct future_timeout_data *data = future_context_get_data(context);
	struct future_timeout_output *output = future_context_get_output(context);
	struct merge merge = merge_begin(context, notifier);

	if (merge_poll(&merge, data->fut) == FUTURE_STATE_COMPLETE)
		return FUTURE_STATE_COMPLETE;

	uint64_t now = os_now();
	if (context->state == FUTURE_STATE_IDLE)
		data->deadline = deadline_after(now, data->deadline);
	if (now >= data->deadline) {
		output->expired = 1;
		return FUTURE_STATE_COMPLETE;
	}
	if (data->deadline != OS_NEVER)
		merge_time(&merge, deadline_in_microseconds(now, data->deadline));
	merge_end(&merge);
	return FUTURE_STATE_RUNNING;
}

static int timeout_has_property(void *future, enum future_property property)
{
	const struct future_timeout *timeout = future;
	return future_has_property(timeout->data.fut, property);
}

struct future_timeout future_timeout(struct future *fut, uint64_t nanoseconds)
{
	struct future_timeout timeout = {.data = {fut, nanoseconds}, .output = {0}};
	FUTURE_INIT_EXT(&timeout, timeout_task, timeout_has_property);
	return timeout;
}
