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
 * are modelled, so that a push under way hides those behind it, and a full queue is met.
 *
 * Memory orders: the turns as a push writes and a pop reads them, the idle bits and ending are
 * sequentially consistent. Weaker:
 *  - the head may be an old one, which is modelled (known); the tail too, but an old tail makes the
 *    exchange fail, or its cell's turn differ;
 *  - a pop stores the turn with release: who does not see it yet finds the queue fuller than it is,
 *    and looks again. Here it is seen at once, which takes a way to look again away, not a wake-up;
 *  - the event's own weak store: event.inc.
 *
 * holds: -DWORKERS=1 -DSUBMITTERS=2
 * holds: -DWORKERS=1 -DSUBMITTERS=2 -DSHARE
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
 */

#define EVENTS WORKERS
#define SPURIOUS 0
#include "event.inc"

#define SIZE 2
#define TICKETS SUBMITTERS

byte head, tail;
byte turn[SIZE];
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
	turn[position % SIZE] = position + 1
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
				assert(turn[known % SIZE] == known + 1);
				turn[known % SIZE] = known + SIZE;
				if
				:: taken == 2 ->
					assert(turn[(known + 1) % SIZE] == known + 2);
					turn[(known + 1) % SIZE] = known + 1 + SIZE
				:: taken == 1
				fi;
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

proctype submitter()
{
	byte position, bits, worker;
	claim();
#ifdef BROKEN_RELAXED_TURN
	/* The store of the turn is passed by the loads of the idle bits. */
	pool_wake();
	fill();
#else
	fill();
	pool_wake();
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
inline run_ticket(number)
{
#ifdef DEPENDENT
	begun[number] = true;
	begun[1];
#endif
	ran++
}

proctype work(byte me)
{
	byte known, found, ticket, taken, bits, worker;
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
			ticket = known;
#ifndef BROKEN_NO_PASSING_ON
			look();
			if
			:: found >= known + 1 -> pool_wake()
			:: found < known + 1
			fi;
#endif
			run_ticket(ticket);
			if
			:: taken == 2 -> run_ticket(ticket + 1)
			:: taken == 1
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
			run submitter()
		}
		run ender()
	}
}
