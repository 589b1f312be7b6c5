/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/*
 * completion.h -- one thread finishes something; another, which watches it, is called then, and can
 * tell when the call is over.
 *
 *   PENDING    not finished; the call that was registered last will be made
 *   FINISHING  what the finisher wrote before is visible; the call is being made
 *   COMPLETE   the call has returned, and the finisher touches nothing of it any more
 *
 * Two cells hold the call. The state names the cell in force. The watcher writes only the other
 * one, and puts it in force by a compare-exchange that fails unless still PENDING; the finisher
 * reads only the one in force at the step to FINISHING. So neither ever reads what the other is
 * writing, and a registration either precedes that step, and then it is called, or fails, and then
 * the watcher knows. Release on the watcher's exchange pairs with acquire on the finisher's step:
 * the cell. Release on that step and on the store of COMPLETE pairs with the watcher's acquire: the
 * result.
 *
 * One watcher at a time; watchers may change between calls, as pollers do. There is one finisher
 * that finishes once (completion_finish), or there are any number that may (completion_set): then
 * it is the one that turned PENDING into FINISHING, and for the others nothing is left to do. All
 * steps of those are read-modify-writes, and so is completion_reset, which makes COMPLETE pending
 * again: it reads from each of them before it, in one release sequence, and its caller sees what
 * all of them had written. A finisher that comes later finds PENDING and an empty cell, which the
 * reset released and it acquires.
 *
 * proofs/completion.pml checks this for the one finisher that finishes once, and
 * proofs/completion_set.pml for the others.
 */

#ifndef MINIASYNC_CONCURRENT_COMPLETION_H
#define MINIASYNC_CONCURRENT_COMPLETION_H

#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>

#include "concurrent/yield_point.h"

enum completion_phase {
	COMPLETION_PENDING = 0,
	COMPLETION_FINISHING = 1,
	COMPLETION_COMPLETE = 3, /* FINISHING within: finishing again changes nothing */
};

#define COMPLETION_PHASE_MASK UINT32_C(3)
#define COMPLETION_CELL UINT32_C(4)

struct completion_call {
	void (*function)(void *data); /* NULL: nobody is called */
	void *data;
};

struct completion {
	_Atomic uint32_t state;
	struct completion_call cells[2];
};

/* Makes it pending, with the first call. Before the finisher can reach it. */
static inline void completion_begin(struct completion *completion, struct completion_call call)
{
	completion->cells[0] = call;
	atomic_store_explicit(&completion->state, COMPLETION_PENDING, memory_order_relaxed);
}

static inline enum completion_phase completion_phase(struct completion *completion)
{
	return (enum completion_phase)(
		atomic_load_explicit(&completion->state, memory_order_acquire) &
		COMPLETION_PHASE_MASK);
}

/* The watcher: has this call made instead, if there is still time. The phase it found. */
static inline enum completion_phase completion_watch(struct completion *completion,
						     struct completion_call call)
{
	uint32_t state = atomic_load_explicit(&completion->state, memory_order_acquire);
	if ((state & COMPLETION_PHASE_MASK) == COMPLETION_PENDING) {
		uint32_t spare = state ^ COMPLETION_CELL;
		struct completion_call *now = &completion->cells[state / COMPLETION_CELL];
		if (now->function == call.function && now->data == call.data)
			return COMPLETION_PENDING;
		completion->cells[spare / COMPLETION_CELL] = call;
		yield_point();
		if (atomic_compare_exchange_strong_explicit(&completion->state, &state, spare,
							    memory_order_release,
							    memory_order_acquire))
			return COMPLETION_PENDING;
	}
	return (enum completion_phase)(state & COMPLETION_PHASE_MASK);
}

/* The watcher of one that is COMPLETE: makes it pending again, with nobody to be called. */
static inline void completion_reset(struct completion *completion)
{
	completion->cells[0] = (struct completion_call){NULL, NULL};
	yield_point();
	atomic_exchange_explicit(&completion->state, COMPLETION_PENDING, memory_order_acq_rel);
}

/* The finisher: makes what it wrote visible, then the call. It touches nothing after this. */
void completion_finish(struct completion *completion);

/*
 * One of several finishers: the same, unless it is finished already. Async-signal-safe, if the call
 * is. The watcher cannot have the call made again.
 */
void completion_set(struct completion *completion);

/*
 * The watcher of one that is FINISHING and cannot say so: makes the call once more itself, so that
 * it looks again. Nothing happens when this is such a call already, which would only go on for
 * ever.
 */
void completion_call_again(struct completion *completion);

#endif
