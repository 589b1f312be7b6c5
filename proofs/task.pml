/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/*
 * task.pml -- src/runtime/executor/task.c: the life of a task. Workers run task_run and end; each
 * waker gives one thing and runs task_wake, then calls once more, whenever it likes, so also when
 * the task has ended or begun another life (LIVES in all, each spawned when the one before is over,
 * the second with nothing to wait for). The future is complete when its poll has seen what all have
 * given; a poll may also want another soon.
 *
 * Checked: a task is in one queue at most, or in one hand; it is run only with a future in it; done
 * is called once in each life; what a waker wrote before its call is seen by a poll that follows:
 * else the task sleeps for ever, an invalid end state; and no plain access races: the task's worker,
 * and the future, which its polls and done touch.
 *
 * The queues are one place here (run_queue.pml has them, executor.pml what makes workers come); they
 * and the slab carry release to acquire, and what a worker spares it takes itself.
 *
 * Memory orders: the state is one word, changed by read-modify-writes only, each acquire and
 * release: word.inc. Whoever wakes or runs a task looks at it relaxed first. The former may find it
 * busy when it is not any more: then WOKEN is set beside BUSY. The latter may find it as it was
 * before a wake-up, even the one that has queued the task: then WOKEN stays, and the task is run
 * once more.
 * What is given is an atomic of the program's own, relaxed: a poll that does not
 * know of it may find it or not.
 *
 * holds: -DWAKERS=1 -DLIVES=2
 * holds: -DWAKERS=2 -DLIVES=1
 * holds: -DWAKERS=2 -DLIVES=2
 * fails: -DWAKERS=1 -DLIVES=1 -DBROKEN_LET_GO_BY_STORE
 * fails: -DWAKERS=1 -DLIVES=1 -DBROKEN_CLEAR_AFTER_POLL
 * fails: -DWAKERS=1 -DLIVES=1 -DBROKEN_LET_GO_AT_END
 * fails: -DWAKERS=1 -DLIVES=1 -DBROKEN_WAKE_LEAVES_IT_FREE
 * fails: -DWAKERS=1 -DLIVES=1 -DBROKEN_RELAXED_WAKE
 * fails: -DWAKERS=1 -DLIVES=1 -DBROKEN_RELAXED_CLEAR
 * fails: -DWAKERS=1 -DLIVES=1 -DBROKEN_RELAXED_LET_GO
 */

#define WORKERS 2

#define WOKEN 1
#define BUSY 2

/* Plain locations, and behind them what each waker gives. */
#define WORKER 0
#define FUTURE 1
#define GIFT(waker) (2 + waker - WORKERS)
#define LOCATIONS (2 + WAKERS)
#define THREADS (WORKERS + WAKERS)
#define VALUES 1
#include "word.inc"

#define EVERYTHING_GIVEN (((1 << WAKERS) - 1) << WORKERS)
#define SOON 1

bool queued;
bool has_future;
byte hands; /* in which the task is */
bool given[THREADS];
byte found; /* by the polls, bit for bit */
byte spawns, dones;
byte soons = SOON;

inline post(me)
{
	atomic {
		assert(!queued && hands == 1);
		hands--;
		queued = true;
		carry_off(me)
	}
}

#ifdef BROKEN_WAKE_LEAVES_IT_FREE
#define WAKE_SETS 0
#else
#define WAKE_SETS BUSY
#endif
#ifdef BROKEN_RELAXED_WAKE
#define WAKE_RELEASES false
#else
#define WAKE_RELEASES true
#endif

inline task_wake(me)
{
	if
	:: atomic { values[0] == 0 -> before = 0; modify(me, WAKE_SETS, true, WAKE_RELEASES); hands++ }
	:: atomic { /* it finds it busy, or as it was when it was */
			before = values[0];
			modify(me, before | WOKEN | WAKE_SETS, true, WAKE_RELEASES);
			hands = hands + !(before & BUSY)
		}
	fi;
	if
	:: !(before & BUSY) -> atomic { plain_read(me, WORKER) }; post(me)
	:: before & BUSY
	fi
}

proctype waker(byte me)
{
	byte before;

	atomic { given[me] = true; forget(me, WRITTEN(GIFT(me))) };
	task_wake(me);
	if
	:: task_wake(me)
	:: true
	fi
}

/* What is given and known must be found; what is not known may be. */
inline poll(me)
{
	atomic {
		plain_write(me, FUTURE);
		other = WORKERS;
		do
		:: other < THREADS && given[other] -> found = found | (1 << other); other++
		:: other < THREADS && !(given[other] && (knows[me] & WRITTEN(GIFT(other)))) -> other++
		:: other == THREADS -> break
		od;
		other = 0
	}
}

/* executor_spawn, when the task has come back from the slab: by some worker, for it is no matter. */
inline spawn(me)
{
	atomic {
		assert(!has_future && hands == 0);
		hands++;
		carry_in(me);
		plain_write(me, WORKER);
		plain_write(me, FUTURE);
		has_future = true;
		spawns++
	};
	post(me)
}

inline end_task(me)
{
	atomic { plain_read(me, WORKER); plain_write(me, FUTURE); dones++; assert(dones == spawns) };
#ifdef BROKEN_LET_GO_AT_END
	atomic { modify(me, 0, true, true) };
#endif
	atomic { has_future = false; hands--; carry_off(me) };
	if
	:: spawns < LIVES -> spawn(me)
	:: spawns == LIVES
	fi
}

inline task_run(me)
{
	atomic { plain_write(me, WORKER); assert(has_future && hands == 1) };
#ifndef BROKEN_CLEAR_AFTER_POLL
	if
#ifdef BROKEN_RELAXED_CLEAR
	:: values[0] & WOKEN -> atomic { modify(me, values[0] & ~WOKEN, false, true) }
#else
	:: values[0] & WOKEN -> atomic { modify(me, values[0] & ~WOKEN, true, true) }
#endif
	:: true /* it finds it not woken, or not yet */
	fi;
#endif
	poll(me);
#ifdef BROKEN_CLEAR_AFTER_POLL
	atomic { modify(me, values[0] & ~WOKEN, true, true) };
#endif
	if
	:: found == EVERYTHING_GIVEN -> end_task(me)
	:: atomic { found != EVERYTHING_GIVEN && soons > 0 -> soons-- }; post(me)
	:: found != EVERYTHING_GIVEN ->
#ifdef BROKEN_LET_GO_BY_STORE
		atomic { modify(me, 0, true, true); hands--; let_go = true };
#else
		atomic {
			let_go = (values[0] == BUSY);
			if
#ifdef BROKEN_RELAXED_LET_GO
			:: let_go -> modify(me, 0, false, false); hands--
#else
			:: let_go -> modify(me, 0, true, true); hands--
#endif
			:: !let_go -> acquire(me, 0)
			fi
		};
#endif
		if
		:: let_go
		:: !let_go -> post(me)
		fi
	fi
}

proctype worker(byte me)
{
	byte other;
	bool let_go;

	do
	:: atomic { queued -> queued = false; hands++; assert(hands == 1); carry_in(me) };
		task_run(me)
	:: dones == LIVES -> break
	od
}

init
{
	byte me;
	atomic {
		for (me : 0 .. THREADS - 1) {
			knows[me] = EVERYTHING
		}
		/* The first life is spawned. */
		values[0] = BUSY;
		has_future = true;
		queued = true;
		spawns = 1;
		for (me : 0 .. WORKERS - 1) {
			run worker(me)
		}
		for (me : WORKERS .. THREADS - 1) {
			run waker(me)
		}
	}
}
