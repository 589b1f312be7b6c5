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
 * Not modelled: completion_set and completion_reset, with which several may finish.
 *
 * Checked: the finisher makes the call in force (W4); who was told PENDING is called (W1); when
 * COMPLETE was found, no call is being made, nor will be (W3); and no plain access races.
 *
 * Memory orders: all are weaker than sequentially consistent, and one atomic word is all that there
 * is. So the model keeps what C11 says of one word: its values in their order (values), of which a
 * load may find any that is not older than what its thread knows (least); a read-modify-write finds
 * the last. Plain data is followed by what happens before what: for each plain location, who has
 * the last write, and each thread's reads, behind it (knows); a release puts that beside the value, an
 * acquire takes it from there, a read-modify-write hands on what it finds. A plain access whose
 * thread does not know what it must is a race, and fails.
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
#define WRITTEN(location) (1 << location)
#define READ(who, location) (8 << (location * 2 + who))
#define EVERYTHING 511

#define VALUES (1 + LIVES * (WATCHES + 3))
byte values[VALUES];  /* of the state, in their order */
short beside[VALUES]; /* what a release put there */
byte last;           /* the latest of them */
byte least[2];       /* of each thread: the oldest that it may still find */
short knows[2];

byte cells[2];      /* the calls, by number */
byte in_force;      /* the call that is to be made */
byte called;        /* the call that the finisher has made; 0: none yet */
bool calling;       /* it is making it */
bool was_complete;  /* the watcher has found COMPLETE */
byte life;          /* handed to the finisher through a queue */
byte i;

inline forget(me, what)
{
	for (i : 0 .. last) {
		beside[i] = beside[i] & ~(what)
	}
	knows[1 - me] = knows[1 - me] & ~(what)
}

inline plain_write(me, location)
{
	assert((knows[me] & WRITTEN(location)) && (knows[me] & READ(0, location)) &&
	       (knows[me] & READ(1, location)));
	forget(me, WRITTEN(location))
}

inline plain_read(me, location)
{
	assert(knows[me] & WRITTEN(location));
	forget(me, READ(me, location))
}

inline acquire(me, at)
{
	knows[me] = knows[me] | beside[at]
}

/* A store, or the storing half of a read-modify-write, of which hand_on is what it found. */
inline store(me, value, is_release, hand_on)
{
	last++;
	values[last] = value;
	beside[last] = (is_release -> knows[me] : 0) | hand_on;
	least[me] = last
}

/* Finds some value that is not older than what this thread knows. */
inline load(me, at)
{
	at = least[me];
	do
	:: at < last -> at++
	:: break
	od;
	least[me] = at;
	acquire(me, at)
}

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
		life = round;
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
			knows[FINISHER] = knows[FINISHER] | knows[WATCHER];
			least[FINISHER] = last
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
