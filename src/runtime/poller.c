/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/*
 * poller.c -- see poller.h: what is polled in a round.
 */

#include "runtime/poller.h"

#define MICROSECONDS UINT64_C(1000)
#define MILLISECONDS UINT64_C(1000000)

/* How often those that want polling soon are polled before anything else is looked at. */
#define SPIN_TURNS 16
/* When futures that never call their waker are polled, how many at a time, of how many others. */
#define CHECK_FIRST (32 * MILLISECONDS)
#define CHECK_EVERY (64 * MILLISECONDS)
#define CHECK_COUNT 64
#define CHECK_LOOKS 4096
/* Rounds between looks at the clock while each brings something. */
#define BUSY_ROUNDS 256

void poller_move(struct poller *poller, struct future *futs[], size_t n, void *lists)
{
	poller->futs = futs;
	poller->n = n;
	poller->deadlines.heap = lists;
	poller->deadlines.places = (uint32_t *)(poller->deadlines.heap + n);
	poller->soon = poller->deadlines.places + n;
	poller->marks = (uint8_t *)(poller->soon + n);
}

/* Member by member, and no more of the lists than must be: even a wait for one begins here. */
void poller_begin(struct poller *poller, struct future *futs[], size_t n, struct ready_set *ready,
		  void *lists)
{
	poller_move(poller, futs, n, lists);
	poller->pending = 0;
	poller->ready = ready;
	poller->leaf_from = POLLER_NO_LEAF;
	poller->deadlines.count = 0;
	poller->soon_count = 0;
	poller->promise = NULL;
	poller->lenders = 0;
	poller->wakers = 0;
	poller->again = 0;
	poller->cursor = 0;
	poller->in_pass = false;
	poller->progress = false;
	poller->busy = 0;
	poller->check = 0;
	poller->completed = NULL;
	poller->notifier.waker = (struct future_waker){NULL, ready_set_mark};
	poller_reset_rest(poller);
}

static void set_marks(struct poller *poller, size_t index, uint8_t marks)
{
	uint8_t before = poller->marks[index];
	poller->lenders -= (before & POLLER_LENDS) != 0;
	poller->lenders += (marks & POLLER_LENDS) != 0;
	poller->wakers -= (before & POLLER_WAKES) != 0;
	poller->wakers += (marks & POLLER_WAKES) != 0;
	poller->again -= (before & POLLER_AGAIN) != 0;
	poller->again += (marks & POLLER_AGAIN) != 0;
	poller->marks[index] = marks;
}

static inline void list_soon(struct poller *poller, uint32_t index)
{
	if (poller->soon_count++ == 0)
		poller->soon_first = index;
	else
		poller->soon[poller->soon_last] = index;
	poller->soon_last = index;
}

static inline uint32_t take_soon(struct poller *poller)
{
	uint32_t index = poller->soon_first;
	poller->soon_first = poller->soon[index];
	poller->soon_count--;
	return index;
}

/* What the answer of a pending future makes of its marks. */
static unsigned marks_of_answer(const struct future_notifier *notifier, unsigned before)
{
	unsigned marks = (before & POLLER_LISTED) | POLLER_PENDING | POLLER_STARTED;
	uint32_t within = notifier->poll_within_us;

	if (within != 0)
		marks |= POLLER_TIMED;
	if (notifier->notifier_used == FUTURE_NOTIFIER_WAKER) {
		marks |= POLLER_WAKES;
		if (notifier->poller.ptr_to_monitor == &future_time_offer)
			marks |= POLLER_LENDS;
	} else if (notifier->notifier_used != FUTURE_NOTIFIER_NONE || within == 0) {
		marks |= POLLER_SOON;
	}
	return marks;
}

/*
 * An answer that is no invitation leaves the promise unkept, and something behind it may count on
 * that: the next poll takes the promise back. Where that is far away, because the future wakes, the
 * check of the silent comes before.
 */
MINIASYNC_OUT_OF_LINE void change_marks(struct poller *poller, size_t index, unsigned marks)
{
	if (!(marks & POLLER_WAKES))
		poller->promise = NULL;
	if (marks & POLLER_TIMED)
		deadlines_set(&poller->deadlines, (uint32_t)index,
			      os_now() + poller->notifier.poll_within_us * MICROSECONDS);
	else
		deadlines_clear(&poller->deadlines, (uint32_t)index);
	if ((marks & (POLLER_SOON | POLLER_AGAIN)) && !(marks & POLLER_LISTED)) {
		list_soon(poller, (uint32_t)index);
		marks |= POLLER_LISTED;
	}
	set_marks(poller, index, (uint8_t)marks);
}

