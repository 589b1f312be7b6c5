/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/*
 * ready_set.pml -- no mark is lost, whatever the owner does with its set. Each word has two bits:
 *
 *     root 2 (three levels):  root 1, leaf B
 *     root 1 (two levels):    root 0, leaf A
 *     root 0 (one level):     numbers 0 and 1; number 2 is in leaf A, number 3 in leaf B
 *
 * Markers run ready_set_mark (set_bit); the owner runs ready_set_take and ready_set_next, attach as
 * ready_set_resize calls it, and sleeps as sleep_until does in wait.c. A marker counts each mark
 * before it makes it; the owner looks at the count when the number is handed out, and ends when it
 * has seen all. A mark that is lost leaves it asleep: an invalid end state.
 *
 * With RESIZE the owner gives the set another number of levels, so often, whenever it likes, never
 * fewer than LEVELS; it begins with LEVELS, above which roots are attached, or not, from an earlier
 * wait. With TWO_OWNERS the first one leaves when it likes, as a wait does at its deadline; then
 * the mark of number 0 is a late one, and the second owner must still get its own.
 *
 * Memory orders: every access to the bits is a sequentially consistent read-modify-write or load,
 * and so is every access to a parent with which another thread may race; the relaxed load in attach
 * reads what only the owner writes. The rest of the tree is written before its handles are given
 * out. What a marker wrote before its mark is visible to who takes it, since every change of a word
 * is a read-modify-write: the exchange reads from the release sequence of each mark that it takes.
 * The event's own weak store is modelled in event.inc.
 *
 * holds: -DMARKERS=2 -DMARKS=2 -DLEVELS=1
 * holds: -DMARKERS=3 -DMARKS=1 -DLEVELS=2
 * holds: -DMARKERS=2 -DMARKS=1 -DLEVELS=2 -DTWO_OWNERS
 * holds at length: -DCANCEL_AT_ONCE -DMARKERS=2 -DMARKS=1 -DLEVELS=1 -DRESIZE=2
 * holds: -DMARKERS=1 -DMARKS=2 -DLEVELS=1 -DRESIZE=3
 * fails: -DMARKERS=2 -DMARKS=1 -DLEVELS=2 -DBROKEN_PARENT_FIRST
 * fails: -DMARKERS=2 -DMARKS=1 -DLEVELS=1 -DBROKEN_TAKE_IN_TWO_STEPS
 * fails: -DMARKERS=1 -DMARKS=1 -DLEVELS=1 -DBROKEN_NO_SECOND_LOOK
 * fails: -DMARKERS=2 -DMARKS=1 -DLEVELS=2 -DTWO_OWNERS -DBROKEN_STALE_IS_IGNORED
 * fails: -DMARKERS=1 -DMARKS=1 -DLEVELS=1 -DRESIZE=1 -DBROKEN_ATTACH_SETS_NO_BIT
 * fails: -DMARKERS=1 -DMARKS=1 -DLEVELS=1 -DRESIZE=1 -DBROKEN_ATTACH_SETS_ONE_BIT
 */

#define EVENTS 1
#include "event.inc"

#ifndef RESIZE
#define RESIZE 0
#endif

#define LEAF_A 3
#define LEAF_B 4
#define NONE 5

byte bits[5]; /* of roots 0 to 2, and the leaves */
byte parent[5];
byte levels = LEVELS;
byte resizes = RESIZE;
byte marked[4]; /* by number: how often */
byte seen[4];
bool second; /* the second owner has begun */

#define PLACE(word) (word >= LEAF_A)

/* Goes on above a word that was 0; before says what it held. */
inline set_bit(word, bit_number)
{
	climbing = word;
	place = bit_number;
	do
	:: atomic { before = bits[climbing]; bits[climbing] = before | (1 << place) };
		if
		:: before != 0 -> break
		:: before == 0 -> above = parent[climbing]
		fi;
		if
		:: above == NONE -> event_signal(0); break
		:: above != NONE -> place = PLACE(climbing); climbing = above
		fi
	od
}

