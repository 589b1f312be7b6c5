/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/*
 * run_queue.pml -- src/concurrent/run_queue.c: what is posted is run once, and in turn while nobody
 * steals. Posters run run_queue_post; the owner runs run_queue_next (pop, keep, push, take_inbox);
 * thieves run the first half of run_queue_steal (take_half, take_inbox) STEALS times at most. A
 * thief runs what it took at once: what it does with its own ring is what the owner does with this
 * one. Whoever has run a task may post it again, REPOSTS times in all, so that the links of the
 * inbox come back. The owner ends when all has been run: what is lost leaves it waiting, an invalid
 * end state. The ring has two places, so that it is full at times, and half of it is one.
 *
 * Checked too: nobody reads or writes a task (its link below) unless it knows what was written there
 * last: such a plain access would race.
 *
 * Memory orders: head and tail only grow, so a load finds some value that is not older than the
 * thread knows. A thief that acquires the tail knows the elements before it; it may find a newer
 * one in the same place, which the owner has stored meanwhile, never an older one. It acquires the
 * head as well, and with it the tail that those who moved it knew (tail_with). Who has the last
 * write of each task behind it is followed as in completion.pml (knows). A look at the inbox, and the
 * load before a post, may find what was there before: then they find nothing, or the exchange
 * fails; neither has a consequence here (executor.pml has those of the former).
 *
 * holds: -DPOSTERS=1 -DPOSTS=4 -DTHIEVES=0 -DREPOSTS=1
 * holds: -DPOSTERS=1 -DPOSTS=4 -DTHIEVES=1 -DSTEALS=2 -DREPOSTS=0
 * holds: -DPOSTERS=2 -DPOSTS=2 -DTHIEVES=1 -DSTEALS=1 -DREPOSTS=1
 * holds: -DPOSTERS=1 -DPOSTS=4 -DTHIEVES=2 -DREPOSTS=0
 * fails: -DPOSTERS=1 -DPOSTS=2 -DTHIEVES=1 -DSTEALS=1 -DREPOSTS=0 -DBROKEN_RELAXED_POST
 * fails: -DPOSTERS=1 -DPOSTS=4 -DTHIEVES=1 -DSTEALS=1 -DREPOSTS=0 -DBROKEN_RELAXED_TAIL
 * fails: -DPOSTERS=1 -DPOSTS=4 -DTHIEVES=1 -DSTEALS=1 -DREPOSTS=0 -DBROKEN_READ_LATE
 * fails: -DPOSTERS=1 -DPOSTS=3 -DTHIEVES=1 -DSTEALS=1 -DREPOSTS=0 -DBROKEN_TAKE_IN_TWO_STEPS
 * fails: -DPOSTERS=1 -DPOSTS=3 -DTHIEVES=1 -DSTEALS=1 -DREPOSTS=0 -DBROKEN_LINK_READ_LATE
 * fails: -DPOSTERS=1 -DPOSTS=4 -DTHIEVES=1 -DSTEALS=1 -DREPOSTS=0 -DBROKEN_NEVER_FULL
 * fails: -DPOSTERS=1 -DPOSTS=5 -DTHIEVES=0 -DREPOSTS=0 -DBROKEN_INBOX_BEFORE_BACKLOG
 */

#ifndef STEALS
#define STEALS 1
#endif

#define SIZE 2
#define TASKS (POSTERS * POSTS)
#define POSITIONS (TASKS + REPOSTS)
#define NONE TASKS
#define OWNER 0
#define THREADS (1 + THIEVES + POSTERS)

byte head, tail;
byte stored;                   /* elements; the last one is not behind the tail yet */
byte at[POSITIONS];            /* the task in each position */
byte tail_with[POSITIONS + 1]; /* by the head: the tail that those who moved it knew */
byte inbox = NONE;
byte below[TASKS + 1];
byte turn[TASKS]; /* in which they were posted */

short knows[THREADS];           /* tasks */
short with_tail[POSITIONS + 1]; /* what was released with each tail */
short with_inbox;

byte posts, runs;
bool queued[TASKS];
byte reposts = REPOSTS;
byte i;

inline may_touch(me, task)
{
	assert(task != NONE && (knows[me] & (1 << task)))
}

/* Nobody else knows what is there now. */
inline touch(me, task)
{
	may_touch(me, task);
	for (i : 0 .. THREADS - 1) {
		knows[i] = knows[i] & ~(1 << task)
	}
	for (i : 0 .. POSITIONS) {
		with_tail[i] = with_tail[i] & ~(1 << task)
	}
	with_inbox = with_inbox & ~(1 << task);
	knows[me] = knows[me] | (1 << task);
	i = 0
}

inline post(task)
{
	top = inbox;
	do
	:: atomic { touch(me, task); below[task] = top };
		atomic {
			if
			:: inbox == top ->
				inbox = task;
				assert(!queued[task]);
				queued[task] = true;
				turn[task] = posts;
				posts++;
#ifndef BROKEN_RELAXED_POST
				with_inbox = with_inbox | knows[me];
#endif
				top = NONE;
				break
			:: inbox != top -> top = inbox
			fi
		}
	od
}

inline run_task(task)
{
	atomic {
		touch(me, task);
		assert(queued[task]);
		queued[task] = false;
#if THIEVES == 0
		assert(turn[task] == runs);
#endif
		runs++;
		if
		:: reposts > 0 -> reposts--; again = true
		:: again = false
		fi
	};
	if
	:: atomic { again -> again = false }; post(task)
	:: !again
	fi
}

