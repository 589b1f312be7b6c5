/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/* probes.c -- see probes.h. */

#include "unit/probes.h"

#include <string.h>

#include "support/fake_time.h"
#include "support/test.h"

static unsigned first_polls;

void make_ready(void *arg)
{
	struct probe *probe = arg;
	probe->ready = 1;
	FUTURE_WAKER_WAKE(&probe->waker);
}

static enum future_state probe_task(struct future_context *context,
				    struct future_notifier *notifier)
{
	struct probe *probe = ((struct probe_data *)future_context_get_data(context))->probe;
	assert_non_null(notifier);
	if (probe->polls == 0)
		probe->order = first_polls++;
	if (probe->polls < COUNT_OF(probe->times))
		probe->times[probe->polls] = fake_time.now;
	probe->polls++;
	probe->waker = notifier->waker;
	if (probe->wakes != NULL)
		make_ready(probe->wakes);
	if (probe->wake_within_poll == (int)probe->polls)
		FUTURE_WAKER_WAKE(&notifier->waker);
	if (probe->ready || (probe->complete_at != 0 && probe->polls >= probe->complete_at))
		return FUTURE_STATE_COMPLETE;
	notifier->notifier_used = probe->answer.notifier_used;
	notifier->poll_within_us = probe->answer.poll_within_us;
	notifier->poller = probe->answer.poller;
	return FUTURE_STATE_RUNNING;
}

static int probe_is_async(void *future, enum future_property property)
{
	return property == FUTURE_PROPERTY_ASYNC &&
	       ((struct probe_future *)future)->data.probe->async;
}

struct probe_future future_of(struct probe *probe)
{
	struct probe_future future = {.data = {probe}};
	FUTURE_INIT_EXT(&future, probe_task, probe_is_async);
	return future;
}

struct probe crowd[CROWD_MAX];
struct probe_future crowd_futures[CROWD_MAX];
struct future *crowd_pointers[CROWD_MAX];

void crowd_of(size_t n, enum future_notifier_type answer)
{
	memset(crowd, 0, n * sizeof(*crowd));
	for (size_t i = 0; i < n; i++) {
		crowd[i].answer.notifier_used = answer;
		crowd_futures[i] = future_of(&crowd[i]);
		crowd_pointers[i] = FUTURE_AS_RUNNABLE(&crowd_futures[i]);
	}
}

size_t polls_of_crowd(size_t n)
{
	size_t polls = 0;
	for (size_t i = 0; i < n; i++)
		polls += crowd[i].polls;
	return polls;
}

int probes_set_up(void **state)
{
	fake_time_begin();
	first_polls = 0;
	*state = runtime_new();
	return *state == NULL;
}

int probes_tear_down(void **state)
{
	runtime_delete(*state);
	return 0;
}

void wait_for(void **state, struct probe *probe)
{
	struct probe_future future = future_of(probe);
	runtime_wait(*state, FUTURE_AS_RUNNABLE(&future));
	assert_int_equal(FUTURE_STATE(&future), FUTURE_STATE_COMPLETE);
}
