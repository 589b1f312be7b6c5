/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/*
 * wait.c -- waiting: polls each future once, then only those that have something to say.
 *
 * A future's answer decides when it is polled again:
 *
 *   WAKER            when its handle in the ready set is marked
 *   a time           when the heap of deadlines says so, too
 *   NONE, or POLLER  in the next round ("soon")
 *
 * A round polls what is due of each. When a round brought nothing, the thread offers its time to a
 * future that would take it, and then rests: with futures that want polling soon it spins for some
 * rounds, then yields, then naps, longer each time; without, it spins for about as long as falling
 * asleep and waking take, then sleeps until a mark or the next time. It never spins where only one
 * CPU is usable: it would hold the very CPU that the work needs.
 *
 * Futures that promised to call a waker are polled every now and then all the same (the contract's
 * W5), a few at a time, in turn.
 *
 * What is on the stack or allocated here is touched by this thread alone. Other threads reach only
 * the ready set, whose memory outlives every wait; so a wait may end and leave futures pending
 * whose wakers are called later. When there is no memory for a set, or for the wait's own lists,
 * futures are polled in rounds with whatever there is.
 */

#include "runtime/wait.h"

#include "concurrent/ready_set.h"
#include "platform/cpu.h"
#include "platform/os.h"
#include "runtime/deadlines.h"

#define MICROSECONDS UINT64_C(1000)
#define MILLISECONDS UINT64_C(1000000)

/* Rounds in which futures that want polling soon are polled at once, then after a yield. */
#define SPIN_ROUNDS 1024
#define YIELD_ROUNDS 64
#define NAP_MIN (20 * MICROSECONDS)
#define NAP_MAX (1 * MILLISECONDS)
/* How long to look for a mark before sleeping. */
#define SPIN_TIME (8 * MICROSECONDS)
/* When futures that never call their waker are polled, how many at a time, of how many others. */
#define CHECK_FIRST (32 * MILLISECONDS)
#define CHECK_EVERY (64 * MILLISECONDS)
#define CHECK_COUNT 64
#define CHECK_LOOKS 4096
/* Waits for so many futures keep their lists on the stack. */
#define FEW 16

/* What is known of a future. */
enum {
	PENDING = 1, /* to be waited for */
	STARTED = 2, /* polled once */
	SOON = 4,    /* its latest answer: poll again soon */
	LISTED = 8,  /* it is on the list of those */
	LENDS = 16,  /* its latest answer: would take this thread's time */
	WAKES = 32,  /* its latest answer: the waker will be called */
};

struct wait {
	struct future **futs;
	size_t n;
	size_t pending;
	struct ready_set *ready;
	struct deadlines deadlines;
	uint32_t *soon; /* futures to poll in the next round */
	uint32_t soon_count;
	uint8_t *marks;  /* of each future */
	size_t lenders;  /* futures whose mark says so */
	size_t cursor;   /* where the next search among the futures begins */
	bool progress;   /* this round brought something */
	unsigned rounds; /* that brought nothing, since one did */
	uint64_t nap;    /* how long the next one is */
	uint64_t check;  /* when to poll those that never wake; 0: not rested yet */
	struct future_notifier notifier;
};

static void set_marks(struct wait *wait, size_t index, uint8_t marks)
{
	wait->lenders -= (wait->marks[index] & LENDS) != 0;
	wait->lenders += (marks & LENDS) != 0;
	wait->marks[index] = marks;
}

/* Keeps what a pending future answered, for the rounds to come. */
static void heed_answer(struct wait *wait, uint32_t index)
{
	const struct future_notifier *notifier = &wait->notifier;
	uint32_t within = notifier->poll_within_us;
	bool wakes = notifier->notifier_used == FUTURE_NOTIFIER_WAKER;
	bool waits = notifier->notifier_used == FUTURE_NOTIFIER_NONE && within != 0;
	uint8_t marks = (wait->marks[index] & LISTED) | PENDING | STARTED;

	if (wakes)
		marks |= WAKES;
	if (wakes && notifier->poller.ptr_to_monitor == &future_time_offer)
		marks |= LENDS;
	if (!wakes && !waits) {
		if (!(marks & LISTED))
			wait->soon[wait->soon_count++] = index;
		marks |= SOON | LISTED;
	}
	set_marks(wait, index, marks);
	if (within != 0)
		deadlines_set(&wait->deadlines, index, os_now() + within * MICROSECONDS);
	else
		deadlines_clear(&wait->deadlines, index);
}

