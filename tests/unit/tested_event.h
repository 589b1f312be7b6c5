/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/*
 * tested_event.h -- an event that is not set when a test begins.
 */

#ifndef MINIASYNC_TESTS_TESTED_EVENT_H
#define MINIASYNC_TESTS_TESTED_EVENT_H

#include <stdbool.h>

#include <libminiasync/compose.h>

#include "support/test.h"

extern struct future_event event;

int the_event_is_not_set(void **state);
#define event_test(_test) cmocka_unit_test_setup(_test, the_event_is_not_set)

static inline enum future_state poll(struct future_event_wait *wait,
				     struct future_notifier *notifier)
{
	return future_poll(FUTURE_AS_RUNNABLE(wait), notifier);
}

/* Whether the event was set; it is not set any more. */
bool is_set(void);

/* A notifier whose waker counts its calls. */
struct future_notifier counting(unsigned *calls);

#endif
