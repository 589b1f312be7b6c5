/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/*
 * completion_set.pml -- src/concurrent/completion.h where several may finish, as future_event
 * (src/future/event.c) has it. Each of SETTERS threads writes something and runs completion_set
 * once, whenever it likes; the watcher runs completion_watch with a new call each time, WATCHES times
 * at most in each life, and completion_phase until it finds COMPLETE, and completion_reset then. It
 * ends when it has consumed every set: one that is lost leaves it waiting, an invalid end state.
 *
 * Checked: in each life one call is made, that in force, before COMPLETE and never after; after a
 * reset the watcher may read what all those wrote whose sets it has consumed; no plain access races.
 *
 * Memory orders: word.inc.
 *
 * holds: -DSETTERS=1 -DWATCHES=2
 * holds: -DSETTERS=2 -DWATCHES=1
 * holds: -DSETTERS=2 -DWATCHES=2
 * holds: -DSETTERS=3 -DWATCHES=1
 * fails: -DSETTERS=2 -DWATCHES=1 -DBROKEN_COMPLETE_BY_STORE
 * fails: -DSETTERS=2 -DWATCHES=1 -DBROKEN_RESET_BY_STORE
 * fails: -DSETTERS=2 -DWATCHES=1 -DBROKEN_RELAXED_RESET
 * fails: -DSETTERS=2 -DWATCHES=1 -DBROKEN_RESET_RELEASES_NOTHING
 * fails: -DSETTERS=2 -DWATCHES=1 -DBROKEN_SECOND_CALLS_TOO
 * fails: -DSETTERS=2 -DWATCHES=2 -DBROKEN_RESET_KEEPS_THE_CALL
 * fails: -DSETTERS=2 -DWATCHES=1 -DBROKEN_RELAXED_SET
 */

#define WATCHER 0

#define PENDING 0
#define FINISHING 1
#define COMPLETE 3
#define PHASE(value) (value & 3)
#define CELL(value) ((value >> 2) & 1)

/* Plain locations: the two cells, and what each setter wrote. */
#define RESULT(setter) (1 + setter)
#define LOCATIONS (2 + SETTERS)
#define THREADS (1 + SETTERS)
#define VALUES (2 + SETTERS * (WATCHES + 4))
#include "word.inc"

#define NOBODY 0

byte cells[2];      /* the calls, by number */
byte in_force;      /* the call that is to be made */
byte called;        /* the call that was made in this life */
byte calls;         /* how often one was */
byte calling;       /* setters that are making it */
bool was_complete;  /* the watcher has found COMPLETE */
bool has_set[THREADS];
byte sets, consumed;

/* completion_watch; found says which phase. */
inline watch(call)
{
	atomic { load(WATCHER, at); state = values[at] };
	found = PHASE(state);
	if
	:: found == PENDING ->
		atomic { plain_read(WATCHER, CELL(state)) };
		atomic { plain_write(WATCHER, 1 - CELL(state)); cells[1 - CELL(state)] = call };
		atomic {
			if
			:: values[last] == state ->
				store(WATCHER, (1 - CELL(state)) << 2, true, beside[last - 1]);
				in_force = call;
				promised = call
			:: values[last] != state ->
				found = PHASE(values[last]);
				least[WATCHER] = last;
				acquire(WATCHER, last)
			fi
		}
	:: found != PENDING
	fi
}

inline reset()
{
#ifndef BROKEN_RESET_KEEPS_THE_CALL
	atomic { plain_write(WATCHER, 0); cells[0] = NOBODY };
#endif
	atomic {
		was_complete = false;
		in_force = NOBODY;
		called = NOBODY;
		calls = 0;
#ifdef BROKEN_RESET_BY_STORE
		store(WATCHER, PENDING, true, 0);
#else
#ifdef BROKEN_RELAXED_RESET
		store(WATCHER, PENDING, true, beside[last - 1]);
#else
		acquire(WATCHER, last);
#ifdef BROKEN_RESET_RELEASES_NOTHING
		store(WATCHER, PENDING, false, 0);
#else
		store(WATCHER, PENDING, true, beside[last - 1]);
#endif
#endif
#endif
		/* Every set before is consumed, and what it announced is there to be read. */
		for (setter : 1 .. SETTERS) {
			if
			:: has_set[setter] -> plain_read(WATCHER, RESULT(setter))
			:: !has_set[setter]
			fi
		}
		consumed = sets;
		setter = 0
	}
}

proctype watcher()
{
	byte at, state, found, promised, call, setter;

	do
	:: consumed == SETTERS -> break
	:: consumed < SETTERS ->
		call = 0;
		promised = NOBODY;
		found = PENDING;
		do
		:: found == COMPLETE -> break
		:: found != COMPLETE && call < WATCHES -> call++; watch(call)
		:: found != COMPLETE ->
			PHASE(values[last]) == COMPLETE; /* until then it is polled in vain */
			atomic { load(WATCHER, at); found = PHASE(values[at]) }
		od;
		atomic {
			was_complete = true;
			assert(calling == 0);
			assert(calls == 1 && called == promised)
		};
		reset()
	od
}

proctype setter(byte me)
{
	byte state;

	atomic { plain_write(me, RESULT(me)) };
	atomic {
		state = values[last];
		sets++;
		has_set[me] = true;
		acquire(me, last);
#ifdef BROKEN_RELAXED_SET
		store(me, state | FINISHING, false, beside[last - 1])
#else
		store(me, state | FINISHING, true, beside[last - 1])
#endif
	};
	if
#ifndef BROKEN_SECOND_CALLS_TOO
	:: PHASE(state) != PENDING
	:: PHASE(state) == PENDING ->
#else
	:: true ->
#endif
		atomic {
			plain_read(me, CELL(state));
			assert(cells[CELL(state)] == in_force);
			assert(!was_complete);
			calling++;
			calls++;
			called = cells[CELL(state)]
		};
		calling--;
		atomic {
#ifdef BROKEN_COMPLETE_BY_STORE
			store(me, (state & 4) | COMPLETE, true, 0)
#else
			store(me, values[last] | COMPLETE, true, beside[last - 1])
#endif
		}
	fi
}

init
{
	byte me;
	atomic {
		for (me : 0 .. SETTERS) {
			knows[me] = EVERYTHING
		}
		run watcher();
		for (me : 1 .. SETTERS) {
			run setter(me)
		}
	}
}