/* Polls a pending future, whose handle in the ready set is given. */
static void poll_by_handle(struct wait *wait, size_t index, void *handle, uint64_t *offer)
{
	wait->notifier.waker.data = handle;
	wait->notifier.poller.ptr_to_monitor = offer;
	if (future_poll(wait->futs[index], &wait->notifier) != FUTURE_STATE_COMPLETE) {
		heed_answer(wait, (uint32_t)index);
		return;
	}
	deadlines_clear(&wait->deadlines, (uint32_t)index);
	set_marks(wait, index, wait->marks[index] & LISTED);
	wait->pending--;
	wait->progress = true;
}

/* The same, with the handle looked up. With fewer handles than futures, several share one. */
static void poll_future(struct wait *wait, size_t index, uint64_t *offer)
{
	poll_by_handle(wait, index, ready_set_handle(wait->ready, index % wait->ready->capacity),
		       offer);
}

static void start(struct wait *wait)
{
	for (size_t i = 0; i < wait->n; i++) {
		wait->marks[i] =
			wait->futs[i]->context.state == FUTURE_STATE_COMPLETE ? 0 : PENDING;
		wait->pending += wait->marks[i];
	}
	if (wait->n >= 2)
		for (size_t i = 0; i < wait->n; i++)
			if (future_has_property(wait->futs[i], FUTURE_PROPERTY_ASYNC) > 0)
				poll_future(wait, i, NULL);
	for (size_t i = 0; i < wait->n; i++)
		if (wait->marks[i] == PENDING)
			poll_future(wait, i, NULL);
}

static void poll_marked(struct wait *wait)
{
	size_t number;
	void *handle;

	if (!ready_set_is_marked(wait->ready))
		return;
	wait->progress = true;
	ready_set_take(wait->ready);
	while (ready_set_next(wait->ready, &number, &handle))
		for (size_t i = number; i < wait->n; i += wait->ready->capacity)
			if (wait->marks[i] & PENDING)
				poll_by_handle(wait, i, handle, NULL);
}

static void poll_soon(struct wait *wait)
{
	uint32_t kept = 0;
	for (uint32_t i = 0; i < wait->soon_count; i++) {
		uint32_t index = wait->soon[i];
		if (wait->marks[index] & SOON)
			poll_future(wait, index, NULL);
		if (wait->marks[index] & SOON)
			wait->soon[kept++] = index;
		else
			wait->marks[index] &= (uint8_t)~LISTED;
	}
	wait->soon_count = kept;
}

/* Ends: a future that is polled here wants its next poll later than now, or not by the clock. */
static void poll_due(struct wait *wait)
{
	if (wait->deadlines.count == 0)
		return;
	uint64_t now = os_now();
	while (wait->deadlines.count > 0 && wait->deadlines.heap[0].time <= now) {
		wait->progress = true;
		poll_future(wait, wait->deadlines.heap[0].future, NULL);
	}
}

/* The futures in turn, again and again. */
static size_t next_in_turn(struct wait *wait)
{
	size_t index = wait->cursor;
	wait->cursor = index + 1 < wait->n ? index + 1 : 0;
	return index;
}

/* A future with these marks, among some that are looked at in turn; n when there was none. */
static size_t find(struct wait *wait, uint8_t marks)
{
	for (size_t looked = 0; looked < wait->n && looked < CHECK_COUNT; looked++) {
		size_t index = next_in_turn(wait);
		if ((wait->marks[index] & marks) == marks)
			return index;
	}
	return wait->n;
}

/* Lets a future that would do so have a piece of work done by this thread. */
static void offer_time(struct wait *wait)
{
	size_t index = wait->lenders > 0 ? find(wait, LENDS) : wait->n;
	if (index == wait->n)
		return;
	poll_future(wait, index, &future_time_offer);
	if (wait->marks[index] & SOON)
		wait->rounds = 0; /* it took the offer */
}

/* Polls some of those that should have called their waker, when it is time to; whether it was. */
static bool check_silent(struct wait *wait, uint64_t now)
{
	if (wait->check == 0)
		wait->check = now + CHECK_FIRST;
	if (now < wait->check)
		return false;
	wait->check = now + CHECK_EVERY;
	unsigned polls = 0;
	for (size_t looked = 0; looked < wait->n && looked < CHECK_LOOKS; looked++) {
		size_t index = next_in_turn(wait);
		if (!(wait->marks[index] & WAKES))
			continue;
		poll_future(wait, index, NULL);
		if (++polls == CHECK_COUNT)
			break;
	}
	return true;
}

static bool several_cpus(void)
{
	static _Atomic unsigned usable; /* 0: not asked yet; whoever asks finds the same */
	unsigned cpus = atomic_load_explicit(&usable, memory_order_relaxed);
	if (cpus == 0) {
		cpus = os_usable_cpus();
		atomic_store_explicit(&usable, cpus, memory_order_relaxed);
	}
	return cpus > 1;
}

