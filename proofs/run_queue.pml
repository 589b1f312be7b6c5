/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/*
 * run_queue.pml -- src/concurrent/run_queue.c: what is posted or pushed is run once, and in turn
 * while nobody steals: what is pushed goes behind all that the owner has, what is posted behind
 * what was posted before, and behind all that the owner has when it takes the inbox. Posters run
 * run_queue_post; the owner runs run_queue_next (take, pop, run_queue_refill, fill, take_inbox),
 * pushes (run_queue_put, run_queue_show), and refills when it likes; thieves run the first half of
 * run_queue_steal (take_half, take_inbox) STEALS times at most. A thief runs what it took at once:
 * what it does with its own ring is what the owner does with this one. Whoever has run a task may
 * queue it again, REPOSTS times in all, so that the links come back: the owner pushes it, a thief
 * posts it. The owner ends when all has been run: what is lost leaves it waiting, an invalid end
 * state. The ring has two places, so that it is full at times, and half of it is one.
 *
 * Checked too: nobody reads or writes a task (its link below) unless it knows what was written there
 * last: such a plain access would race; and the owner keeps one for itself only while there is
 * nothing in the ring.
 *
 * Memory orders: head and tail only grow, so a load finds some value that is not older than the
 * thread knows. A thief that acquires the tail knows the elements before it; it may find a newer
 * one in the same place, which the owner has stored meanwhile, never an older one. Between two tails
 * that were stored it may find one here that never was, which takes nothing away. It acquires the
 * head as well, and with it the tail that those who moved it knew (tail_with). Who has the last
 * write of each task behind it is followed as in completion.pml (knows). A look at the inbox, and the
 * load before a post, may find what was there before: then they find nothing, or the exchange
 * fails; neither has a consequence here, nor has it which tails are sequentially consistent
 * (executor.pml has those of all three).
 *
 * holds: -DPOSTERS=1 -DPOSTS=4 -DTHIEVES=0 -DREPOSTS=1
 * holds: -DPOSTERS=1 -DPOSTS=4 -DTHIEVES=1 -DSTEALS=2 -DREPOSTS=0
 * holds: -DPOSTERS=1 -DPOSTS=3 -DTHIEVES=1 -DREPOSTS=1
 * holds: -DPOSTERS=2 -DPOSTS=1 -DTHIEVES=1 -DREPOSTS=1
 * holds: -DPOSTERS=1 -DPOSTS=3 -DTHIEVES=2 -DREPOSTS=0
 * holds at length: -DPOSTERS=2 -DPOSTS=2 -DTHIEVES=1 -DREPOSTS=1
 * holds at length: -DPOSTERS=1 -DPOSTS=4 -DTHIEVES=2 -DREPOSTS=0
 * fails: -DPOSTERS=1 -DPOSTS=2 -DTHIEVES=1 -DSTEALS=1 -DREPOSTS=0 -DBROKEN_RELAXED_POST
 * fails: -DPOSTERS=1 -DPOSTS=4 -DTHIEVES=1 -DSTEALS=1 -DREPOSTS=0 -DBROKEN_RELAXED_TAIL
 * fails: -DPOSTERS=1 -DPOSTS=4 -DTHIEVES=1 -DSTEALS=1 -DREPOSTS=0 -DBROKEN_READ_LATE
 * fails: -DPOSTERS=1 -DPOSTS=3 -DTHIEVES=1 -DSTEALS=1 -DREPOSTS=0 -DBROKEN_TAKE_IN_TWO_STEPS
 * fails: -DPOSTERS=1 -DPOSTS=4 -DTHIEVES=1 -DSTEALS=1 -DREPOSTS=0 -DBROKEN_LINK_READ_LATE
 * fails: -DPOSTERS=1 -DPOSTS=4 -DTHIEVES=1 -DSTEALS=1 -DREPOSTS=0 -DBROKEN_NEVER_FULL
 * fails: -DPOSTERS=1 -DPOSTS=4 -DTHIEVES=0 -DREPOSTS=1 -DBROKEN_PUT_PASSES_BACKLOG
 * fails: -DPOSTERS=1 -DPOSTS=3 -DTHIEVES=0 -DREPOSTS=1 -DBROKEN_KEEPS_BESIDE_RING
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
byte filled;                   /* places; those behind the tail are not shown yet */
byte at[POSITIONS];            /* the task in each position */
byte tail_with[POSITIONS + 1]; /* by the head: the tail that those who moved it knew */
byte inbox = NONE;
byte below[TASKS + 1];
byte turn[TASKS]; /* in which they were posted, then in which the owner got them */

