/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/*
 * executor.pml -- src/runtime/executor/worker.c, spawns.c, timers.c, executor.c: no task stays
 * queued, and none that has a time stays forgotten, while every worker sleeps without an end; nor
 * does one stay queued beside a long poll while the others sleep, but the one that the worker that
 * polls keeps for itself. Spawners run spawn_from_outside (spawns_put, worker_wake_one); wakers run
 * task_wake (executor_submit); workers run worker_run (find, spawns_take, steal, search, task_run,
 * look_around, watch_clock, calm_down, nap, park, keep_time); a last thread runs executor_delete
 * (drain, end_workers) when all is spawned. What is lost leaves somebody asleep: an invalid end
 * state.
 *
 * Each spawner spawns SPAWNS tasks. A poll may spawn others (CHILDREN in all), may not return while
 * others could run what is queued (LONGS in all), and is the last of its future unless it answers
 * that the waker will be called, which then is (WAKES in all) or never is (SILENCES in all), or that
 * a time is to come (TIMES in all). After a poll its worker may nap (NAPS in all). Time passes when
 * it likes, also for a sleeper that has a deadline; but the check of what is silent never comes
 * where nothing is, so that a timer's wake-up cannot lean on it. With ONE_CPU nobody searches
 * before it sleeps, but those who were sent.
 *
 * Tasks are counted here, not told apart, and a run queue is an inbox and a ring: run_queue.pml has
 * it in detail, task.pml the wake-ups of one task, drain.pml the counts and executor_drain. A ring's
 * owner is awake while there is something in it, or in its backlog, which is not modelled; what it
 * takes from an inbox, another's ring or the spawns it has in its ring at once. Nor is
 * executor_wait, whose sleeper has a ready set of its own. The handlers of signals do not interrupt
 * workers, which block them (os.h).
 *
 * Memory orders: posts, the spawns' tail, looks at both before sleeping, idle bits, searching,
 * ending, kept, keeper and the first time are sequentially consistent. Weaker:
 *  - take_inbox looks at the inbox relaxed: a worker may find it as it was before a post, until it
 *    has seen that post in anything_to_do (unseen);
 *  - a thief may find any ring as it was, empty say; a worker before it sleeps may not, for the
 *    tail is stored sequentially consistently;
 *  - the spawns' head is relaxed: an old one says that there are some, and the lock tells;
 *  - the counts are: drain.pml. Here they are exact, for who finds no task alive has seen the latest
 *    tail, and no child is counted later than the end of the task that has spawned it;
 *  - the check of what is silent is relaxed: an old time is an earlier one, which is no harm;
 *  - the event's own weak store: event.inc.
 *
 * holds: -DCANCEL_AT_ONCE -DWORKERS=1 -DSPAWNERS=2 -DSILENCES=1 -DTIMES=1
 * holds: -DCANCEL_AT_ONCE -DWORKERS=1 -DSPAWNERS=1 -DWAKES=1 -DNAPS=1
 * holds: -DCANCEL_AT_ONCE -DWORKERS=2 -DSPAWNERS=1 -DLONGS=1 -DONE_CPU
 * holds at length: -DCANCEL_AT_ONCE -DWORKERS=2 -DSPAWNERS=1 -DLONGS=1
 * holds at length: -DWORKERS=1 -DSPAWNERS=2 -DSILENCES=1 -DTIMES=1
 * holds at length: -DCANCEL_AT_ONCE -DWORKERS=2 -DSPAWNERS=1 -DCHILDREN=1
 * holds at length: -DCANCEL_AT_ONCE -DWORKERS=2 -DSPAWNERS=1 -DSILENCES=1 -DONE_CPU
 * holds at length: -DCANCEL_AT_ONCE -DWORKERS=2 -DSPAWNERS=1 -DTIMES=1 -DONE_CPU
 * holds at length: -DCANCEL_AT_ONCE -DWORKERS=2 -DSPAWNERS=1 -DSPAWNS=2 -DLONGS=1 -DONE_CPU
 * fails: -DCANCEL_AT_ONCE -DWORKERS=2 -DSPAWNERS=1 -DBROKEN_NO_SECOND_LOOK
 * fails: -DCANCEL_AT_ONCE -DWORKERS=2 -DSPAWNERS=1 -DBROKEN_RELAXED_PUT
 * fails: -DCANCEL_AT_ONCE -DWORKERS=1 -DSPAWNERS=1 -DWAKES=1 -DBROKEN_RELAXED_POST
 * fails at length: -DCANCEL_AT_ONCE -DWORKERS=2 -DSPAWNERS=1 -DSPAWNS=2 -DBROKEN_SENT_FORGETS
 * fails at length: -DCANCEL_AT_ONCE -DWORKERS=2 -DSPAWNERS=1 -DSPAWNS=2 -DLONGS=1 -DBROKEN_SEARCH_LOOKS_FIRST
 * fails: -DCANCEL_AT_ONCE -DWORKERS=1 -DSPAWNERS=2 -DBROKEN_LEAVES_IT_AT_NOBODY
 * fails: -DCANCEL_AT_ONCE -DWORKERS=1 -DSPAWNERS=2 -DBROKEN_LOOKS_NOT_AGAIN
 * fails: -DCANCEL_AT_ONCE -DWORKERS=2 -DSPAWNERS=1 -DCHILDREN=2 -DLONGS=1 -DONE_CPU -DBROKEN_RELAXED_PUSH
 * fails at length: -DCANCEL_AT_ONCE -DWORKERS=2 -DSPAWNERS=1 -DSILENCES=1 -DBROKEN_KEEPER_WITHOUT_TASKS
 * fails: -DCANCEL_AT_ONCE -DWORKERS=2 -DSPAWNERS=1 -DSILENCES=1 -DBROKEN_OLD_TAIL
 * fails: -DCANCEL_AT_ONCE -DWORKERS=2 -DSPAWNERS=1 -DTIMES=1 -DBROKEN_TIME_BEFORE_KEPT
 * fails: -DCANCEL_AT_ONCE -DWORKERS=2 -DSPAWNERS=1 -DTIMES=1 -DBROKEN_TIMER_WAKES_NOBODY
 */

