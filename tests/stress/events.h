/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/*
 * events.h -- futures that threads of a test complete: an event is set once, by any thread, and
 * the future that waits for it is woken.
 *
 * Its waker is called under the lock that its poll takes, so the promise not to call late (W3) is
 * kept; test_event_set_carelessly breaks it, as a waker of a waiter that left may be called late
 * too.
 */

#ifndef MINIASYNC_TESTS_EVENTS_H
#define MINIASYNC_TESTS_EVENTS_H

#include <pthread.h>

#include <libminiasync/future.h>

struct test_event {
	pthread_mutex_t lock;
	int is_set;
	struct future_waker waker; /* of the latest poll; NULL: nobody waits */
};

struct event_wait_data {
	struct test_event *event;
};
struct event_wait_output {
	char unused;
};
FUTURE(event_wait, struct event_wait_data, struct event_wait_output);

void test_event_init(struct test_event *event);
struct event_wait test_event_wait(struct test_event *event);
void test_event_set(struct test_event *event);

/* Sets, and calls the waker when nothing keeps its future from being complete already; twice. */
void test_event_set_carelessly(struct test_event *event);

#endif
