/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/*
 * executor.pml -- src/runtime/executor/worker.c, spawns.c, timers.c, executor.c: no task stays
 * queued, and none that has a time stays forgotten, while every worker sleeps without an end.
 * Spawners run executor_spawn (spawns_put, worker_wake_one), or post to a worker's inbox as wakers
 * do (executor_submit); workers run worker_run (find, search, task_run, watch_clock, park,
 * keep_time); a last thread runs executor_delete (drain, end_workers) when all is spawned. What is
 * lost leaves somebody asleep: an invalid end state.
 *
 * Each spawner spawns SPAWNS tasks. A poll may spawn others (CHILDREN in all), and is the last of
 * its future unless it answers that the waker will be called, which then never is (SILENCES in all),
 * or that a time is to come (TIMES in all). Time passes when it likes, also for a sleeper that has a
 * deadline; but the check of what is silent never comes where nothing is, so that a timer's wake-up
 * cannot lean on it. With ONE_CPU nobody searches before it sleeps.
 *
 * Tasks are counted here, not told apart. A run queue is an inbox and a ring, and the spawns are one
 * more inbox, of which a worker takes one or all: run_queue.pml has the queue in detail, task.pml the
 * wake-ups of one task. A ring's owner is awake while there is something in it, or in its backlog,
 * which is not modelled. Nor is the nap in calm_down, which has an end, and executor_wait, whose
 * sleeper has a ready set of its own. The handlers of signals do not interrupt workers, which block
 * them (os.h).
 *
 * Memory orders: posts and looks at an inbox before sleeping, idle bits, searching, ending, kept,
 * keeper, live and the first time are sequentially consistent. Weaker:
 *  - take_inbox looks at the inbox relaxed: a worker may find it as it was before a post, until it
 *    has seen that post in anything_to_do (unseen);
 *  - a thief may find any ring as it was, empty say; so may a worker before it sleeps;
 *  - the check of what is silent is relaxed: an old time is an earlier one, which is no harm;
 *  - the event's own weak store: event.inc.
 *
 * holds: -DWORKERS=1 -DSPAWNERS=2 -DSILENCES=1 -DTIMES=1
 * holds: -DCANCEL_AT_ONCE -DWORKERS=2 -DSPAWNERS=1 -DCHILDREN=1
 * holds: -DCANCEL_AT_ONCE -DWORKERS=2 -DSPAWNERS=1 -DONE_CPU
 * holds: -DCANCEL_AT_ONCE -DWORKERS=2 -DSPAWNERS=1 -DSILENCES=1
 * holds: -DCANCEL_AT_ONCE -DWORKERS=2 -DSPAWNERS=1 -DTIMES=1
 * holds at length: -DCANCEL_AT_ONCE -DWORKERS=2 -DSPAWNERS=1 -DSPAWNS=2
 * holds at length: -DCANCEL_AT_ONCE -DWORKERS=2 -DSPAWNERS=1 -DCHILDREN=2
 * fails: -DCANCEL_AT_ONCE -DWORKERS=2 -DSPAWNERS=1 -DBROKEN_NO_SECOND_LOOK
 * fails: -DCANCEL_AT_ONCE -DWORKERS=2 -DSPAWNERS=1 -DBROKEN_RELAXED_POST
 * fails: -DCANCEL_AT_ONCE -DWORKERS=2 -DSPAWNERS=1 -DSPAWNS=2 -DBROKEN_SENT_KEEPS_SEARCHING
 * fails: -DCANCEL_AT_ONCE -DWORKERS=2 -DSPAWNERS=1 -DSILENCES=1 -DBROKEN_KEEPER_WITHOUT_TASKS
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

#define EVENTS WORKERS
#define SPURIOUS 0
#include "event.inc"

#define EVERYBODY ((1 << WORKERS) - 1)
#define NOBODY WORKERS

#define INBOXES (WORKERS + 1)
#define SPAWNED WORKERS /* the inbox that belongs to nobody */

byte inbox[INBOXES];  /* how many tasks are in it */
byte unseen[INBOXES]; /* the workers that may still find it as it was */
byte ring[WORKERS];
byte idle;
bool searching;
bool ending;
bool kept;
byte keeper;
byte live;
byte silent;  /* tasks that promised to call their waker, and never will */
byte timed;   /* tasks among the timers */
bool locked;  /* the timers */
bool is_time; /* timers.first is one */
byte spawned, ended;

byte children = CHILDREN;
byte silences = SILENCES;
byte times = TIMES;

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

/* worker_wake_one. Nobody waits for the flag to be set: it is exchanged, or seen set. */
inline wake_one(rather)
{
	do
	:: searching -> break
	:: !searching ->
		if
		:: idle == 0 -> break
		:: idle != 0
		fi;
		if
		:: searching -> break
		:: atomic { !searching -> searching = true }
		fi;
		won = false;
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
		:: !won -> searching = false
		fi;
	od;
	atomic { another = 0; bits = 0; won = false; only = false }
}