proctype marker(byte number)
{
	byte before, climbing, above, place, i;
#ifdef TWO_OWNERS
	number == 0 || second; /* whose future it polls only then */
#endif
	for (i : 1 .. MARKS) {
		marked[number]++;
#ifdef BROKEN_PARENT_FIRST
		bits[1] = bits[1] | 1;
		bits[0] = bits[0] | (1 << number);
		event_signal(0)
#else
		if
		:: number < 2 -> set_bit(0, number)
		:: number >= 2 -> set_bit(number + 1, 0)
		fi
#endif
	}
}

/* Swaps a word with 0. */
inline take(word, taken)
{
#ifdef BROKEN_TAKE_IN_TWO_STEPS
	taken = bits[word];
	bits[word] = 0
#else
	atomic { taken = bits[word]; bits[word] = 0 }
#endif
}

inline hand_out(number)
{
	seen[number] = marked[number]
}

inline pass()
{
	high = 0; middle = 0; low = 0;
	if
	:: levels == 3 -> take(2, high)
	:: levels == 2 -> take(1, middle)
	:: levels == 1 -> take(0, low)
	fi;
	if
	:: high & 1 -> take(1, middle)
	:: else
	fi;
	if
	:: middle & 1 -> take(0, low)
	:: else
	fi;
	if
	:: low & 1 -> hand_out(0)
	:: else
	fi;
	if
	:: low & 2 -> hand_out(1)
	:: else
	fi;
	if
	:: middle & 2 -> take(LEAF_A, low); hand_out(2)
	:: else
	fi;
	if
	:: high & 2 -> take(LEAF_B, low); hand_out(3)
	:: else
	fi;
	high = 0; middle = 0; low = 0
}

inline attach(root)
{
	if
	:: parent[root] == root + 1
	:: parent[root] != root + 1 ->
		parent[root] = root + 1;
#ifdef BROKEN_ATTACH_SETS_NO_BIT
#else
#ifdef BROKEN_ATTACH_SETS_ONE_BIT
		bits[root + 1] = bits[root + 1] | 1
#else
		set_bit(root + 1, 0)
#endif
#endif
	fi
}

inline resize(wanted)
{
	if
	:: wanted > 1 -> attach(0)
	:: else
	fi;
	if
	:: wanted > 2 -> attach(1)
	:: else
	fi;
	parent[wanted - 1] = NONE;
	levels = wanted
}

inline sleep()
{
	event_prepare(0);
#ifdef BROKEN_NO_SECOND_LOOK
	event_sleep(0)
#else
	if
	:: bits[levels - 1] != 0 -> event_cancel(0)
	:: bits[levels - 1] == 0 -> event_sleep(0)
	fi
#endif
}

#ifdef TWO_OWNERS
#define DONE (seen[1] == MARKS)
#else
#define DONE (seen[0] + seen[1] + seen[2] == MARKERS * MARKS)
#endif

proctype owner()
{
	byte low, middle, high, before, climbing, above, place;

#ifdef TWO_OWNERS
	do
	:: seen[0] < MARKS && bits[levels - 1] != 0 -> pass()
	:: seen[0] < MARKS && bits[levels - 1] == 0 -> sleep()
	:: break
	od;
	second = true;
#ifdef BROKEN_STALE_IS_IGNORED
	/* As if what stands now would need no taking. */
	bits[levels - 1] = 0;
#endif
#endif
	do
	:: DONE -> break
	:: !DONE && resizes > 0 ->
		resizes--;
		if
		:: LEVELS <= 1 && levels != 1 -> resize(1)
		:: LEVELS <= 2 && levels != 2 -> resize(2)
		:: levels != 3 -> resize(3)
		fi
	:: !DONE && bits[levels - 1] != 0 -> pass()
	:: !DONE && bits[levels - 1] == 0 -> sleep()
	od
}

init
{
	byte i;
	atomic {
		parent[LEAF_A] = 1;
		parent[LEAF_B] = 2;
		parent[0] = (LEVELS > 1 -> 1 : NONE);
		parent[1] = NONE;
		parent[2] = NONE;
		if
		:: LEVELS > 2 -> parent[1] = 2
		:: LEVELS == 1 -> parent[1] = 2 /* from an earlier wait */
		:: true
		fi;
		for (i : 0 .. MARKERS - 1) {
			run marker(i)
		}
		run owner()
	}
}