/* Keeps what a pending future answered, for the rounds to come: mostly what it did before. */
static inline void heed_answer(struct poller *poller, size_t index, bool again)
{
	unsigned before = poller->marks[index];
	unsigned marks = marks_of_answer(&poller->notifier, before);
	if (again)
		marks |= POLLER_AGAIN;
	if (marks != before || (marks & POLLER_TIMED))
		change_marks(poller, index, marks);
}

void poller_remove(struct poller *poller, size_t index)
{
	deadlines_clear(&poller->deadlines, (uint32_t)index);
	set_marks(poller, index, poller->marks[index] & POLLER_LISTED);
	poller->pending--;
}

static inline void complete(struct poller *poller, size_t index)
{
	if (poller->marks[index] == POLLER_PENDING) { /* as most that complete at once */
		poller->marks[index] = 0;
		poller->pending--;
	} else {
		poller_remove(poller, index);
	}
	poller->progress = true;
	if (poller->completed != NULL)
		poller->completed(poller, index);
}

void poller_complete(struct poller *poller, size_t index)
{
	complete(poller, index);
}

/* Polls a future whose handle in the ready set is given; whether it is complete. */
static inline bool poll_future(struct poller *poller, size_t index, void *handle, uint64_t *offer)
{
	poller->notifier.waker.data = handle;
	poller->notifier.poller.ptr_to_monitor = offer;
	if (future_poll(poller->futs[index], &poller->notifier) != FUTURE_STATE_COMPLETE)
		return false;
	complete(poller, index);
	return true;
}

/* And heeds what it answers if it is not, and, of one that wakes, that it was marked meanwhile. */
static bool poll_by_handle(struct poller *poller, size_t index, void *handle, uint64_t *offer)
{
	bool wakes = (poller->marks[index] & POLLER_WAKES) != 0;
	if (wakes)
		ready_set_begin_poll(poller->ready, handle);
	bool completed = poll_future(poller, index, handle, offer);
	bool again = wakes && ready_set_end_poll(poller->ready);
	if (!completed)
		heed_answer(poller, index, again);
	return completed;
}

/* With fewer handles than futures, for lack of memory, several share one. */
MINIASYNC_OUT_OF_LINE void find_leaf(struct poller *poller, size_t index)
{
	poller->leaf_from = index & ~(size_t)63;
	poller->leaf = ready_set_handle(poller->ready, poller->leaf_from % poller->ready->capacity);
}

static inline void *handle_of(struct poller *poller, size_t index)
{
	if (index - poller->leaf_from >= 64)
		find_leaf(poller, index);
	return poller->leaf + (index - poller->leaf_from);
}

bool poller_poll(struct poller *poller, size_t index)
{
	return poll_by_handle(poller, index, handle_of(poller, index), poller->promise);
}

void poller_add(struct poller *poller, size_t index)
{
	poller->marks[index] |= POLLER_PENDING;
	poller->pending++;
	ready_set_mark(handle_of(poller, index));
}

static void poll_marked(struct poller *poller, size_t limit)
{
	size_t number;
	void *handle;

	if (!poller->in_pass) {
		if (!ready_set_is_marked(poller->ready))
			return;
		ready_set_take(poller->ready);
	}
	poller->progress = true;
	poller->in_pass = true;
	while (limit-- > 0) {
		if (!ready_set_next(poller->ready, &number, &handle)) {
			poller->in_pass = false;
			return;
		}
		for (size_t i = number; i < poller->n; i += poller->ready->capacity)
			if (poller->marks[i] & POLLER_PENDING)
				poll_by_handle(poller, i, handle, poller->promise);
	}
}

static inline void poll_next_soon(struct poller *poller)
{
	uint32_t index = take_soon(poller);
	if (poller->marks[index] & (POLLER_SOON | POLLER_AGAIN))
		poller_poll(poller, index);
	if (poller->marks[index] & (POLLER_SOON | POLLER_AGAIN))
		list_soon(poller, index);
	else
		poller->marks[index] &= (uint8_t)~POLLER_LISTED;
}