/* What there is of each unless a setting says otherwise. */
#ifndef SPAWNS
#define SPAWNS 1
#endif
#ifndef CHILDREN
#define CHILDREN 0
#endif
#ifndef SILENCES
#define SILENCES 0
#endif
#ifndef TIMES
#define TIMES 0
#endif
#ifndef WAKES
#define WAKES 0
#endif
#ifndef LONGS
#define LONGS 0
#endif
#ifndef NAPS
#define NAPS 0
#endif

#define EVENTS WORKERS
#define SPURIOUS 0
#include "event.inc"

#define EVERYBODY ((1 << WORKERS) - 1)
#define NOBODY WORKERS

byte spawns;          /* from outside, that nobody has taken */
byte inbox[WORKERS];  /* how many tasks are in it */
byte unseen[WORKERS]; /* the workers that may still find it as it was */
byte ring[WORKERS];
bool kept_one[WORKERS]; /* its owner keeps one for itself, before the ring */
byte idle;
bool searching;
bool ending;
bool kept;
byte keeper;
byte live;
/* Tasks that wait, by the worker that polled them last: */
byte woken[WORKERS];  /* for a waker */
byte silent[WORKERS]; /* for one that is never called */
byte timed[WORKERS];  /* for a time */
bool locked;  /* the timers */
bool is_time; /* timers.first is one */
byte spawned, ended;

byte children = CHILDREN;
byte silences = SILENCES;
byte times = TIMES;
byte wakes = WAKES;
byte longs = LONGS;
byte naps = NAPS;

/* idle_set_claim: its load and its exchange are one step, at whichever of the two decides. */
inline claim(who)
{
	atomic { won = (idle & (1 << who)) != 0; idle = idle & ~(1 << who) }
}

