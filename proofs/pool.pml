/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/*
 * pool.pml -- src/movers/threads/pool.c, idle_set.h: no ticket stays in the queue while every worker sleeps,
 * and pool_end ends after the last ticket has run. Submitters run pool_submit (queue_push)
 * and pool_wake, workers run work (run_from, park); a third thread runs pool_end when TICKETS have
 * been run, or, with END_EARLY, as soon as they have been submitted. What is lost leaves somebody
 * asleep: an invalid end state.
 *
 * Nor does a ticket wait for a busy worker while another sleeps: with DEPENDENT the first one's work
 * ends only when the second has begun too. With SHARE a worker may take both at once; then the
 * second waits for it, which is why shares are small, and one ticket where few are queued.
 *
 * One queue stands for both: a worker looks at each in the same way. It has two cells, whose turns
 * are modelled, so that a push under way hides those behind it, and a full queue is met. With
 * TAKE_BACK each submitter then tries to take its ticket back (pool_take_back), as a thread that
 * lends itself, and runs it, or puts it there again (pool_resubmit) and does not come back.
 *
 * Memory orders: the turns as a push writes and a pop reads them, the idle bits and ending are
 * sequentially consistent. Weaker:
 *  - the head may be an old one, which is modelled (known); the tail too, but an old tail makes the
 *    exchange fail, or its cell's turn differ;
 *  - a pop stores the turn with release: who does not see it yet finds the queue fuller than it is,
 *    and looks again. Here it is seen at once, which takes a way to look again away, not a wake-up;
 *  - the numbers: each is swapped for NOTHING in one step by whoever gets it;
 *  - the event's own weak store: event.inc.
 *
 * holds: -DWORKERS=1 -DSUBMITTERS=2
 * holds: -DWORKERS=1 -DSUBMITTERS=2 -DSHARE
 * holds: -DWORKERS=1 -DSUBMITTERS=2 -DSHARE -DTAKE_BACK
 * holds at length: -DCANCEL_AT_ONCE -DWORKERS=2 -DSUBMITTERS=2
 * holds at length: -DWORKERS=1 -DSUBMITTERS=3
 * holds at length: -DWORKERS=1 -DSUBMITTERS=3 -DSHARE
 * holds at length: -DCANCEL_AT_ONCE -DWORKERS=2 -DSUBMITTERS=2 -DSHARE
 * holds at length: -DCANCEL_AT_ONCE -DWORKERS=2 -DSUBMITTERS=2 -DDEPENDENT
 * holds at length: -DCANCEL_AT_ONCE -DWORKERS=2 -DSUBMITTERS=2 -DEND_EARLY
 * fails: -DWORKERS=1 -DSUBMITTERS=1 -DBROKEN_NO_SECOND_LOOK
 * fails: -DWORKERS=1 -DSUBMITTERS=1 -DBROKEN_RELAXED_TURN
 * fails: -DWORKERS=1 -DSUBMITTERS=2 -DBROKEN_NO_IDLE_BIT_AGAIN
 * fails: -DCANCEL_AT_ONCE -DWORKERS=2 -DSUBMITTERS=2 -DDEPENDENT -DBROKEN_NO_PASSING_ON
 * fails: -DWORKERS=1 -DSUBMITTERS=1 -DEND_EARLY -DBROKEN_ENDING_READ_LATE
 * fails: -DWORKERS=1 -DSUBMITTERS=2 -DSHARE -DBROKEN_UNFILLED_TAKEN
 * fails: -DCANCEL_AT_ONCE -DWORKERS=2 -DSUBMITTERS=2 -DDEPENDENT -DSHARE
 * fails: -DWORKERS=1 -DSUBMITTERS=2 -DTAKE_BACK -DBROKEN_SWAP_IN_TWO_STEPS
 * fails: -DWORKERS=1 -DSUBMITTERS=2 -DTAKE_BACK -DBROKEN_PUT_UNHEARD
 * fails: -DWORKERS=1 -DSUBMITTERS=2 -DTAKE_BACK -DBROKEN_DROPS_WHAT_IT_SAW
 */

#define EVENTS WORKERS
#define SPURIOUS 0
#include "event.inc"

#define SIZE 2
#define TICKETS SUBMITTERS

byte head, tail;
byte turn[SIZE];
byte number[SIZE]; /* the submitter's whose ticket it is; 0: NOTHING */
byte idle;
byte submitted, ran, ended;
bool ending;
bool begun[TICKETS];

inline claim()
{
	do
	:: position = tail;
		if
		:: turn[position % SIZE] == position ->
			if
			:: atomic { tail == position -> tail++ }; break
			:: tail != position
			fi
		:: turn[position % SIZE] != position ->
			/* Full, or the tail has moved: the caller tries again when that has changed. */
			turn[position % SIZE] == position || tail != position
		fi
	od
}

inline fill()
{
	number[position % SIZE] = me;
	turn[position % SIZE] = position + 1
}

/* got is what was there. */
inline swap(place)
{
#ifdef BROKEN_SWAP_IN_TWO_STEPS
	got = number[(place) % SIZE];
	number[(place) % SIZE] = 0
#else
	atomic { got = number[(place) % SIZE]; number[(place) % SIZE] = 0 }
#endif
}

