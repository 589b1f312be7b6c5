/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/* events.c -- see events.h. */

#include "stress/events.h"

#include <sched.h>

static enum future_state event_wait_task(struct future_context *context,
					 struct future_notifier *notifier)
{
	struct test_event *event =
		((struct event_wait_data *)future_context_get_data(context))->event;
	pthread_mutex_lock(&event->lock);
	int is_set = event->is_set;
	event->waker = notifier != NULL ? notifier->waker : (struct future_waker){NULL, NULL};
	pthread_mutex_unlock(&event->lock);
	if (is_set)
		return FUTURE_STATE_COMPLETE;
	if (notifier != NULL)
		notifier->notifier_used = FUTURE_NOTIFIER_WAKER;
	return FUTURE_STATE_RUNNING;
}

static int event_wait_is_async(void *future, enum future_property property)
{
	(void)future;
	return property == FUTURE_PROPERTY_ASYNC;
}

void test_event_init(struct test_event *event)
{
	pthread_mutex_init(&event->lock, NULL);
	event->is_set = 0;
	event->waker = (struct future_waker){NULL, NULL};
}

struct event_wait test_event_wait(struct test_event *event)
{
	struct event_wait future = {.data = {event}};
	FUTURE_INIT_EXT(&future, event_wait_task, event_wait_is_async);
	return future;
}

void test_event_set(struct test_event *event)
{
	pthread_mutex_lock(&event->lock);
	event->is_set = 1;
	if (event->waker.wake != NULL)
		FUTURE_WAKER_WAKE(&event->waker);
	pthread_mutex_unlock(&event->lock);
}

void test_event_set_carelessly(struct test_event *event)
{
	pthread_mutex_lock(&event->lock);
	event->is_set = 1;
	struct future_waker waker = event->waker;
	pthread_mutex_unlock(&event->lock);
	for (int i = 0; i < 2 && waker.wake != NULL; i++) {
		FUTURE_WAKER_WAKE(&waker);
		sched_yield();
	}
}