inline claim_any()
{
	atomic { bits = idle; another = 0 };
	do
	:: atomic { another < WORKERS && !(bits & (1 << another)) -> another++ }
	:: atomic { another < WORKERS && (bits & (1 << another)) -> claim(another) };
		if
		:: won -> break
		:: !won -> another++
		fi
	:: another == WORKERS -> break
	od
}

inline wake_one(rather)
{
	do
	:: searching || idle == 0 -> break
	:: !searching ->
		if
		:: idle == 0 -> break
		:: idle != 0
		fi;
		atomic { won = searching; searching = true };
		if
		:: atomic { won -> won = false }; break
		:: !won
		fi;
		another = rather;
		if
		:: rather != NOBODY -> claim(another)
		:: rather == NOBODY
		fi;
		if
		:: !won -> claim_any()
		:: won
		fi;
		if
		:: won -> event_signal(another); break
		:: !won ->
#ifndef BROKEN_LEAVES_IT_AT_NOBODY
			searching = false
#else
			break
#endif
#ifdef BROKEN_LOOKS_NOT_AGAIN
			; break
#endif
		fi
	od;
	atomic { another = 0; bits = 0; won = false; only = false }
}

/* run_queue_post */
inline post(to)
{
	atomic { only = (inbox[to] == 0); inbox[to]++; unseen[to] = EVERYBODY }
}

/* spawns_put */
inline put()
{
	atomic { only = (spawns == 0); spawns++ }
}

/* run_queue_put, so many times, and run_queue_show. */
inline put_behind(count)
{
	atomic {
		only = (count > 0 && ring[me] == 0 && !kept_one[me]);
		kept_one[me] = kept_one[me] || only;
		ring[me] = ring[me] + count - only
	}
}

/* executor_submit, by a worker */
inline submit()
{
	put_behind(1);
	if
	:: atomic { only -> only = false }
	:: !only -> wake_one(NOBODY)
	fi
}

proctype spawner()
{
	byte another, bits, number;
	bool won, only;

	for (number : 1 .. SPAWNS) {
		live++;
#ifdef BROKEN_RELAXED_PUT
		/* The store of the tail is passed by the loads of searching and of the idle bits. */
		wake_one(NOBODY);
		put()
#else
		put();
		if
		:: only -> wake_one(NOBODY)
		:: !only
		fi
#endif
	}
	spawned++
}

/* executor_submit, from outside, whenever there is something to wake. */
proctype waker()
{
	byte to, another, bits;
	bool won, only;

end:	if
	:: atomic { woken[0] > 0 -> woken[0]--; to = 0 }
	:: atomic { woken[WORKERS - 1] > 0 -> woken[WORKERS - 1]--; to = WORKERS - 1 }
	fi;
#ifdef BROKEN_RELAXED_POST
	wake_one(to);
	post(to)
#else
	post(to);
	if
	:: only -> wake_one(to)
	:: !only
	fi
#endif
}

/* run_queue_next, of what is not in the inbox */
inline take()
{
	atomic {
		if
		:: kept_one[me] -> kept_one[me] = false; found = true
		:: !kept_one[me] && ring[me] > 0 -> ring[me]--; found = true
		:: !kept_one[me] && ring[me] == 0
		fi
	}
}

/* What was taken goes behind what there is, and the first of that is next. */
inline keep()
{
	put_behind(taken);
	atomic { taken = 0; only = false };
	take()
}

inline take_inbox(from)
{
	atomic {
		if
		:: taken = inbox[from]; inbox[from] = 0; unseen[from] = 0
		:: unseen[from] & (1 << me) -> taken = 0
		fi
	};
	keep()
}

inline take_half(from)
{
	atomic {
		if
		:: taken = ring[from] - ring[from] / 2; ring[from] = ring[from] - taken
		:: ring[from] > 0 -> taken = 0 /* finds it as it was */
		fi
	};
	keep()
}