/* run_queue_post */
inline post(to)
{
	atomic { only = (inbox[to] == 0); inbox[to]++; unseen[to] = EVERYBODY }
}

/* executor_submit, by a worker: into its ring */
inline submit()
{
	atomic { only = (ring[me] == 0); ring[me]++ };
	if
	:: atomic { only -> only = false }
	:: !only -> wake_one(NOBODY)
	fi
}

proctype spawner()
{
	byte to, another, bits;
	bool won, only;
	byte i;

	for (i : 1 .. SPAWNS) {
		atomic {
			if
			:: to = SPAWNED
			:: to = 0
			:: to = WORKERS - 1
			fi;
			live++
		};
#ifdef BROKEN_RELAXED_POST
		/* The store of the post is passed by the loads of searching and of the idle bits. */
		wake_one(to);
		post(to)
#else
		post(to);
		if
		:: only -> wake_one(to) /* NOBODY rather than another, for the spawns */
		:: !only
		fi
#endif
	}
	spawned++
}

/* Those that were taken, but one, go into the ring. */
inline keep()
{
	if
	:: taken > 1 -> ring[me] = ring[me] + taken - 1
	:: taken <= 1
	fi
}

inline take_inbox(from)
{
	atomic {
		if
		:: taken = inbox[from]; inbox[from] = 0; unseen[from] = 0
		:: unseen[from] & (1 << me) -> taken = 0
		fi;
		found = (taken > 0)
	};
	keep()
}

inline take_half(from)
{
	atomic {
		if
		:: taken = ring[from] - ring[from] / 2; ring[from] = ring[from] - taken
		:: ring[from] > 0 -> taken = 0 /* finds it as it was */
		fi;
		found = (taken > 0)
	};
	keep()
}

/* spawns_take: one or all. That none waits is not believed before the word has been read. */
inline take_spawns()
{
	atomic {
		if
		:: inbox[SPAWNED] > 0 -> taken = inbox[SPAWNED]
		:: inbox[SPAWNED] > 0 -> taken = 1
		:: inbox[SPAWNED] == 0 -> taken = 0
		fi;
		inbox[SPAWNED] = inbox[SPAWNED] - taken;
		found = (taken > 0)
	};
	keep()
}

inline find()
{
	if
	:: atomic { ring[me] > 0 -> ring[me]--; found = true }
	:: ring[me] == 0 -> take_inbox(me)
	fi;
	if
	:: !found -> take_spawns()
	:: found
	fi;
	do
	:: atomic { found || victim == WORKERS -> victim = 0; taken = 0 }; break
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

inline look_everywhere()
{
	atomic { anything = false; victim = 0 };
	do
	:: atomic {
		!anything && victim < INBOXES ->
		unseen[victim] = unseen[victim] & ~(1 << me);
		anything = (inbox[victim] > 0);
		victim++
	}
	:: atomic {
		anything || victim == INBOXES ->
		anything = anything || ending;
		victim = 0
	};
		break
	od
}

inline search()
{
	if
	:: !sent
	:: sent -> looks = true
	fi;
#ifndef ONE_CPU /* else spinning does not pay */
	if
	:: !sent && searching
	:: atomic { !sent && !searching -> searching = true; looks = true }
	:: sent
	fi;
#endif
	if
	:: looks ->
		/* It looks for a moment; whatever it finds there, this is what counts: */
#ifdef BROKEN_SENT_KEEPS_SEARCHING
		if
		:: !sent -> searching = false
		:: sent
		fi;
#else
		searching = false;
#endif
		find();
		if
		:: found ->
			look_everywhere();
			if
			:: atomic { anything -> anything = false }; wake_one(NOBODY)
			:: !anything
			fi
		:: !found
		fi
	:: !looks
	fi;
	atomic { looks = false; sent = false }
}

inline lock()
{
	atomic { !locked -> locked = true }
}

inline timers_set()
{
	lock();
	timed++;
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
		:: timed > 0 -> timed--; submit()
		:: timed == 0 -> break
		od;
		is_time = false;
		locked = false
	:: true /* it has not come */
	fi;
	if
	:: atomic { silent > 0 -> silent-- }; submit()
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
	:: live == 0
	fi
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
	atomic { sent = !(idle & (1 << me)); idle = idle & ~(1 << me); until = false };
	if
	:: atomic { keeps -> kept = false; keeps = false }; watch_clock()
	:: !keeps
	fi
}

inline run_task()
{
	if
	:: atomic { children > 0 -> children--; live++ }; submit()
	:: true
	fi;
	if
	:: live--
	:: atomic { silences > 0 -> silences--; silent++ }
	:: atomic { times > 0 -> times-- }; timers_set()
	fi
}

proctype work(byte me)
{
	byte victim, taken, another, bits;
	bool found, won, only, anything, keeps, until, earlier, sent, looks;

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
			:: watch_clock()
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
		run ender()
	}
}
