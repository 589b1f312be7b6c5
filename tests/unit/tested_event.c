/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/*
 * tested_event.c -- see tested_event.h.
 */

#include "tested_event.h"

#include <string.h>

struct future_event event;

int the_event_is_not_set(void **state)
{
	(void)state;
	memset(&event, 0xA5, sizeof(event));
	future_event_init(&event);
	return 0;
}

bool is_set(void)
{
	struct future_event_wait wait = future_event_wait(&event);
	if (poll(&wait, NULL) == FUTURE_STATE_COMPLETE)
		return true;
	future_cancel(FUTURE_AS_RUNNABLE(&wait));
	assert_int_equal(poll(&wait, NULL), FUTURE_STATE_COMPLETE);
	return false;
}

static void count_call(void *data)
{
	++*(unsigned *)data;
}

struct future_notifier counting(unsigned *calls)
{
	return (struct future_notifier){.waker = {calls, count_call}};
}
