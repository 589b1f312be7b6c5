/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/*
 * libminiasync/compose.h -- futures made of others: all of them, the first of them, one and a time.
 *
 *     struct future *both[] = {FUTURE_AS_RUNNABLE(&copy), FUTURE_AS_RUNNABLE(&set)};
 *     struct future_join join = future_join(both, 2);
 *     struct future_timeout timeout = future_timeout(FUTURE_AS_RUNNABLE(&join), 1000000);
 *     runtime_wait(NULL, FUTURE_AS_RUNNABLE(&timeout));
 *
 * Each is a struct returned by value: a future like any other, which may be copied before its first
 * poll, moved between polls, used inside the others, inside chains and in every kind of wait. None
 * of them allocates, and no thread, timer or global is behind any.
 *
 * The futures that one is made of, its children, stay the caller's. They, and the array that names
 * them, stay where they are until it is complete; nobody else polls them meanwhile; nothing is
 * written to the array. Children that are complete already count, and are not polled. A child may
 * outlive its parent, pending: as the loser of a race, or when its time is up. It is then as if its
 * owner had polled it until now: to be waited for, alone or in another composition, or to be
 * cancelled and then waited for. What it was given, such as the buffers of a copy, is free only
 * when it is complete; and until then it may call the waker that its parent was polled with.
 *
 * Cancelling (future_cancel) passes through: each pending child is cancelled just before its next
 * poll, and its parent completes when it would have anyway.
 *
 * What a parent waits for is what its children wait for: the waker, if any of them would call it,
 * and the earliest of their times. Where one wants to be polled soon, so does the parent; and as
 * one word at most can be monitored, a child that would have a word monitored makes its parent ask
 * to be polled soon unless it is the only one that is pending. One poll polls each child once at
 * most.
 *
 * Times are nanoseconds of CLOCK_MONOTONIC. UINT64_MAX never comes, nor does what lies beyond it.
 */

#ifndef LIBMINIASYNC_COMPOSE_H
#define LIBMINIASYNC_COMPOSE_H 1

#include <libminiasync/future.h>

MINIASYNC_BEGIN_DECLARATIONS

/* The functions have the names of the structs that they return, which g++ -Wshadow minds. */
#if defined(__cplusplus) && defined(__GNUC__)
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wshadow"
#endif

struct future_join_data {
	struct future **futs;
	size_t n;
};

struct future_join_output {
	size_t completed; /* children that are complete: so far, while the join is pending */
};

FUTURE(future_join, struct future_join_data, struct future_join_output);

/*
 * future_join -- complete when all n futures are; of none, at its first poll.
 *
 * They are polled in the array's order. Its children share one waker, so each of its polls costs
 * O(n): polls every child that is pending, looks at the others. For some dozens that is nothing;
 * a large set is better given to the runtime (runtime_add), which knows which of its futures woke
 * it.
 */
MINIASYNC_API struct future_join future_join(struct future *futs[], size_t n);

struct future_race_data {
	struct future **futs;
	size_t n;
};

struct future_race_output {
	size_t winner; /* index of the child that is complete; SIZE_MAX: it had none */
};

FUTURE(future_race, struct future_race_data, struct future_race_output);

/*
 * future_race -- complete when the first of n futures is, and says which; of none, at its first
 * poll. When several are, the one that comes first in the array wins.
 *
 * The losers are left as they are: pending, or complete as well, or, behind a child that won at
 * once, never polled. A race that is cancelled has cancelled every child when it completes, but as
 * ever waits only for the first of them. A poll costs O(n).
 */
MINIASYNC_API struct future_race future_race(struct future *futs[], size_t n);

struct future_timeout_data {
	struct future *fut;
	uint64_t deadline; /* before the first poll: the nanoseconds until then */
};

struct future_timeout_output {
	int expired; /* 1: the time was up first, and the future is pending; 0: it is complete */
};

FUTURE(future_timeout, struct future_timeout_data, struct future_timeout_output);

/*
 * future_timeout -- complete when the future is, or so many nanoseconds after its own first poll.
 *
 * The future is polled once at least, before the clock is looked at. When the time is up it is left
 * as it is, not cancelled. To end it early then, before its buffers are freed:
 *
 *     if (FUTURE_OUTPUT(&timeout)->expired) {
 *             future_cancel(fut);
 *             runtime_wait(runtime, fut);
 *     }
 */
MINIASYNC_API struct future_timeout future_timeout(struct future *fut, uint64_t nanoseconds);

struct future_sleep_data {
	uint64_t deadline; /* of future_sleep, before the first poll: the nanoseconds until then */
};

struct future_sleep_output {
	int canceled; /* 1: it was cancelled; 0: the time has come */
};

FUTURE(future_sleep, struct future_sleep_data, struct future_sleep_output);

/* future_sleep -- complete so many nanoseconds after its first poll; at once when cancelled. */
MINIASYNC_API struct future_sleep future_sleep(uint64_t nanoseconds);

/* future_sleep_until -- complete when CLOCK_MONOTONIC shows the time; at once when cancelled. */
MINIASYNC_API struct future_sleep future_sleep_until(uint64_t deadline);

struct future_yield_data {
	char unused;
};

struct future_yield_output {
	int canceled; /* 1: it was cancelled before it had let others run */
};

FUTURE(future_yield, struct future_yield_data, struct future_yield_output);

/* future_yield -- complete at its second poll: others, of its wait or parent, run in between. */
MINIASYNC_API struct future_yield future_yield(void);

/*
 * An event: set by any thread or signal handler, waited for by a future. It is the caller's, and
 * stays where it is. Zeroed memory is one that is not set.
 *
 * It is set until a wait consumes that: a wait that completes, other than by being cancelled,
 * leaves the event not set, however often it was set before. What a thread wrote before it set the
 * event is visible to whoever finds the wait complete.
 *
 * Once a wait is complete, the set that completed it touches the event no more: its memory is free
 * as soon as no other set can come.
 */
struct future_event {
	void *opaque[5];
};

/* future_event_init -- makes an event that is not set. */
MINIASYNC_API void future_event_init(struct future_event *event);

/*
 * future_event_set -- sets an event, and calls the waker of the wait for it, if there is one.
 *
 * From any thread, any number of them at a time, and from signal handlers, provided that the waker
 * may be called there, as the runtime's may. Never blocks. Costs one atomic operation when the
 * event is set already, otherwise two and the call.
 */
MINIASYNC_API void future_event_set(struct future_event *event);

struct future_event_wait_data {
	struct future_event *event;
};

struct future_event_wait_output {
	int canceled; /* 1: it was cancelled before the event was set; 0: it consumed a set */
};

FUTURE(future_event_wait, struct future_event_wait_data, struct future_event_wait_output);

/*
 * future_event_wait -- complete when the event is set; also if that was before its first poll.
 *
 * Only one future may wait for an event at a time: from its first poll until it is complete. In
 * between, the event knows the waker of its latest poll. So, unlike the other futures of this file,
 * it must not be dropped then: cancel it and poll it until it is complete, which takes one poll
 * unless the event is being set at that moment.
 */
MINIASYNC_API struct future_event_wait future_event_wait(struct future_event *event);

#if defined(__cplusplus) && defined(__GNUC__)
#pragma GCC diagnostic pop
#endif

MINIASYNC_END_DECLARATIONS

#endif /* LIBMINIASYNC_COMPOSE_H */
