/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/*
 * operation.pml -- src/movers/threads/operation.c and pieces.c: the life of operations, more of them
 * than the queue holds. Each is polled by a thread of its own (threads_poll: refused, started,
 * watched, released), which starts again with a new operation LIVES times; workers run threads_run,
 * with resubmitting (pool_resubmit) that fails when the queue is full. With CANCEL a poll may cancel
 * at any time. With OFFERS it may be offered its thread's time and take the ticket back out of the
 * queue (lend), and the start may be by a promise of that, which keeps the ticket with the poller
 * until a poll comes without it (wake_after_all).
 *
 * Checked: each operation completes once; its pieces are each run once, or, when it was cancelled,
 * dropped, and then the result says so, and only then; no piece is run, and no member of the slot
 * touched, before its operation started or after its poll said COMPLETE; the members that tell how
 * far it is cut are touched by one thread at a time; nothing is refused for good. What is lost
 * leaves a poll waiting for ever: an invalid end state.
 *
 * The queue is one step here (pool.pml has it in detail), a slot is the operation's number (each life
 * is given the same one, the worst that the slab can do), and the completion is its three phases
 * (completion.pml has its cells).
 *
 * Memory orders: the slot's plain members pass through the queue, release to acquire, and from the
 * pieces to the one that ends last through left, whose every change is an acquire-release
 * read-modify-write, so that the last one has acquired from all the others; result passes through
 * the completion. The flag canceled is relaxed: a worker may find an old value, which is modelled
 * (stale), and it guards nothing but itself.
 *
 * holds: -DOPERATIONS=2 -DDEPTH=1 -DROOM=2 -DPIECES=1 -DLIVES=2
 * holds: -DOPERATIONS=2 -DDEPTH=1 -DROOM=2 -DPIECES=2 -DLIVES=1 -DCANCEL
 * holds: -DOPERATIONS=2 -DDEPTH=1 -DROOM=1 -DPIECES=2 -DLIVES=1 -DCANCEL
 * holds: -DOPERATIONS=1 -DDEPTH=1 -DROOM=2 -DPIECES=3 -DLIVES=2 -DCANCEL
 * holds: -DOPERATIONS=2 -DDEPTH=1 -DROOM=2 -DPIECES=1 -DLIVES=2 -DOFFERS
 * holds: -DOPERATIONS=1 -DDEPTH=1 -DROOM=2 -DPIECES=3 -DLIVES=2 -DCANCEL -DOFFERS
 * holds: -DOPERATIONS=2 -DDEPTH=1 -DROOM=1 -DPIECES=2 -DLIVES=1 -DCANCEL -DOFFERS
 * fails: -DOPERATIONS=1 -DDEPTH=1 -DROOM=2 -DPIECES=3 -DLIVES=1 -DBROKEN_TICKET_BEFORE_CUT
 * fails: -DOPERATIONS=2 -DDEPTH=1 -DROOM=1 -DPIECES=2 -DLIVES=1 -DBROKEN_NO_TICKET_KEPT
 * fails: -DOPERATIONS=1 -DDEPTH=1 -DROOM=2 -DPIECES=2 -DLIVES=1 -DBROKEN_LEFT_IN_TWO_STEPS
 * fails: -DOPERATIONS=1 -DDEPTH=1 -DROOM=2 -DPIECES=2 -DLIVES=1 -DCANCEL -DBROKEN_CANCEL_DROPS_ALL
 * fails: -DOPERATIONS=1 -DDEPTH=1 -DROOM=2 -DPIECES=2 -DLIVES=1 -DCANCEL -DBROKEN_CANCEL_COMPLETES
 * fails: -DOPERATIONS=1 -DDEPTH=1 -DROOM=2 -DPIECES=2 -DLIVES=1 -DBROKEN_RELEASED_AT_FINISHING
 * fails: -DOPERATIONS=1 -DDEPTH=1 -DROOM=2 -DPIECES=2 -DLIVES=1 -DOFFERS -DBROKEN_COPIED_BACK
 * fails: -DOPERATIONS=2 -DDEPTH=1 -DROOM=1 -DPIECES=1 -DLIVES=1 -DOFFERS -DBROKEN_PASSED_ON_FOR_LOST
 */

#define WORKERS 2

#define PENDING 0
#define FINISHING 1
#define COMPLETE 2

chan queue = [ROOM] of { byte };

/* The slots, by operation. */
byte phase[OPERATIONS];
byte next[OPERATIONS];
byte left[OPERATIONS];
bool skipped[OPERATIONS];
bool canceled[OPERATIONS];
bool result_canceled[OPERATIONS];

/* What is checked. */
bool live[OPERATIONS];    /* from its start to the poll that says COMPLETE */
byte holders[OPERATIONS]; /* threads that hold its ticket */
byte users[OPERATIONS];   /* threads that may touch the slot: running a piece, or finishing */
byte begun[OPERATIONS];   /* pieces run so far */
bool asked[OPERATIONS];   /* a poll has cancelled it */
byte done;                /* operations that have ended, over all */