inline take_spawns()
{
	atomic { taken = (spawns + WORKERS - 1) / WORKERS; spawns = spawns - taken };
	keep()
}

inline steal()
{
	victim = 0;
	do
	:: atomic { found || victim == WORKERS -> victim = 0 }; break
	:: atomic { !found && victim == me -> victim++ }
	:: !found && victim < WORKERS && victim != me ->
		take_half(victim);
		if
		:: !found -> take_inbox(victim)
		:: found
		fi;
		victim++
	od
}

inline find()
{
	take();
	if
	:: !found -> take_inbox(me)
	:: found
	fi;
	if
	:: !found -> take_spawns()
	:: found
	fi;
	if
	:: !found -> steal()
	:: found
	fi
}

inline look_everywhere()
{
	atomic { anything = false; victim = 0 };
	do
	:: atomic {
		!anything && victim < WORKERS ->
		unseen[victim] = unseen[victim] & ~(1 << me);
		anything = (inbox[victim] > 0);
		if
		:: ring[victim] > 0 -> anything = true
#ifdef BROKEN_RELAXED_PUSH
		:: ring[victim] == 0 || victim != me
#else
		:: ring[victim] == 0
#endif
		fi;
		victim++
	}
	:: atomic {
		anything || victim == WORKERS ->
		anything = anything || ending || spawns > 0;
		victim = 0
	};
		break
	od
}

/* One that was sent has been given the part of the searcher; another takes it, if nobody has. */
inline search()
{
#ifdef ONE_CPU
	goes_on = sent; /* spinning does not pay */
#else
	atomic { goes_on = sent || !searching; searching = true };
#endif
	if
	:: atomic { goes_on -> goes_on = false };
		/* It looks for a moment; whatever it finds there, this is what counts: */
#ifndef BROKEN_SEARCH_LOOKS_FIRST
		searching = false;
#endif
		if
		:: sent -> steal()
		:: !sent
		fi;
		if
		:: !found -> find()
		:: found
		fi;
#ifdef BROKEN_SEARCH_LOOKS_FIRST
		/* A look before it sleeps will do, but this is one of those who did not search. */
		look_everywhere();
		searching = false;
		if
		:: atomic { found && anything -> anything = false }; wake_one(NOBODY)
		:: !found || !anything -> anything = false
		fi
#else
		if
		:: found ->
			look_everywhere();
			if
			:: atomic { anything -> anything = false }; wake_one(NOBODY)
			:: !anything
			fi
		:: !found
		fi
#endif
	:: !goes_on
	fi;
	sent = false
}

inline lock()
{
	atomic { !locked -> locked = true }
}

inline timers_set()
{
	lock();
	timed[me]++;
	atomic { earlier = !is_time; is_time = true };
	locked = false;
	if
#ifndef BROKEN_TIMER_WAKES_NOBODY
	:: earlier && kept -> another = keeper; event_signal(another)
#endif
	:: earlier && !kept
	:: !earlier
	fi;
	atomic { earlier = false; another = 0 }
}

inline watch_clock()
{
	if
	:: is_time ->
		lock();
		do
		:: atomic { timed[0] > 0 -> timed[0]-- }; submit()
#if WORKERS > 1
		:: atomic { timed[1] > 0 -> timed[1]-- }; submit()
#endif
		:: timed[0] == 0 && timed[WORKERS - 1] == 0 -> break
		od;
		is_time = false;
		locked = false
	:: true /* it has not come */
	fi;
	if
	:: atomic { silent[0] > 0 -> silent[0]-- }; submit()
#if WORKERS > 1
	:: atomic { silent[1] > 0 -> silent[1]-- }; submit()
#endif
	:: true
	fi
}

