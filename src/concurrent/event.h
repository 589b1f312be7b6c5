/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/*
 * event.h -- one thread sleeps until a condition of its own holds; any thread, also in a signal
 * handler, makes it hold and wakes it.
 *
 * The sleeper                            Whoever wakes
 *   event_prepare: state = ASLEEP          makes the condition hold
 *   looks at the condition once more       event_signal: state ASLEEP?
 *     it holds: event_cancel                 then AWAKE, and a futex wake
 *     it does not: event_sleep
 *
 * No wake-up is lost: either side stores first and loads then, all four sequentially consistent, so
 * at least one of the two sees what the other stored. The condition must be stored with
 * memory_order_seq_cst too, and looked at so. A signal costs one load while nobody sleeps, and of
 * several signals only the one that turns ASLEEP into AWAKE makes a system call.
 *
 * A sleeper that expects to be woken soon prepares with SPINNING, and after the look at its
 * condition spins: a signal then finds nobody in the kernel, and makes no system call. When the
 * time to spin is over it turns SPINNING into ASLEEP, which fails if a signal came first, and
 * sleeps.
 *
 * An event may have a bell as well, a descriptor that an event loop watches while nobody sleeps
 * here: event_prepare then says that somebody watches, and a signal rings it.
 *
 * A signal's last touch is the futex wake, which uses the address alone, and the ring. An event
 * that may be signalled late lies in memory that is never freed, and its bell is never closed.
 *
 * proofs/event.pml checks this.
 */

#ifndef MINIASYNC_CONCURRENT_EVENT_H
#define MINIASYNC_CONCURRENT_EVENT_H

#include <stdatomic.h>
#include <stdbool.h>

#include "concurrent/yield_point.h"
#include "platform/cpu.h"
#include "platform/os.h"

enum { EVENT_AWAKE, EVENT_ASLEEP, EVENT_SPINNING };

struct event {
	_Atomic uint32_t state; /* zeroed memory is an event */
	_Atomic int bell;       /* set once, before event_prepare; 0: none */
};

static inline void event_prepare(struct event *event)
{
	atomic_store_explicit(&event->state, EVENT_ASLEEP, memory_order_seq_cst);
	yield_point();
}

static inline void event_prepare_to_spin(struct event *event)
{
	atomic_store_explicit(&event->state, EVENT_SPINNING, memory_order_seq_cst);
	yield_point();
}

/*
 * Spins until signalled: true; or until the time is over: false, and event_sleep is next. Like
 * event_cancel it orders nothing; a load that comes late only spins on, for the exchange decides.
 */
static inline bool event_spin(struct event *event, uint64_t until)
{
	uint32_t spinning = EVENT_SPINNING;
	while (atomic_load_explicit(&event->state, memory_order_relaxed) == EVENT_SPINNING) {
		yield_point();
		if (os_now() >= until)
			return !atomic_compare_exchange_strong_explicit(
				&event->state, &spinning, EVENT_ASLEEP, memory_order_seq_cst,
				memory_order_relaxed);
		cpu_pause();
	}
	return true;
}

/* Orders nothing: whoever leaves looks at its condition again before it sleeps again. */
static inline void event_cancel(struct event *event)
{
	atomic_store_explicit(&event->state, EVENT_AWAKE, memory_order_relaxed);
}

/* Returns when signalled, at the deadline, or for no reason. */
static inline void event_sleep(struct event *event, uint64_t deadline)
{
	os_sleep(&event->state, EVENT_ASLEEP, deadline);
	event_cancel(event);
}

static inline void event_signal(struct event *event)
{
	yield_point();
	if (atomic_load_explicit(&event->state, memory_order_seq_cst) != EVENT_AWAKE &&
	    atomic_exchange_explicit(&event->state, EVENT_AWAKE, memory_order_seq_cst) ==
		    EVENT_ASLEEP) {
		int bell = atomic_load_explicit(&event->bell, memory_order_relaxed);
		os_wake(&event->state);
		if (bell != 0)
			os_bell_ring(bell);
	}
}

#endif