short knows[THREADS];           /* tasks */
short with_tail[POSITIONS + 1]; /* what was released with each tail */
short with_inbox;

byte posts, taken_posts, pushes, joins, runs;
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
#if THIEVES == 0
				turn[task] = posts;
				posts++;
#endif
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

inline begin_run(task)
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
	}
}

/* The owner has it, in its turn of those that came the same way. */
inline join(task, came)
{
#if THIEVES == 0
	assert(turn[task] == came);
	came++;
	turn[task] = joins;
	joins++
#else
	skip
#endif
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
		next = oldest;
		do
		:: next != NONE -> join(next, taken_posts); next = below[next]
		:: next == NONE -> break
		od
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
		:: i + SIZE < filled -> i = i + SIZE
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
			begin_run(task);
			if
			:: atomic { again -> again = false }; post(task)
			:: !again
			fi;
			task = count
		:: task == NONE -> break
		od
	}
}

inline pop()
{
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

inline take()
{
	atomic { task = kept; kept = NONE };
	if
	:: task == NONE -> pop()
	:: task != NONE
	fi
}

/* Puts one into the next place of the ring, unless it is full. */
inline fill(one)
{
	load_head();
	atomic {
#ifdef BROKEN_NEVER_FULL
		has_room = true;
#else
		has_room = (filled - known_head < SIZE);
#endif
		if
		:: has_room -> at[filled] = one; filled++
		:: !has_room
		fi
	}
}

inline run_queue_put(one)
{
	has_room = false;
	load_head();
	if
#ifdef BROKEN_KEEPS_BESIDE_RING
	:: kept == NONE && backlog == NONE -> atomic { kept = one; has_room = true }
#else
	:: kept == NONE && backlog == NONE && known_head == filled ->
		atomic { assert(head == filled); kept = one; has_room = true }
#endif
#ifdef BROKEN_PUT_PASSES_BACKLOG
	:: else -> fill(one)
#else
	:: else ->
		if
		:: backlog == NONE -> fill(one)
		:: backlog != NONE
		fi
#endif
	fi;
	atomic {
		if
		:: !has_room ->
			touch(me, one);
			below[one] = NONE;
			if
			:: backlog == NONE -> backlog = one
			:: backlog != NONE -> touch(me, newest); below[newest] = one
			fi;
			newest = one
		:: has_room
		fi;
		has_room = false
	}
}

inline run_queue_show()
{
	atomic {
		do
		:: tail < filled -> tail++; with_tail[tail] = knows[me]
		:: tail == filled -> break
		od
	}
}

inline append()
{
	do
	:: oldest != NONE ->
#ifdef BROKEN_LINK_READ_LATE
		run_queue_put(oldest);
		run_queue_show();
		atomic { may_touch(me, oldest); oldest = below[oldest] }
#else
		atomic { may_touch(me, oldest); after = below[oldest] };
		run_queue_put(oldest);
		atomic { oldest = after; after = NONE }
#endif
	:: oldest == NONE -> break
	od;
	run_queue_show()
}

inline run_queue_refill()
{
	has_room = true;
	do
	:: has_room && backlog != NONE ->
		fill(backlog);
		atomic {
			if
			:: has_room -> may_touch(me, backlog); backlog = below[backlog]
			:: !has_room
			fi
		}
	:: !has_room || backlog == NONE -> break
	od;
	take_inbox(oldest);
	append();
	has_room = false
}

proctype owner(byte me)
{
	byte known_head, known_tail, task, next = NONE, after = NONE, oldest = NONE, taken, backlog = NONE;
	byte newest = NONE, kept = NONE;
	bool again, has_room;

	do
	:: take();
		if
		:: task != NONE ->
			begin_run(task);
			if
			:: atomic {
				again ->
				again = false;
				queued[task] = true;
				turn[task] = pushes;
				join(task, pushes)
			};
				run_queue_put(task);
				run_queue_show()
			:: !again
			fi;
			if
			:: backlog != NONE || inbox != NONE -> run_queue_refill()
			:: true
			fi
		:: task == NONE ->
			if
			:: backlog != NONE || inbox != NONE -> run_queue_refill()
			:: runs == TASKS + REPOSTS - reposts -> break
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
