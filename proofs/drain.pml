/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/*
 * drain.pml -- the counts of src/runtime/executor: executor_drain returns when every done that it
 * waits for has, and it does return. A user runs executor_spawn OUTSIDE times, and then
 * executor_drain (wait_until, executor_live); workers run tasks, end them, and tell the drainer when
 * they find nothing (end, task_tell_drainer). A poll may spawn others on its worker (CHILDREN in
 * all). A stranger spawns STRANGERS tasks meanwhile, which nobody waits for. What is forgotten leaves
 * the user asleep, an invalid end state.
 *
 * A worker tells once after it has run something, when it finds nothing, which may be while there is
 * something. The queues are one place here: whoever takes a task knows what those who put one knew.
 * The handle's ready set is one flag: ready_set.pml.
 *
 * Memory orders: a count only grows, so a load finds some value that is not older than its thread
 * knows (least). A store of a worker's ended with release puts what the worker knows beside it
 * (beside), and all loads of ended acquire that. The second store of the same value, in
 * task_tell_drainer, is sequentially consistent, as the drainer's slot and the loads of ended are:
 * such a load finds nothing older than the latest of those (told).
 *
 * holds: -DOUTSIDE=2
 * holds: -DOUTSIDE=1 -DCHILDREN=1
 * holds: -DOUTSIDE=1 -DSTRANGERS=1
 * holds at length: -DOUTSIDE=2 -DCHILDREN=1
 * fails: -DOUTSIDE=2 -DBROKEN_ENDED_BEFORE_DONE
 * fails: -DOUTSIDE=2 -DBROKEN_TELL_IN_RELEASE
 * fails: -DOUTSIDE=2 -DBROKEN_SLEEP_WITHOUT_A_LOOK
 * fails: -DOUTSIDE=1 -DCHILDREN=1 -DBROKEN_RELAXED_END
 * fails: -DOUTSIDE=1 -DCHILDREN=1 -DBROKEN_SPAWNED_FIRST
 * fails: -DOUTSIDE=1 -DCHILDREN=1 -DBROKEN_COUNTED_LATE
 */

#ifndef CHILDREN
#define CHILDREN 0
#endif
#ifndef STRANGERS
#define STRANGERS 0
#endif

#define WORKERS 2
#define USER WORKERS
#define STRANGER (WORKERS + 1)
#define THREADS (WORKERS + 2)
#define TASKS (OUTSIDE + CHILDREN + STRANGERS)

/* The counts: what each worker has spawned, what each has ended, and the tail of what came from
 * outside. */
#define SPAWNED(worker) (worker)
#define ENDED(worker) (WORKERS + (worker))
#define TAIL (2 * WORKERS)
#define COUNTS (2 * WORKERS + 1)

byte count[COUNTS];
byte least[THREADS * COUNTS];                   /* that each thread may still find */
byte beside[WORKERS * (TASKS + 1) * COUNTS];    /* each value of ended */
byte told[WORKERS];                             /* the latest ended that was stored seq_cst */
byte carried[COUNTS];                           /* by the queue */

byte queued, strange; /* tasks, and of those the stranger's */
byte children = CHILDREN;
byte awaited, dones;  /* of the user's tasks and their children */
bool slot, marked;    /* the drainer's handle, and its ready set */

#define LEAST(who, what) least[(who) * COUNTS + (what)]
#define BESIDE(worker, value, what) beside[((worker) * (TASKS + 1) + (value)) * COUNTS + (what)]

inline put()
{
	for (i : 0 .. COUNTS - 1) {
		carried[i] = (LEAST(me, i) > carried[i] -> LEAST(me, i) : carried[i])
	}
	queued++;
	i = 0
}

inline take()
{
	queued--;
	for (i : 0 .. COUNTS - 1) {
		LEAST(me, i) = (carried[i] > LEAST(me, i) -> carried[i] : LEAST(me, i))
	}
	i = 0
}

inline add_to(what)
{
	count[what]++;
	LEAST(me, what) = count[what]
}

