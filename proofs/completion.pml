/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/*
 * completion.pml -- src/concurrent/completion.h: the call that was registered last is made, the
 * watcher can tell when it is over, and nobody reads what another is writing.
 *
 * The watcher runs completion_begin, then completion_watch with a new call each time, WATCHES times
 * at most, then completion_phase and completion_call_again, until it finds COMPLETE; the finisher
 * runs completion_finish. They do this LIVES times with the same completion, as a slot is used
 * again and again; the finisher gets to know of it through a queue (release, acquire).
 *
 * Not modelled: completion_set and completion_reset, with which several may finish
 * (completion_set.pml).
 *
 * Checked: the finisher makes the call in force (W4); who was told PENDING is called (W1); when
 * COMPLETE was found, no call is being made, nor will be (W3); and no plain access races.
 *
 * Memory orders: all are weaker than sequentially consistent, and one atomic word is all that there
 * is: word.inc.
 *
 * holds: -DWATCHES=3 -DLIVES=1
 * holds: -DWATCHES=2 -DLIVES=2
 * holds: -DWATCHES=0 -DLIVES=2
 * fails: -DWATCHES=1 -DLIVES=1 -DBROKEN_ONE_CELL
 * fails: -DWATCHES=1 -DLIVES=1 -DBROKEN_PLAIN_STEP
 * fails: -DWATCHES=1 -DLIVES=1 -DBROKEN_COMPLETE_BEFORE_CALL
 * fails: -DWATCHES=1 -DLIVES=1 -DBROKEN_RELAXED_EXCHANGE
 * fails: -DWATCHES=0 -DLIVES=1 -DBROKEN_RELAXED_STEP
 * fails: -DWATCHES=0 -DLIVES=2 -DBROKEN_RELAXED_COMPLETE
 * fails: -DWATCHES=1 -DLIVES=1 -DBROKEN_RELAXED_FAILURE
 */

#define WATCHER 0
#define FINISHER 1

#define PENDING 0
#define FINISHING 1
#define COMPLETE 3
#define PHASE(value) (value & 3)
#define CELL(value) (value >> 2)

/* Plain locations: the two cells, and what the finisher wrote before it finished. */
#define RESULT 2
#define LOCATIONS 3
#define THREADS 2
#define VALUES (1 + LIVES * (WATCHES + 3))
#include "word.inc"

byte cells[2];      /* the calls, by number */
byte in_force;      /* the call that is to be made */
byte called;        /* the call that the finisher has made; 0: none yet */
bool calling;       /* it is making it */
bool was_complete;  /* the watcher has found COMPLETE */
byte life;          /* handed to the finisher through a queue */

inline begin(call)
{
	atomic {
		plain_write(WATCHER, 0);
		cells[0] = call;
		store(WATCHER, PENDING, false, 0);
		in_force = call;
		called = 0;
		was_complete = false
	}
}

/* completion_watch; found says which phase. */
inline watch(call)
{
	atomic { load(WATCHER, at); state = values[at] };
	found = PHASE(state);
	if
	:: found == PENDING ->
		atomic { plain_read(WATCHER, CELL(state)) }; /* the same call would end here */
#ifdef BROKEN_ONE_CELL
		spare = CELL(state);
#else
		spare = 1 - CELL(state);
#endif
		atomic { plain_write(WATCHER, spare); cells[spare] = call };
		atomic {
			if
			:: values[last] == state ->
#ifdef BROKEN_RELAXED_EXCHANGE
				store(WATCHER, spare << 2, false, beside[last - 1]);
#else
				store(WATCHER, spare << 2, true, beside[last - 1]);
#endif
				in_force = call;
				promised = call
			:: values[last] != state ->
				found = PHASE(values[last]);
				least[WATCHER] = last;
#ifndef BROKEN_RELAXED_FAILURE
				acquire(WATCHER, last)
#endif
			fi
		}
	:: found != PENDING
	fi
}

/* completion_call_again, whose call is the watcher's own business. */
inline call_again()
{
	atomic { load(WATCHER, at); state = values[at] };
	atomic { plain_read(WATCHER, CELL(state)); assert(cells[CELL(state)] == in_force) }
}

proctype watcher()
{
	byte at, state, found, spare, promised, call, round;

	for (round : 1 .. LIVES) {
		call = 1;
		promised = 1;
		begin(call);
		atomic { carry_off(WATCHER); life = round };
		found = PENDING;
		do
		:: found == COMPLETE -> break
		:: found != COMPLETE && call <= WATCHES -> call++; watch(call)
		:: found != COMPLETE ->
			atomic { load(WATCHER, at); found = PHASE(values[at]) };
			if
			:: found == FINISHING ->
				atomic { plain_read(WATCHER, RESULT) }; /* visible from here on */
				call_again()
			:: found != FINISHING
			fi
		od;
		atomic {
			was_complete = true;
			assert(!calling);
			assert(called == promised);
			plain_read(WATCHER, RESULT)
		}
	}
}

inline call_registered()
{
	atomic {
		plain_read(FINISHER, CELL(state));
		assert(cells[CELL(state)] == in_force);
		assert(!was_complete);
		calling = true
	};
	atomic { called = cells[CELL(state)]; calling = false }
}

proctype finisher()
{
	byte state, round;

	for (round : 1 .. LIVES) {
		/* Out of the queue: acquires what the watcher released into it. */
		atomic {
			life == round ->
			carry_in(FINISHER)
		};
		atomic { plain_write(FINISHER, RESULT) };
#ifdef BROKEN_PLAIN_STEP
		atomic { state = values[last]; acquire(FINISHER, last) };
		atomic { store(FINISHER, state | FINISHING, true, 0) };
#else
		atomic {
			state = values[last];
#ifdef BROKEN_RELAXED_STEP
			acquire(FINISHER, last);
			store(FINISHER, state | FINISHING, false, beside[last - 1])
#else
			acquire(FINISHER, last);
			store(FINISHER, state | FINISHING, true, beside[last - 1])
#endif
		};
#endif
#ifdef BROKEN_COMPLETE_BEFORE_CALL
		atomic { store(FINISHER, (state & 4) | COMPLETE, true, 0) };
		call_registered()
#else
		call_registered();
#ifdef BROKEN_RELAXED_COMPLETE
		atomic { store(FINISHER, (state & 4) | COMPLETE, false, 0) }
#else
		atomic { store(FINISHER, (state & 4) | COMPLETE, true, 0) }
#endif
#endif
	}
}

init
{
	atomic {
		knows[WATCHER] = EVERYTHING;
		knows[FINISHER] = EVERYTHING;
		run watcher();
		run finisher()
	}
}
