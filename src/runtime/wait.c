/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/*
 * wait.c -- waiting for all, or any, of an array of futures: a poller for the time of the wait.
 *
 * The poller's lists are on the stack or allocated here and touched by this thread alone; its ready
 * set is the thread's own. When there is no memory for one of them, futures are polled in rounds
 * with whatever there is.
 */

#include "runtime/wait.h"

#include "runtime/poller.h"

/* Waits for so many futures keep their lists on the stack. */
#define FEW 16
/* How long a wait without memory sleeps between its rounds. */
#define ROUND_EVERY UINT64_C(1000000)
#define NONE SIZE_MAX

struct wait {
	struct poller poller;
	size_t first; /* the index of the future that completed first, or NONE */
	bool any;     /* one is enough */
};

static void note_first(struct poller *poller, size_t index)
{
	struct wait *wait = (struct wait *)poller;
	if (wait->first == NONE)
		wait->first = index;
}

static bool is_over(const struct wait *wait)
{
	return wait->poller.pending == 0 || (wait->any && wait->first != NONE);
}

/* Polls each future once, unless the wait is over before; first those that go on elsewhere. */
static void start(struct wait *wait)
{
	struct poller *poller = &wait->poller;
	size_t n = poller->n;
	size_t later = 0;

	for (size_t i = 0; i < n; i++) {
		struct future *fut = poller->futs[i];
		bool complete = fut->context.state == FUTURE_STATE_COMPLETE;
		poller_expect(poller, i);
		if (complete)
			poller_complete(poller, i);
		else if (n >= 2 && future_has_property(fut, FUTURE_PROPERTY_ASYNC) > 0)
			complete = poller_poll(poller, i);
		else
			later++;
		if (complete && wait->any)
			return;
	}
	for (size_t i = 0; later > 0; i++) {
		if (poller->marks[i] != POLLER_PENDING)
			continue;
		if (poller_poll(poller, i) && wait->any)
			return;
		later--;
	}
}

static bool run(struct wait *wait, uint64_t deadline)
{
	bool in_time = true;
	struct ready_set *outer = ready_set_use(wait->poller.ready);

	start(wait);
	while (!is_over(wait) && in_time) {
		bool progress = poller_round(&wait->poller, SIZE_MAX);
		if (is_over(wait))
			break;
		if (deadline != OS_NEVER && os_now() >= deadline)
			in_time = false;
		else if (!progress)
			poller_rest(&wait->poller, deadline);
	}
	ready_set_use(outer);
	return in_time;
}

static void wake_nobody(void *data)
{
	(void)data;
}

/* Without memory: every future in every round, and one waker, or none, for all of them. */
static bool poll_in_rounds(struct wait *wait, struct future *futs[], size_t n,
			   struct ready_set *ready, uint64_t deadline)
{
	_Atomic uint32_t nobody = 0;
	struct future_notifier notifier = {.waker = {NULL, wake_nobody}};
	if (ready != NULL)
		notifier.waker = (struct future_waker){ready_set_handle(ready, 0), ready_set_mark};

	for (;;) {
		size_t complete = 0;
		if (ready != NULL)
			ready_set_clear(ready);
		for (size_t i = 0; i < n && !(wait->any && complete > 0); i++) {
			notifier.poller.ptr_to_monitor = NULL; /* an invitation is no offer */
			if (future_poll(futs[i], &notifier) == FUTURE_STATE_COMPLETE) {
				note_first(&wait->poller, i);
				complete++;
			}
		}
		if (complete == n || (wait->any && complete > 0))
			return true;
		uint64_t now = os_now();
		if (now >= deadline)
			return false;
		if (ready != NULL)
			ready_set_sleep(ready, earlier(deadline, now + ROUND_EVERY));
		else
			os_sleep(&nobody, 0, earlier(deadline, now + ROUND_EVERY));
	}
}

static bool wait_for(struct wait *wait, struct future *futs[], size_t n, uint64_t deadline)
{
	_Alignas(struct deadline) char few[FEW * POLLER_LISTS_SIZE];
	struct ready_set *ready = ready_set_acquire(n);
	void *allocated = NULL;
	void *lists = few;

	if (n > FEW)
		lists = allocated = n < UINT32_MAX ? os_allocate(n * POLLER_LISTS_SIZE) : NULL;

	bool complete;
	wait->first = NONE;
	if (ready != NULL && lists != NULL) {
		poller_begin(&wait->poller, futs, n, ready, lists);
		wait->poller.completed = wait->any ? note_first : NULL;
		if (n == 1 && deadline == OS_NEVER)
			wait->poller.promise = &future_time_promise;
		complete = run(wait, deadline);
	} else {
		complete = poll_in_rounds(wait, futs, n, ready, deadline);
	}
	os_free(allocated);
	if (ready != NULL)
		ready_set_release(ready);
	return complete;
}

bool wait_for_all(struct future *futs[], size_t n, uint64_t deadline)
{
	struct wait wait;
	wait.any = false;
	return wait_for(&wait, futs, n, deadline);
}

bool wait_for_any(struct future *futs[], size_t n, uint64_t deadline, size_t *index)
{
	struct wait wait;
	wait.any = true;
	bool complete = wait_for(&wait, futs, n, deadline);
	*index = wait.first;
	return complete;
}