/* Who keeps the time sleeps until one: that of a timer, or of a look at what is silent. */
inline keep_time()
{
#ifdef BROKEN_TIME_BEFORE_KEPT
	until = is_time;
#endif
	if
#ifdef BROKEN_KEEPER_WITHOUT_TASKS
	:: true ->
#else
	:: live > 0 ->
#endif
		atomic { keeps = !kept; kept = true };
		if
		:: keeps ->
			keeper = me;
#ifndef BROKEN_TIME_BEFORE_KEPT
			until = is_time;
#endif
#ifdef BROKEN_KEEPER_WITHOUT_TASKS
			until = until || (SILENCES > 0 && live > 0)
#else
			until = until || SILENCES > 0 /* the check is no timer's time */
#endif
		:: !keeps
		fi
#ifdef BROKEN_OLD_TAIL
	:: woken[me] + silent[me] + timed[me] == 0 /* it knows of none */
#else
	:: live == 0
#endif
	fi
}

inline leave_idle()
{
	claim(me);
	atomic {
#ifndef BROKEN_SENT_FORGETS
		sent = !won;
#endif
		won = false;
		until = false
	}
}

inline park()
{
	event_prepare(me);
	idle = idle | (1 << me);
	keep_time();
#ifdef BROKEN_NO_SECOND_LOOK
	event_sleep_until(me, keeps && until);
#else
	look_everywhere();
	if
	:: atomic { anything -> anything = false }; event_cancel(me)
	:: !anything -> event_sleep_until(me, keeps && until)
	fi;
#endif
	leave_idle();
	if
	:: atomic { keeps -> kept = false; keeps = false }; watch_clock()
	:: !keeps
	fi
}

/* What others could run while one polls; not what its worker keeps for itself. */
#define OTHERS_COULD (spawns > 0 || inbox[0] > 0 || inbox[WORKERS - 1] > 0 || ring[me] > 0)

inline run_task()
{
	do
	:: atomic { children > 0 -> children--; live++ }; submit()
	:: break
	od;
	if
	:: atomic { longs > 0 -> longs-- }; !OTHERS_COULD
	:: true
	fi;
	if
	:: live--
	:: atomic { silences > 0 -> silences--; silent[me]++ }
	:: atomic { wakes > 0 -> wakes--; woken[me]++ }
	:: atomic { times > 0 -> times-- }; timers_set()
	fi
}

inline look_around()
{
	atomic { put_behind(inbox[me]); inbox[me] = 0; only = false };
	atomic {
		taken = (spawns + WORKERS - 1) / WORKERS;
		spawns = spawns - taken;
		put_behind(taken);
		taken = 0;
		only = false
	};
	if
	:: spawns > 0 -> wake_one(NOBODY)
	:: spawns == 0
	fi;
	watch_clock()
}

inline nap()
{
	event_prepare(me);
	idle = idle | (1 << me);
	atomic { unseen[me] = unseen[me] & ~(1 << me); anything = (inbox[me] > 0 || spawns > 0) };
	if
	:: atomic { anything -> anything = false }; event_cancel(me)
	:: !anything -> event_sleep_until(me, true)
	fi;
	leave_idle();
	look_around()
}

proctype work(byte me)
{
	byte victim, taken, another, bits;
	bool found, sent, goes_on, won, only, anything, keeps, until, earlier;

	do
	:: if
		:: !sent -> find()
		:: sent
		fi;
		if
		:: !found -> search()
		:: found
		fi;
		if
		:: atomic { found -> found = false };
			run_task();
			if
			:: true
			:: look_around()
			:: atomic { naps > 0 -> naps-- }; nap()
			fi
		:: !found && ending -> break
		:: !found && !ending -> park()
		fi
	od;
	ended++
}

proctype ender()
{
	byte worker;
	spawned == SPAWNERS && live == 0;
	ending = true;
	for (worker : 0 .. WORKERS - 1) {
		event_signal(worker)
	}
	ended == WORKERS
}

init
{
	byte i;
	atomic {
		for (i : 0 .. WORKERS - 1) {
			run work(i)
		}
		for (i : 1 .. SPAWNERS) {
			run spawner()
		}
		run ender();
#if WAKES > 0
		run waker()
#endif
	}
}
