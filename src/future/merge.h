/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/*
 * merge.h -- how a composed future polls its children, and makes one answer of theirs.
 *
 *     struct merge merge = merge_begin(context, notifier);
 *     for each child: merge_poll(&merge, child);
 *     merge_end(&merge);
 *
 * Answers of pending children merge as follows:
 *
 *   any (NONE, 0)                     (NONE, 0)
 *   POLLER and any other              (NONE, 0), for there is but one ptr_to_monitor
 *   otherwise                         WAKER if any says so, and the least time that is not 0
 *
 * A time of the parent's own is no other child: it bounds the answer's time, whatever its type.
 *
 * A thread's offer of its time (future_time_offer) is shown to each child until one has taken it:
 * until one has completed, or wants to be polled soon, which is how who did some work answers. The
 * parent would take an offer if a child would.
 */

#ifndef MINIASYNC_FUTURE_MERGE_H
#define MINIASYNC_FUTURE_MERGE_H

#include <stdbool.h>

#include <libminiasync/future.h>

struct merge {
	struct future_notifier *notifier; /* the parent's, lent to each child; NULL: none */
	bool cancel;                      /* the parent is cancelled, so its children are */
	bool any;                         /* a child was pending */
	bool soon;                        /* the answer is (NONE, 0) */
	uint64_t *offer;                  /* what the next child finds in ptr_to_monitor */
	enum future_notifier_type used;   /* the answer so far */
	uint32_t within_us;
	uint64_t *monitor;
};

struct merge merge_begin(const struct future_context *parent, struct future_notifier *notifier);

/* Polls a child that is pending, and takes its answer in. The child's state. */
enum future_state merge_poll(struct merge *merge, struct future *child);

/* The parent itself wants to be polled within so many microseconds, more than 0. */
void merge_time(struct merge *merge, uint32_t within_us);

/* Leaves the answer in the parent's notifier. */
void merge_end(const struct merge *merge);

#endif