/* Finds some value that is not older than what this thread knows, nor than the oldest given. */
inline load(what, oldest)
{
	found = (LEAST(me, what) > oldest -> LEAST(me, what) : oldest);
	do
	:: found < count[what] -> found++
	:: break
	od;
	LEAST(me, what) = found
}

inline sum_ended()
{
	for (worker : 0 .. WORKERS - 1) {
		atomic {
			load(ENDED(worker), told[worker]);
			for (i : 0 .. COUNTS - 1) {
				LEAST(me, i) = (BESIDE(worker, found, i) > LEAST(me, i) ->
					BESIDE(worker, found, i) : LEAST(me, i))
			}
			live = live - found;
			found = 0;
			i = 0
		}
	}
}

inline sum_spawned()
{
	for (worker : 0 .. WORKERS) {
		atomic {
			if
			:: worker < WORKERS -> load(SPAWNED(worker), 0)
			:: worker == WORKERS -> load(TAIL, 0)
			fi;
			live = live + found;
			found = 0
		}
	}
}

inline executor_live()
{
	live = 0;
#ifdef BROKEN_SPAWNED_FIRST
	sum_spawned();
	sum_ended();
#else
	sum_ended();
	sum_spawned();
#endif
	worker = 0
}

inline task_tell_drainer()
{
#ifndef BROKEN_TELL_IN_RELEASE
	told[me] = count[ENDED(me)];
#endif
	if
	:: slot ->
		executor_live();
		if
		:: live == 0 -> marked = true
		:: live != 0 -> live = 0
		fi
	:: !slot
	fi
}

inline spawn_child()
{
	atomic {
		children > 0 ->
		children--;
		awaited = awaited + !is_strange;
		strange = strange + is_strange;
#ifndef BROKEN_COUNTED_LATE
		add_to(SPAWNED(me));
#endif
		put()
	};
#ifdef BROKEN_COUNTED_LATE
	atomic { add_to(SPAWNED(me)) }
#endif
}

inline end_task()
{
#ifdef BROKEN_ENDED_BEFORE_DONE
	count_ended();
	dones = dones + !is_strange
#else
	dones = dones + !is_strange;
	count_ended()
#endif
}

inline count_ended()
{
	atomic {
		add_to(ENDED(me));
#ifndef BROKEN_RELAXED_END
		for (i : 0 .. COUNTS - 1) {
			BESIDE(me, count[ENDED(me)], i) = LEAST(me, i)
		}
		i = 0
#endif
	}
}

proctype work(byte me)
{
	byte found, worker, i;
	short live;
	bool is_strange, has_run;

end:	do
	:: atomic {
		queued > 0 ->
		take();
		if
		:: strange > 0 -> strange--; is_strange = true
		:: queued >= strange -> is_strange = false
		fi;
		has_run = true
	};
		if
		:: spawn_child()
		:: true
		fi;
		end_task()
	:: atomic { has_run -> has_run = false; is_strange = false }; task_tell_drainer()
	od
}

inline spawn_from_outside()
{
	atomic { add_to(TAIL); put() }
}

proctype user(byte me)
{
	byte found, worker, i, spawns;
	short live;

	for (spawns : 1 .. OUTSIDE) {
		awaited++;
		spawn_from_outside()
	}
	do
	:: executor_live();
		if
		:: live == 0 -> break
		:: live != 0 && !slot ->
			slot = true
#ifdef BROKEN_SLEEP_WITHOUT_A_LOOK
			; marked; marked = false
#endif
		:: live != 0 && slot -> atomic { marked -> marked = false }
		fi
	od;
	assert(dones == awaited);
	slot = false
}

proctype stranger(byte me)
{
	byte i, spawns;

	do
	:: spawns < STRANGERS -> atomic { spawns++; strange++; spawn_from_outside() }
	:: spawns == STRANGERS -> break
	od
}

init
{
	byte me;
	atomic {
		for (me : 0 .. WORKERS - 1) {
			run work(me)
		}
		run user(USER);
		run stranger(STRANGER)
	}
}
