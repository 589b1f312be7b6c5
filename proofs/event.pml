/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/*
 * event.pml -- W1 of park and wake: a sleeper whose condition is made to hold does not go on
 * sleeping. Signallers (event_signal, after a sequentially consistent store of the condition) give
 * one thing each, GIFTS times; the sleeper (event_prepare, the look, event_cancel or event_sleep)
 * ends when it has taken all. With SPINS it prepares to spin, and sleeps when that is over. A wake-up that is lost leaves it asleep: an invalid end state.
 *
 * Memory orders: event.inc.
 *
 * holds: -DSIGNALLERS=1 -DGIFTS=4
 * holds: -DSIGNALLERS=2 -DGIFTS=2
 * holds: -DSIGNALLERS=2 -DGIFTS=2 -DSPURIOUS=3
 * holds: -DSIGNALLERS=3 -DGIFTS=1
 * holds: -DSPINS -DSIGNALLERS=1 -DGIFTS=4
 * holds: -DSPINS -DSIGNALLERS=3 -DGIFTS=1
 * fails: -DSIGNALLERS=1 -DGIFTS=1 -DBROKEN_NO_SECOND_LOOK
 * fails: -DSIGNALLERS=1 -DGIFTS=1 -DBROKEN_RELAXED_PREPARE
 * fails: -DSIGNALLERS=1 -DGIFTS=1 -DBROKEN_RELAXED_CONDITION
 * fails: -DSPINS -DSIGNALLERS=1 -DGIFTS=1 -DBROKEN_SPIN_STORES
 */

#define EVENTS 1
#include "event.inc"

byte given; /* and not taken yet: the condition */

proctype signaller()
{
	byte i;
	for (i : 1 .. GIFTS) {
#ifdef BROKEN_RELAXED_CONDITION
		/* The store of the condition passes the load of the state. */
		if
		:: state[0] == ASLEEP -> given++; event_signal(0)
		:: state[0] == AWAKE -> given++
		fi
#else
		given++;
		event_signal(0)
#endif
	}
}

proctype sleeper()
{
	byte taken;
	do
	:: atomic { taken = taken + given; given = 0 };
		if
		:: taken == SIGNALLERS * GIFTS -> break
		:: else
		fi;
#ifdef BROKEN_NO_SECOND_LOOK
		event_prepare(0);
		event_sleep(0)
#else
#ifdef BROKEN_RELAXED_PREPARE
		/* The look passes the store of ASLEEP; or it is written so. */
		if
		:: given > 0
		:: given == 0 -> event_prepare(0); event_sleep(0)
		fi
#else
#ifdef SPINS
		event_prepare_to_spin(0);
#else
		event_prepare(0);
#endif
		if
		:: given > 0 -> event_cancel(0)
		:: given == 0 ->
#ifdef SPINS
			event_spin_and_sleep(0)
#else
			event_sleep(0)
#endif
		fi
#endif
#endif
	od
}

init
{
	byte i;
	atomic {
		for (i : 1 .. SIGNALLERS) {
			run signaller()
		}
		run sleeper()
	}
}
