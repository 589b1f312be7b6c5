/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/*
 * sleep.c -- futures that wait for nothing but time: until a moment, or until they are polled
 * again.
 *
 * Whoever polls is told the time in the answer, and nobody else: there is no timer to forget.
 */

#include <libminiasync/compose.h>

#include "future/deadline.h"

static enum future_state sleep_until(struct future_context *context,
				     struct future_notifier *notifier, uint64_t now)
{
	const struct future_sleep_data *data = future_context_get_data(context);
	if (now >= data->deadline)
		return FUTURE_STATE_COMPLETE;
	if (notifier != NULL)
		notifier->poll_within_us = deadline_in_microseconds(now, data->deadline);
	return FUTURE_STATE_RUNNING;
}

static enum future_state cancel_sleep(struct future_context *context)
{
	struct future_sleep_output *output = future_context_get_output(context);
	output->canceled = 1;
	return FUTURE_STATE_COMPLETE;
}

static enum future_state sleep_until_task(struct future_context *context,
					  struct future_notifier *notifier)
{
	if (future_context_is_canceled(context))
		return cancel_sleep(context);
	return sleep_until(context, notifier, os_now());
}

static enum future_state sleep_task(struct future_context *context,
				    struct future_notifier *notifier)
{
	struct future_sleep_data *data = future_context_get_data(context);
	if (future_context_is_canceled(context))
		return cancel_sleep(context);
	uint64_t now = os_now();
	if (context->state == FUTURE_STATE_IDLE)
		data->deadline = deadline_after(now, data->deadline);
	return sleep_until(context, notifier, now);
}

struct future_sleep future_sleep(uint64_t nanoseconds)
{
	struct future_sleep sleep = {.data = {nanoseconds}, .output = {0}};
	FUTURE_INIT(&sleep, sleep_task);
	return sleep;
}

struct future_sleep future_sleep_until(uint64_t deadline)
{
	struct future_sleep sleep = {.data = {deadline}, .output = {0}};
	FUTURE_INIT(&sleep, sleep_until_task);
	return sleep;
}

/* It answers NONE without a time: poll again soon. */
static enum future_state yield_task(struct future_context *context,
				    struct future_notifier *notifier)
{
	(void)notifier;
	if (context->state != FUTURE_STATE_IDLE)
		return FUTURE_STATE_COMPLETE;
	if (!future_context_is_canceled(context))
		return FUTURE_STATE_RUNNING;
	struct future_yield_output *output = future_context_get_output(context);
	output->canceled = 1;
	return FUTURE_STATE_COMPLETE;
}

struct future_yield future_yield(void)
{
	struct future_yield yield = {.data = {0}, .output = {0}};
	FUTURE_INIT(&yield, yield_task);
	return yield;
}
