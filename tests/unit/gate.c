/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/*
 * gate.c -- see gate.h.
 */

#include "gate.h"

static enum future_state gate_task(struct future_context *context, struct future_notifier *notifier)
{
	struct gate *gate = ((struct gate_data *)future_context_get_data(context))->gate;
	gate->polls++;
	if (gate->open)
		return FUTURE_STATE_COMPLETE;
	if (notifier != NULL) {
		lock_acquire(&gate->lock);
		gate->waker = notifier->waker;
		lock_release(&gate->lock);
		gate->watched = 1;
		notifier->notifier_used = gate->notifier_used;
		notifier->poll_within_us = gate->poll_within_us;
	}
	return gate->open ? FUTURE_STATE_COMPLETE : FUTURE_STATE_RUNNING;
}

struct gate_future gate_future(struct gate *gate)
{
	struct gate_future future;
	FUTURE_INIT(&future, gate_task);
	future.data.gate = gate;
	return future;
}

void open_gate(struct gate *gate)
{
	gate->open = 1;
	if (!gate->watched)
		return;
	lock_acquire(&gate->lock);
	struct future_waker waker = gate->waker;
	lock_release(&gate->lock);
	FUTURE_WAKER_WAKE(&waker);
}

struct gate waking_gate(void)
{
	return (struct gate){.notifier_used = FUTURE_NOTIFIER_WAKER};
}

void *open_from_thread(void *gate)
{
	while (!((struct gate *)gate)->watched)
		continue;
	open_gate(gate);
	return NULL;
}
