/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/*
 * waker.c -- waiting on a semaphore, which any thread and any signal handler may post.
 */

#include "support/waker.h"

#include <sched.h>

static void count_the_call(void *data)
{
	struct counting_waker *waker = data;
	atomic_fetch_add(&waker->calls, 1);
	sem_post(&waker->pending);
}

void counting_waker_init(struct counting_waker *waker)
{
	sem_init(&waker->pending, 0, 0);
	atomic_init(&waker->calls, 0);
}

void counting_waker_wait(struct counting_waker *waker)
{
	while (sem_wait(&waker->pending) != 0)
		; /* a signal came */
}

struct future_notifier counting_waker_notifier(struct counting_waker *waker)
{
	return (struct future_notifier){.waker = {waker, count_the_call}};
}

/*
 * Waits until the word that a poll named is written. A write between that poll and the first look
 * is not missed: a second poll after the look would tell.
 */
static void watch_the_word(struct future *future, struct future_notifier *notifier)
{
	uint64_t *word = notifier->poller.ptr_to_monitor;
	uint64_t seen = __atomic_load_n(word, __ATOMIC_ACQUIRE);
	if (future_poll(future, notifier) == FUTURE_STATE_COMPLETE ||
	    notifier->notifier_used != FUTURE_NOTIFIER_POLLER ||
	    notifier->poller.ptr_to_monitor != word)
		return;
	while (__atomic_load_n(word, __ATOMIC_ACQUIRE) == seen)
		sched_yield();
}

void wait_as_answered(struct future *future)
{
	struct counting_waker waker;
	counting_waker_init(&waker);
	struct future_notifier notifier = counting_waker_notifier(&waker);

	while (future_poll(future, &notifier) != FUTURE_STATE_COMPLETE) {
		int on_time = notifier.poll_within_us != 0;
		if (notifier.notifier_used == FUTURE_NOTIFIER_WAKER && !on_time)
			counting_waker_wait(&waker);
		else if (notifier.notifier_used == FUTURE_NOTIFIER_POLLER && !on_time)
			watch_the_word(future, &notifier);
		else
			sched_yield();
	}
	sem_destroy(&waker.pending);
}

void poll_to_the_end(struct future *future, struct future_notifier *notifier)
{
	while (future_poll(future, notifier) != FUTURE_STATE_COMPLETE)
		sched_yield();
}