/* As far as the head has nothing. */
inline drop_taken_back()
{
	do
	:: place = head;
		if
		:: turn[place % SIZE] == place + 1 ->
			if
			:: number[place % SIZE] != 0 -> break
			:: number[place % SIZE] == 0 ->
				if
#ifdef BROKEN_DROPS_WHAT_IT_SAW
				:: atomic { true -> head++ }; turn[place % SIZE] = place + SIZE
#else
				:: atomic { head == place -> head++ }; turn[place % SIZE] = place + SIZE
				:: head != place
#endif
				fi
			fi
		:: turn[place % SIZE] != place + 1 -> break
		fi
	od
}

/* The turn of the cell that some head, not older than the one known, points at. */
inline look()
{
	atomic {
		do
		:: known < head -> known++
		:: break
		od;
		found = turn[known % SIZE]
	}
}

/* taken says how many there were: one, or with SHARE one or two. */
inline pop()
{
	do
	:: look();
		if
		:: found == known + 1 ->
			taken = 1;
#ifdef SHARE
			if
#ifdef BROKEN_UNFILLED_TAKEN
			:: taken = 2
#else
			:: turn[(known + 1) % SIZE] == known + 2 -> taken = 2
#endif
			:: true
			fi;
#endif
			if
			:: atomic { head == known -> head = head + taken };
				first = known;
				assert(turn[first % SIZE] == first + 1);
				swap(first);
				found_number = got;
				turn[first % SIZE] = first + SIZE;
				if
				:: taken == 2 ->
					assert(turn[(first + 1) % SIZE] == first + 2);
					swap(first + 1);
					found_next = got;
					turn[(first + 1) % SIZE] = first + 1 + SIZE
				:: taken == 1
				fi;
#ifdef TAKE_BACK
				drop_taken_back();
#endif
				break
			:: head != known
			fi
		:: found < known + 1 -> taken = 0; break
		:: found > known + 1 -> head > known
		fi
	od
}

inline pool_wake()
{
	atomic { bits = idle; worker = 0 };
	do
	:: worker == WORKERS -> break
	:: worker < WORKERS && !(bits & (1 << worker)) -> worker++
	:: worker < WORKERS && (bits & (1 << worker)) ->
		atomic { bits = idle & (1 << worker); idle = idle & ~(1 << worker) };
		if
		:: bits != 0 -> event_signal(worker); break
		:: bits == 0 -> atomic { bits = idle; worker++ }
		fi
	od
}

proctype submitter(byte me)
{
	byte position, bits, worker, place;
	claim();
#ifdef BROKEN_RELAXED_TURN
	/* The store of the turn is passed by the loads of the idle bits. */
	pool_wake();
	fill();
#else
	fill();
	pool_wake();
#endif
#ifdef TAKE_BACK
	if
	:: atomic { number[position % SIZE] == me -> number[position % SIZE] = 0 };
		drop_taken_back();
		if
		:: ran++
		:: claim();
			fill()
#ifndef BROKEN_PUT_UNHEARD
			; pool_wake()
#endif
		fi
	:: number[position % SIZE] != me
	fi;
#endif
	submitted++
}

inline park()
{
	event_prepare_to_spin(me);
#ifdef BROKEN_NO_IDLE_BIT_AGAIN
	idle = idle | (first_time << me);
	first_time = 0;
#else
	idle = idle | (1 << me);
#endif
#ifdef BROKEN_NO_SECOND_LOOK
	event_spin_and_sleep(me);
#else
	look();
	if
	:: found >= known + 1 -> event_cancel(me)
	:: found < known + 1 ->
		if
		:: ending -> event_cancel(me)
		:: !ending -> event_spin_and_sleep(me)
		fi
	fi;
#endif
	idle = idle & ~(1 << me)
}

/* With DEPENDENT, the first ticket's work goes on until the other ticket is run too. */
inline run_ticket(which)
{
#ifdef DEPENDENT
	begun[which] = true;
	begun[1];
#endif
	ran++
}

proctype work(byte me)
{
	byte known, found, ticket, taken, bits, worker, first, got, found_number, found_next, place;
	bool end_seen;
#ifdef BROKEN_NO_IDLE_BIT_AGAIN
	bit first_time = 1;
#endif
	do
	::
#ifndef BROKEN_ENDING_READ_LATE
		end_seen = ending;
#endif
		pop();
#ifdef BROKEN_ENDING_READ_LATE
		end_seen = ending;
#endif
		if
		:: taken > 0 ->
			ticket = first;
#ifndef BROKEN_NO_PASSING_ON
			look();
			if
			:: found >= known + 1 -> pool_wake()
			:: found < known + 1
			fi;
#endif
			if
			:: found_number != 0 -> run_ticket(ticket)
			:: found_number == 0
			fi;
			if
			:: taken == 2 && found_next != 0 -> run_ticket(ticket + 1)
			:: taken == 1 || found_next == 0
			fi
		:: taken == 0 && end_seen -> break
		:: taken == 0 && !end_seen -> park()
		fi
	od;
	ended++
}

proctype ender()
{
	byte worker;
	submitted == SUBMITTERS;
#ifndef END_EARLY
	ran == TICKETS;
#endif
	ending = true;
	for (worker : 0 .. WORKERS - 1) {
		event_signal(worker)
	}
	ended == WORKERS;
	assert(ran == TICKETS)
}

init
{
	byte i;
	atomic {
		for (i : 0 .. SIZE - 1) {
			turn[i] = i
		}
		for (i : 0 .. WORKERS - 1) {
			run work(i)
		}
		for (i : 1 .. SUBMITTERS) {
			run submitter(i)
		}
		run ender()
	}
}
