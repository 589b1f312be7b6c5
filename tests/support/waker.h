/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/*
 * waker.h -- a waker that counts its calls, and a poller that believes every answer.
 *
 * Both wait without a time limit: a wake-up that is lost hangs the test, and ctest ends it.
 */

#ifndef MINIASYNC_TESTS_WAKER_H
#define MINIASYNC_TESTS_WAKER_H

#include <semaphore.h>
#include <stdatomic.h>

#include <libminiasync/future.h>

struct counting_waker {
	sem_t pending;     /* calls not waited for yet */
	atomic_uint calls; /* all of them */
};

void counting_waker_init(struct counting_waker *waker);
void counting_waker_wait(struct counting_waker *waker);
struct future_notifier counting_waker_notifier(struct counting_waker *waker);

/*
 * Polls until the future is complete; in between it waits for just what each answer promised: for
 * the waker to be called, for the word to be written.
 */
void wait_as_answered(struct future *future);

/* Polls with this notifier until complete, without believing anything. */
void poll_to_the_end(struct future *future, struct future_notifier *notifier);

#endif