static void poll_soon(struct poller *poller, size_t limit)
{
	for (size_t left = poller->soon_count; left > 0 && limit > 0; left--, limit--)
		poll_next_soon(poller);
}

bool poller_spin(struct poller *poller)
{
	poller->progress = false;
	for (unsigned turn = 0; turn < SPIN_TURNS && !poller->progress; turn++) {
		if (poller->deadlines.count > 0 || ready_set_is_marked(poller->ready))
			break;
		for (size_t left = poller->soon_count; left > 0; left--)
			poll_next_soon(poller);
	}
	return poller->progress;
}

/* A future that is polled here wants its next poll later than now, or not by the clock. */
static void poll_due(struct poller *poller, size_t limit)
{
	struct deadlines *deadlines = &poller->deadlines;
	if (deadlines->count == 0)
		return;
	uint64_t now = os_now();
	for (; deadlines->count > 0 && deadlines->heap[0].time <= now && limit > 0; limit--) {
		poller->progress = true;
		poller_poll(poller, deadlines->heap[0].future);
	}
}

bool poller_round(struct poller *poller, size_t limit)
{
	poller->progress = false;
	poll_marked(poller, limit);
	poll_soon(poller, limit);
	poll_due(poller, limit);
	poller->progress |= poller->again > 0;
	if (poller->progress) {
		poller_reset_rest(poller);
		/* Who is never at rest has to think of the silent all the same. */
		if (++poller->busy % BUSY_ROUNDS == 0)
			poller_check_silent(poller, os_now());
	}
	return poller->progress;
}

uint64_t poller_next_time(struct poller *poller)
{
	uint64_t first = poller->deadlines.count > 0 ? poller->deadlines.heap[0].time : OS_NEVER;
	if (poller->wakers == 0)
		return first; /* nobody can be silent */
	if (poller->check == 0)
		poller->check = os_now() + CHECK_FIRST;
	return earlier(first, poller->check);
}

/*
 * The futures in turn, again and again: from the last to the first, since who works for them began
 * with the first.
 */
static size_t next_in_turn(struct poller *poller)
{
	poller->cursor = (poller->cursor == 0 ? poller->n : poller->cursor) - 1;
	return poller->cursor;
}

/*
 * Polls a future without cause. That it wants nothing then takes nothing back: if there had been
 * something to do it would have called its waker, as it has promised, and an operation of a program
 * that was compiled against 0.2.1 says so in its first poll only. But one that was cancelled, which
 * calls nobody, may have come here to what it promised nothing of: a chain to its next entry. It is
 * not polled by the promise: should nobody have invited the offer, that one is taken back.
 */
static void poll_silent(struct poller *poller, size_t index)
{
	const struct future_notifier *answer = &poller->notifier;
	if (poll_future(poller, index, handle_of(poller, index), NULL))
		return;
	if (answer->notifier_used != FUTURE_NOTIFIER_NONE || answer->poll_within_us != 0 ||
	    future_context_is_canceled(&poller->futs[index]->context))
		heed_answer(poller, index, false);
}

bool poller_check_silent(struct poller *poller, uint64_t now)
{
	if (poller->check == 0)
		poller->check = now + CHECK_FIRST;
	if (now < poller->check)
		return false;
	poller->check = now + CHECK_EVERY;
	if (poller->wakers == 0)
		return false;
	unsigned polls = 0;
	for (size_t looked = 0; looked < poller->n && looked < CHECK_LOOKS; looked++) {
		size_t index = next_in_turn(poller);
		if (!(poller->marks[index] & POLLER_WAKES))
			continue;
		poll_silent(poller, index);
		if (++polls == CHECK_COUNT)
			break;
	}
	return true;
}

bool poller_offer_time(struct poller *poller)
{
	if (poller->lenders == 0)
		return false;
	for (size_t looked = 0; looked < poller->n && looked < CHECK_COUNT; looked++) {
		size_t index = next_in_turn(poller);
		if (!(poller->marks[index] & POLLER_LENDS))
			continue;
		poller->progress = false;
		poll_by_handle(poller, index, handle_of(poller, index), &future_time_offer);
		return poller->progress ||
		       (poller->marks[index] & (POLLER_SOON | POLLER_AGAIN | POLLER_LENDS));
	}
	return false;
}