/* completion_finish, after the result. */
inline end_pieces(ended)
{
#ifdef BROKEN_LEFT_IN_TWO_STEPS
	seen = left[slot];
	atomic {
#else
	atomic {
		seen = left[slot];
#endif
		left[slot] = seen - (ended);
		assert(seen >= (ended));
		users[slot] = users[slot] - (seen != (ended)) /* it touches nothing any more */
	};
	if
	:: seen == ended ->
		assert(live[slot] && phase[slot] == PENDING);
		result_canceled[slot] = skipped[slot];
		phase[slot] = FINISHING;
		/* The poller's waker is called here. */
		atomic { users[slot]--; phase[slot] = COMPLETE }
	:: seen != ended
	fi
}

/* One turn of threads_work, with the ticket. */
inline run_piece(keep)
{
	atomic { assert(live[slot] && holders[slot] == 1); users[slot]++; piece = next[slot] };
#ifndef BROKEN_TICKET_BEFORE_CUT
	next[slot] = piece + 1;
#endif
	if
	:: canceled[slot] -> /* and when it is seen */
		holds = false;
		skipped[slot] = true;
		holders[slot]--;
#ifdef BROKEN_CANCEL_DROPS_ALL
		end_pieces(left[slot])
#else
		end_pieces((PIECES - piece))
#endif
	:: true -> /* stale, or not canceled */
		if
		:: piece + 1 == PIECES -> holds = false; holders[slot]--
		:: piece + 1 < PIECES && keep -> holds = true
		:: piece + 1 < PIECES && !keep ->
			if
			:: atomic { nfull(queue) -> holders[slot]--; queue ! slot; holds = false }
#ifdef BROKEN_NO_TICKET_KEPT
			:: atomic { full(queue) -> holders[slot]--; holds = false }
#else
			:: full(queue) -> holds = true
#endif
			fi
		fi;
#ifdef BROKEN_TICKET_BEFORE_CUT
		next[slot] = piece + 1;
#endif
		atomic { assert(live[slot]); begun[slot]++; assert(begun[slot] <= PIECES) };
		end_pieces(1)
	fi
}

proctype poller(byte me)
{
	byte life;
	bool started;
#ifdef OFFERS
	byte slot, piece, seen;
	bool holds, quiet;
	slot = me;
#endif

	for (life : 1 .. LIVES) {
		started = false;
		/* start: until there is room. Nothing but the poller knows the slot before. */
		do
		:: !started ->
			assert(users[me] == 0 && holders[me] == 0);
			atomic {
				phase[me] = PENDING; next[me] = 0; left[me] = PIECES;
				skipped[me] = false; canceled[me] = false;
				begun[me] = 0; asked[me] = false; live[me] = true
			};
			if
			:: atomic { len(queue) < DEPTH && nfull(queue) -> queue ! me; started = true }
			:: atomic { len(queue) >= DEPTH || full(queue) -> live[me] = false };
				len(queue) < DEPTH && nfull(queue) /* it is polled again some time */
#ifdef OFFERS
			:: atomic { quiet = true; holders[me]++; started = true }
#endif
			fi
		:: started -> break
		od;
		do
#ifdef OFFERS
		:: quiet -> run_piece(true); quiet = holds
		:: quiet ->
			quiet = false;
			if
			:: atomic { nfull(queue) -> holders[me]--; queue ! me }
#ifdef BROKEN_PASSED_ON_FOR_LOST
			:: atomic { full(queue) -> holders[me]-- }
#else
			:: full(queue) -> run_piece(true); quiet = holds
#endif
			fi
		:: atomic { !quiet && queue ?? [eval(me)] ->
#ifndef BROKEN_COPIED_BACK
			queue ?? eval(me);
#endif
			holders[me]++; holds = true };
			do
			:: holds -> run_piece(false)
			:: !holds -> break
			od
#endif
#ifdef CANCEL
		:: !asked[me] -> atomic { canceled[me] = true; asked[me] = true }
#endif
#ifdef BROKEN_CANCEL_COMPLETES
		:: asked[me] -> break
#endif
#ifdef BROKEN_RELEASED_AT_FINISHING
		:: phase[me] >= FINISHING -> break
#else
		:: phase[me] == COMPLETE -> break
#endif
		od;
		atomic {
			assert(users[me] == 0 && holders[me] == 0);
			assert(result_canceled[me] == (begun[me] < PIECES));
			assert(!result_canceled[me] || asked[me]);
			live[me] = false;
			done++
		}
	}
}

proctype worker()
{
	byte slot, piece, seen;
	bool holds;

	do
	:: atomic { queue ? slot -> holders[slot]++; holds = true };
		do
		:: holds -> run_piece(false)
		:: !holds -> break
		od
	:: done == OPERATIONS * LIVES -> break
	od
}

init
{
	byte i;
	atomic {
		for (i : 0 .. OPERATIONS - 1) {
			run poller(i)
		}
		for (i : 1 .. WORKERS) {
			run worker()
		}
	}
}
