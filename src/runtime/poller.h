/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/*
 * poller.h -- polls a number of futures, each when its latest answer says that it is worth while,
 * and rests in between. One thread at a time uses a poller; waits over arrays (wait.c) and the
 * growing set of a runtime (set.c) are made of it.
 *
 * A future's answer decides when it is polled again:
 *
 *   WAKER            when its handle in the ready set is marked
 *   a time           when the heap of deadlines says so, too
 *   NONE, or POLLER  in the next round ("soon")
 *
 * One that was marked within its poll, by its own thread, is polled in the next round, too.
 *
 * Other threads reach only the ready set, whose memory outlives every wait. So a poller may end and
 * leave futures pending whose wakers are called later.
 */

#ifndef MINIASYNC_RUNTIME_POLLER_H
#define MINIASYNC_RUNTIME_POLLER_H

#include <stdbool.h>

#include <libminiasync/future.h>

#include "concurrent/ready_set.h"
#include "platform/os.h"
#include "runtime/deadlines.h"

/* What is known of a future; 0: nothing, it is not waited for. */
enum {
	POLLER_PENDING = 1, /* to be waited for */
	POLLER_STARTED = 2, /* polled once */
	POLLER_SOON = 4,    /* its latest answer: poll again soon */
	POLLER_LISTED = 8,  /* it is on the list of those */
	POLLER_LENDS = 16,  /* its latest answer: would take this thread's time */
	POLLER_WAKES = 32,  /* its latest answer: the waker will be called */
	POLLER_TIMED = 64,  /* its latest answer: a time, which it has among the deadlines */
	POLLER_AGAIN = 128, /* it was marked within its latest poll */
};

struct poller {
	struct future **futs; /* by index; those without marks are not looked at */
	size_t n;
	size_t pending; /* how many are waited for */
	struct ready_set *ready;
	char *leaf;       /* the handle of the first of 64 futures, the ones polled last */
	size_t leaf_from; /* its index, or POLLER_NO_LEAF: not looked up */
	struct deadlines deadlines;
	uint32_t *soon; /* the list of those to poll in the next round: by index, the next one */
	uint32_t soon_first; /* if there is one */
	uint32_t soon_last;  /* likewise */
	uint32_t soon_count;
	uint8_t *marks;    /* by index */
	uint64_t *promise; /* that this thread will offer its time next, or NULL */
	size_t lenders;    /* how many marks say LENDS */
	size_t wakers;     /* and WAKES */
	size_t again;      /* and AGAIN: then there is no rest */
	size_t cursor;     /* where the next search among the futures begins */
	bool in_pass;      /* a pass over the ready set is not over */
	bool progress;     /* this round brought something */
	unsigned rounds;   /* that brought nothing, since one did */
	unsigned busy;     /* rounds that brought something */
	uint64_t nap;      /* how long the latest one was */
	uint64_t check;    /* when to poll those that never wake; 0: not asked yet */
	void (*completed)(struct poller *poller, size_t index); /* NULL: nobody wants to know */
	struct future_notifier notifier;
};

#define POLLER_NO_LEAF (SIZE_MAX / 2 + 1) /* far from every index */

/* Bytes that the lists of one future take: what poller_begin is given n of. */
#define POLLER_LISTS_SIZE (sizeof(struct deadline) + 2 * sizeof(uint32_t) + sizeof(uint8_t))

/* The lists are zeroed, or each future is expected before anything else. */
void poller_begin(struct poller *poller, struct future *futs[], size_t n, struct ready_set *ready,
		  void *lists);

/* Has a future waited for that the caller is to poll for the first time. */
static inline void poller_expect(struct poller *poller, size_t index)
{
	poller->deadlines.places[index] = 0;
	poller->marks[index] = POLLER_PENDING;
	poller->pending++;
}

/* Lets the lists lie elsewhere, for n futures, where the old ones have been copied to. */
void poller_move(struct poller *poller, struct future *futs[], size_t n, void *lists);

/* Has one more future waited for; its first poll comes with the next round, by a mark. */
void poller_add(struct poller *poller, size_t index);

/* Stops waiting for a future. */
void poller_remove(struct poller *poller, size_t index);

/* Stops waiting for a future, because it is complete. */
void poller_complete(struct poller *poller, size_t index);

/* Polls a future that is waited for, now; whether it is complete. */
bool poller_poll(struct poller *poller, size_t index);

/* Starts resting anew, after something that brought progress. */
static inline void poller_reset_rest(struct poller *poller)
{
	poller->rounds = 0;
	poller->nap = 0;
}

/*
 * Offers this thread's time to a future that would take it; whether it was taken, and there may be
 * more to do.
 */
bool poller_offer_time(struct poller *poller);

/* Polls what is due, at most limit futures for each reason; whether that brought anything. */
bool poller_round(struct poller *poller, size_t limit);

/*
 * Polls the futures that want it soon, several times in a row as long as there is nothing else to
 * do; whether that brought anything.
 */
bool poller_spin(struct poller *poller);

/* When something is to be polled next if nothing is marked: a future's time, or the check's. */
uint64_t poller_next_time(struct poller *poller);

/*
 * Polls some of those that promised to call their waker and have been silent, when it is time to
 * (the contract's W5), a few at a time, in turn; whether it was.
 */
bool poller_check_silent(struct poller *poller, uint64_t now);

/*
 * Rests after a round that brought nothing: until a mark, the next time or the deadline. It may
 * return without cause. Before that, the thread's time is offered to a future that would take it.
 */
void poller_rest(struct poller *poller, uint64_t deadline);

/*
 * For a thread that rests elsewhere, in an event loop: until when, unless something is marked; 0
 * when a round would find something to poll now.
 */
uint64_t poller_rest_until(struct poller *poller);

static inline uint64_t earlier(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

#endif
