/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/* merge.c -- see merge.h. */

#include "future/merge.h"

struct merge merge_begin(const struct future_context *parent, struct future_notifier *notifier)
{
	struct merge merge = {
		.notifier = notifier,
		.cancel = future_context_is_canceled(parent) != 0,
		.used = FUTURE_NOTIFIER_NONE,
	};
	if (notifier != NULL && notifier->poller.ptr_to_monitor == &future_time_offer)
		merge.offer = &future_time_offer;
	return merge;
}

void merge_time(struct merge *merge, uint32_t within_us)
{
	if (merge->within_us == 0 || within_us < merge->within_us)
		merge->within_us = within_us;
}

/* What a pending child has left in the notifier. Types that are not known want polling, too. */
static void take_answer(struct merge *merge)
{
	const struct future_notifier *answer = merge->notifier;
	bool wakes = answer->notifier_used == FUTURE_NOTIFIER_WAKER;
	bool monitors = answer->notifier_used == FUTURE_NOTIFIER_POLLER;
	bool waits = answer->notifier_used == FUTURE_NOTIFIER_NONE && answer->poll_within_us != 0;
	bool crowded = merge->any && (monitors || merge->used == FUTURE_NOTIFIER_POLLER);

	merge->any = true;
	if (!wakes && !monitors && !waits) {
		merge->soon = true;
		merge->offer = NULL;
		return;
	}
	if (crowded)
		merge->soon = true;
	if (!waits)
		merge->used = answer->notifier_used;
	if (answer->poll_within_us != 0)
		merge_time(merge, answer->poll_within_us);
	if (monitors || (wakes && answer->poller.ptr_to_monitor == &future_time_offer))
		merge->monitor = answer->poller.ptr_to_monitor;
}

enum future_state merge_poll(struct merge *merge, struct future *child)
{
	if (child->context.state == FUTURE_STATE_COMPLETE)
		return FUTURE_STATE_COMPLETE;
	if (merge->cancel)
		future_cancel(child);
	if (merge->notifier != NULL)
		merge->notifier->poller.ptr_to_monitor = merge->offer;

	enum future_state state = future_poll(child, merge->notifier);
	if (state == FUTURE_STATE_COMPLETE)
		merge->offer = NULL;
	else if (merge->notifier != NULL)
		take_answer(merge);
	return state;
}

void merge_end(const struct merge *merge)
{
	if (merge->notifier == NULL)
		return;
	merge->notifier->notifier_used = merge->soon ? FUTURE_NOTIFIER_NONE : merge->used;
	merge->notifier->poll_within_us = merge->soon ? 0 : merge->within_us;
	merge->notifier->poller.ptr_to_monitor = merge->soon ? NULL : merge->monitor;
}