static uint64_t earlier(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

static void spin(struct wait *wait, uint64_t until)
{
	while (!ready_set_is_marked(wait->ready) && os_now() < until)
		cpu_pause();
}

static void sleep_until(struct ready_set *ready, uint64_t time)
{
	event_prepare(&ready->event);
	if (ready_set_is_marked(ready))
		event_cancel(&ready->event);
	else
		event_sleep(&ready->event, time);
}

/* After a round that brought nothing. */
static void rest(struct wait *wait, uint64_t deadline)
{
	unsigned round = wait->rounds++;
	if (wait->soon_count > 0) {
		if (round < SPIN_ROUNDS && several_cpus())
			return;
		if (round < SPIN_ROUNDS + YIELD_ROUNDS) {
			os_yield();
			return;
		}
	}
	uint64_t now = os_now();
	if (check_silent(wait, now))
		return;
	if (wait->soon_count > 0) {
		deadline = earlier(deadline, now + wait->nap);
		wait->nap = earlier(2 * wait->nap, NAP_MAX);
	} else if (several_cpus()) {
		spin(wait, now + SPIN_TIME);
	}
	if (wait->deadlines.count > 0)
		deadline = earlier(deadline, wait->deadlines.heap[0].time);
	sleep_until(wait->ready, earlier(deadline, wait->check));
}

static bool run(struct wait *wait, uint64_t deadline)
{
	start(wait);
	while (wait->pending > 0) {
		wait->progress = false;
		poll_marked(wait);
		poll_soon(wait);
		poll_due(wait);
		if (!wait->progress)
			offer_time(wait);
		if (wait->progress) {
			wait->rounds = 0;
			wait->nap = NAP_MIN;
			continue;
		}
		if (deadline != OS_NEVER && os_now() >= deadline)
			return false;
		rest(wait, deadline);
	}
	return true;
}

static void wake_nobody(void *data)
{
	(void)data;
}

/* Without memory: every future in every round, and one waker, or none, for all of them. */
static bool poll_in_rounds(struct future *futs[], size_t n, struct ready_set *ready,
			   uint64_t deadline)
{
	_Atomic uint32_t nobody = 0;
	struct future_notifier notifier = {.waker = {NULL, wake_nobody}};
	if (ready != NULL)
		notifier.waker = (struct future_waker){ready_set_handle(ready, 0), ready_set_mark};

	for (;;) {
		size_t pending = 0;
		size_t number;
		void *handle;
		if (ready != NULL)
			for (ready_set_take(ready); ready_set_next(ready, &number, &handle);)
				continue;
		for (size_t i = 0; i < n; i++)
			pending += future_poll(futs[i], &notifier) != FUTURE_STATE_COMPLETE;
		uint64_t now = os_now();
		if (pending == 0 || now >= deadline)
			return pending == 0;
		if (ready != NULL)
			sleep_until(ready, earlier(deadline, now + NAP_MAX));
		else
			os_sleep(&nobody, 0, earlier(deadline, now + NAP_MAX));
	}
}

/* Bytes of the lists, for each future. */
#define LISTS_SIZE (sizeof(struct deadline) + 2 * sizeof(uint32_t) + sizeof(uint8_t))

bool wait_for_all(struct future *futs[], size_t n, uint64_t deadline)
{
	struct deadline heap[FEW];
	uint32_t places[FEW] = {0};
	uint32_t soon[FEW];
	uint8_t marks[FEW];
	struct wait wait = {
		.futs = futs,
		.n = n,
		.ready = ready_set_acquire(n),
		.deadlines = {.heap = heap, .places = places},
		.soon = soon,
		.marks = marks,
		.nap = NAP_MIN,
		.notifier = {.waker = {NULL, ready_set_mark}},
	};
	void *lists = NULL;
	if (n > FEW && n < UINT32_MAX)
		lists = os_allocate(n * LISTS_SIZE);
	if (lists != NULL) {
		wait.deadlines.heap = lists;
		wait.deadlines.places = (uint32_t *)(wait.deadlines.heap + n);
		wait.soon = wait.deadlines.places + n;
		wait.marks = (uint8_t *)(wait.soon + n);
	}
	bool complete = wait.ready != NULL && (n <= FEW || lists != NULL)
				? run(&wait, deadline)
				: poll_in_rounds(futs, n, wait.ready, deadline);
	os_free(lists);
	if (wait.ready != NULL)
		ready_set_release(wait.ready);
	return complete;
}
