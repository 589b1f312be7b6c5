/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/*
 * probes.h -- futures that note when and how often they are polled, and answer as a test says,
 * under the clock of support/fake_time.h.
 */

#ifndef MINIASYNC_TESTS_PROBES_H
#define MINIASYNC_TESTS_PROBES_H

#include <libminiasync/runtime.h>

#define MICROSECOND UINT64_C(1000)
#define MILLISECOND UINT64_C(1000000)

/* A future that notes when it is polled, keeps its waker, and completes when it is told to. */
struct probe {
	struct future_notifier answer; /* what it answers while pending */
	size_t complete_at;            /* completes at this poll; 0: when ready is set */
	int ready;
	int async;
	int wake_within_poll;      /* calls its waker before it returns from this poll; 0: never */
	struct probe *wakes;       /* its polls make this one ready, and wake it */
	struct future_waker waker; /* of its latest poll */
	size_t polls;
	uint64_t times[8]; /* of the first polls */
	unsigned order;    /* of its first poll, among all */
};

struct probe_data {
	struct probe *probe;
};
struct probe_output {
	char unused;
};
FUTURE(probe_future, struct probe_data, struct probe_output);

struct probe_future future_of(struct probe *probe);

/* As another thread: lets the probe complete at its next poll, and calls its waker. */
void make_ready(void *probe);

/* Probes that are waited for together. */
#define CROWD_MAX 20000
extern struct probe crowd[CROWD_MAX];
extern struct probe_future crowd_futures[CROWD_MAX];
extern struct future *crowd_pointers[CROWD_MAX];
void crowd_of(size_t n, enum future_notifier_type answer);
size_t polls_of_crowd(size_t n);

/* A test has a runtime of its own, its state, and a clock that begins anew. */
int probes_set_up(void **state);
int probes_tear_down(void **state);
void wait_for(void **state, struct probe *probe);
#define wait_test(_test) cmocka_unit_test_setup_teardown(_test, probes_set_up, probes_tear_down)

#endif