/* The list is this thread's alone, so turning it over is one step. */
inline take_inbox(oldest)
{
	atomic {
		taken = inbox;
		inbox = NONE;
		knows[me] = knows[me] | with_inbox;
		oldest = NONE;
		do
		:: taken != NONE ->
			touch(me, taken);
			next = below[taken];
			below[taken] = oldest;
			oldest = taken;
			taken = next
		:: taken == NONE -> break
		od;
		next = NONE
	}
}

inline acquire_head()
{
	if
	:: tail_with[known_head] > known_tail -> known_tail = tail_with[known_head]
	:: else
	fi
}

/* Finds some head that is not older than the one known. */
inline load_head()
{
	atomic {
		do
		:: known_head < head -> known_head++
		:: break
		od;
		acquire_head()
	}
}

inline move_head(count)
{
	head = known_head + count;
	i = known_head;
	do
	:: i < head ->
		i++;
		tail_with[i] = (tail_with[known_head] > known_tail -> tail_with[known_head] : known_tail)
	:: i == head -> break
	od;
	known_head = head;
	i = 0
}

/* What a thief finds in the place of a position. */
inline load_element(position, element)
{
	atomic {
		i = position;
		do
		:: i + SIZE < stored -> i = i + SIZE
		:: element = at[i]; break
#ifdef BROKEN_RELAXED_TAIL
		:: i == position && i >= SIZE -> element = at[i - SIZE]; break
		:: i == position && i < SIZE -> element = NONE; break
#endif
		od;
		i = 0
	}
}

proctype thief(byte me)
{
	byte known_head, known_tail, count, task, taken, next, top, steals;
	bool again;

	for (steals : 1 .. STEALS) {
		task = NONE;
		load_head();
		do
		:: atomic {
			do
			:: known_tail < tail -> known_tail++
			:: break
			od;
			knows[me] = knows[me] | with_tail[known_tail];
			assert(known_tail >= known_head);
			count = known_tail - known_head - (known_tail - known_head) / 2
		};
			if
			:: count == 0 -> break
			:: count > SIZE / 2 -> load_head() /* the head has moved on */
			:: count > 0 && count <= SIZE / 2 ->
#ifndef BROKEN_READ_LATE
				load_element(known_head, task);
#endif
#ifdef BROKEN_TAKE_IN_TWO_STEPS
				if
				:: head == known_head -> move_head(count); break
				:: head != known_head -> task = NONE; load_head()
				fi
#else
				atomic {
					if
					:: head == known_head -> move_head(count); break
					:: head != known_head -> task = NONE; known_head = head; acquire_head()
					fi
				}
#endif
			fi
		od;
#ifdef BROKEN_READ_LATE
		if
		:: count > 0 -> load_element(known_head - 1, task)
		:: count == 0
		fi;
#endif
		if
		:: count > 0 -> atomic { touch(me, task); below[task] = NONE }
		:: count == 0 -> take_inbox(task)
		fi;
		do
		:: task != NONE ->
			atomic { may_touch(me, task); count = below[task] };
			run_task(task);
			task = count
		:: task == NONE -> break
		od
	}
}

inline pop()
{
	task = NONE;
	atomic {
		do
		:: known_head < head -> known_head++
		:: break
		od
	};
	do
	:: known_head == tail -> break
	:: known_head != tail ->
		atomic {
			known_tail = tail;
			if
			:: head == known_head -> task = at[known_head]; move_head(1); break
			:: head != known_head -> known_head = head
			fi
		}
	od
}

/* Puts next into the ring, or stops at a full one. */
inline push()
{
	load_head();
	if
#ifndef BROKEN_NEVER_FULL
	:: tail - known_head == SIZE -> break
	:: tail - known_head < SIZE ->
#else
	:: true ->
#endif
		atomic { at[tail] = next; stored = tail + 1 };
		atomic { with_tail[stored] = knows[me]; tail = stored }
	fi
}

inline keep()
{
	if
	:: task != NONE ->
		atomic { may_touch(me, task); next = below[task] };
		do
		:: next == NONE -> break
		:: next != NONE ->
#ifdef BROKEN_LINK_READ_LATE
			push();
			atomic { may_touch(me, next); next = below[next] }
#else
			atomic { may_touch(me, next); after = below[next] };
			push();
			next = after
#endif
		od;
		atomic { backlog = next; next = NONE; after = NONE }
	:: task == NONE
	fi
}

proctype owner(byte me)
{
	byte known_head, known_tail, task, next = NONE, after = NONE, taken, top, backlog = NONE;
	bool again;

	do
	:: pop();
		if
		:: task != NONE
		:: task == NONE ->
			if
#ifdef BROKEN_INBOX_BEFORE_BACKLOG
			:: inbox != NONE -> take_inbox(task)
			:: inbox == NONE -> task = backlog
#else
			:: backlog != NONE -> task = backlog
			:: backlog == NONE -> take_inbox(task)
#endif
			fi;
			keep()
		fi;
		if
		:: task != NONE -> run_task(task)
		:: task == NONE ->
			if
			:: inbox != NONE || tail != head
			:: runs == TASKS + REPOSTS - reposts && posts == runs && posts >= TASKS -> break
			fi
		fi
	od
}

proctype poster(byte me)
{
	byte number, top, task;

	for (number : 1 .. POSTS) {
		task = (me - 1 - THIEVES) * POSTS + number - 1;
		post(task)
	}
}

init
{
	byte me;
	atomic {
		for (me : 0 .. TASKS - 1) {
			knows[1 + THIEVES + me / POSTS] = knows[1 + THIEVES + me / POSTS] | (1 << me)
		}
		run owner(OWNER);
		for (me : 1 .. THIEVES + POSTERS) {
			if
			:: me <= THIEVES -> run thief(me)
			:: me > THIEVES -> run poster(me)
			fi
		}
	}
}
