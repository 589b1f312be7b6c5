/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/*
 * set.c -- see set.h. A place is taken from the free ones for each future that is added, and is
 * pending in the poller until the future is complete, then done until it is handed back.
 *
 * The descriptor is a group of two: the bell of the ready set's event, and an alarm. After every
 * use of the set it is armed: with work left the bell is rung; without, the event is prepared, so
 * that the next mark rings it, and the alarm is set to the time until which the loop may rest. The
 * next use disarms it, and silences the bell whatever the event says: a mark that woke a wait has
 * rung it as well, and one that came before the latest arming may ring it only now. Ready sets
 * outlive runtimes, and with them their bells, for a late mark may still ring one.
 *
 * The child of a fork shares all three with its parent: a bell that it silences has not rung for
 * the parent either. So it leaves them alone, and makes others when it is asked for a descriptor.
 */

#include "runtime/set.h"

#include <errno.h>
#include <string.h>

#include "concurrent/forks.h"

/* Futures that one call polls, for each reason, before it looks at the clock. */
#define ROUND 64
#define PLACES_FIRST 64
#define PLACES_MAX (UINT32_C(1) << 31)

#define PLACE_SIZE (POLLER_LISTS_SIZE + sizeof(struct future *) + sizeof(void *) + sizeof(uint32_t))

static void note_done(struct poller *poller, size_t place)
{
	struct set *set = (struct set *)poller;
	set->links[place] = 0;
	if (set->done_first != 0)
		set->links[set->done_last - 1] = (uint32_t)place + 1;
	else
		set->done_first = (uint32_t)place + 1;
	set->done_last = (uint32_t)place + 1;
}

static void free_place(struct set *set, uint32_t place)
{
	set->poller.futs[place] = NULL;
	set->links[place] = set->free;
	set->free = place + 1;
	set->count--;
}

/* Where the parts of n places lie in one piece of memory, the widest first. */
struct places {
	void **cookies;
	struct future **futs;
	void *lists;
	uint32_t *links;
};

static struct places divide(char *memory, size_t n)
{
	/* The marks end the poller's lists, bytes of any number, so the links come before them. */
	struct places places = {.cookies = (void **)(void *)memory};
	places.futs = (struct future **)(places.cookies + n);
	places.links = (uint32_t *)(places.futs + n);
	places.lists = places.links + n + n % 2;
	return places;
}

/* Copies the poller's lists to where they may grow to n. */
static void move_lists(struct poller *poller, struct places to, size_t n)
{
	struct poller from = *poller;
	poller_move(poller, to.futs, n, to.lists);
	memcpy(poller->futs, from.futs, from.n * sizeof(*from.futs));
	memcpy(poller->deadlines.heap, from.deadlines.heap,
	       from.deadlines.count * sizeof(*from.deadlines.heap));
	memcpy(poller->deadlines.places, from.deadlines.places,
	       from.n * sizeof(*from.deadlines.places));
	memcpy(poller->marks, from.marks, from.n);
	memcpy(poller->soon, from.soon, from.n * sizeof(*from.soon));
}

/* Makes free places: the first ones, or as many as there are. */
static int grow(struct set *set)
{
	struct poller *poller = &set->poller;
	size_t old = poller->n;
	size_t n = old == 0 ? PLACES_FIRST : 2 * old;
	if (n > PLACES_MAX)
		return ENOMEM;
	char *memory = os_allocate_zeroed(n * PLACE_SIZE + sizeof(uint32_t));
	if (memory == NULL)
		return ENOMEM;
	struct places places = divide(memory, n);
	struct ready_set *ready = old == 0 ? ready_set_acquire(n) : poller->ready;
	if (ready != NULL && old != 0)
		ready_set_resize(ready, n);
	if (ready == NULL || ready->capacity < n) { /* which is no less than the first places */
		os_free(memory);
		return ENOMEM;
	}
	if (old == 0) {
		poller_begin(poller, places.futs, n, ready, places.lists);
		poller->completed = note_done;
		set->generation = forks_generation();
	} else {
		move_lists(poller, places, n);
		memcpy(places.cookies, set->cookies, old * sizeof(*places.cookies));
		memcpy(places.links, set->links, old * sizeof(*places.links));
		os_free(set->cookies);
	}
	set->cookies = places.cookies;
	set->links = places.links;
	for (size_t place = n; place-- > old;) {
		set->links[place] = set->free;
		set->free = (uint32_t)place + 1;
	}
	return 0;
}

static struct future *hand_out(struct set *set, void **cookie)
{
	uint32_t place = set->done_first - 1;
	struct future *fut = set->poller.futs[place];
	if (cookie != NULL)
		*cookie = set->cookies[place];
	set->done_first = set->links[place];
	free_place(set, place);
	return fut;
}

/* Once in each child. The ready set may have kept a bell, where there is no group yet. */
static void leave_inherited_descriptors(struct set *set)
{
	if (set->poller.n == 0 || set->generation == forks_generation())
		return;
	set->generation = forks_generation();
	atomic_store_explicit(&set->poller.ready->event.bell, 0, memory_order_relaxed);
	set->poller.ready->bell = 0;
	if (set->group == 0)
		return;
	os_descriptor_close(set->group);
	os_descriptor_close(set->alarm);
	set->group = 0;
	set->alarm = 0;
	set->armed = false;
}

static void disarm(struct set *set)
{
	leave_inherited_descriptors(set);
	if (!set->armed)
		return;
	event_cancel(&set->poller.ready->event);
	os_bell_silence(set->poller.ready->bell);
	set->armed = false;
}

static void arm(struct set *set)
{
	uint64_t time = OS_NEVER;
	if (set->group == 0)
		return;
	set->armed = true;
	if (set->count > 0) {
		struct event *event = &set->poller.ready->event;
		event_prepare(event);
		time = set->done_first != 0 ? 0 : poller_rest_until(&set->poller);
		if (time == 0) {
			event_signal(event);
			return;
		}
	}
	if (time != set->alarm_time)
		os_alarm_set(set->alarm, time);
	set->alarm_time = time;
}

/* NULL is in no place, but marks the free ones. */
static uint32_t find(const struct set *set, const struct future *fut)
{
	for (size_t place = 0; fut != NULL && place < set->poller.n; place++)
		if (set->poller.futs[place] == fut)
			return (uint32_t)place;
	return UINT32_MAX;
}

int set_add(struct set *set, struct future *fut, void *cookie)
{
#ifndef NDEBUG
	if (find(set, fut) != UINT32_MAX)
		return EEXIST;
#endif
	if (set->free == 0 && grow(set) != 0)
		return ENOMEM;
	uint32_t place = set->free - 1;
	set->free = set->links[place];
	set->poller.futs[place] = fut;
	set->cookies[place] = cookie;
	set->count++;
	poller_add(&set->poller, place);
	if (set->armed && set->count == 1)
		arm(set); /* it was for an empty set, which nothing wakes */
	return 0;
}

struct future *set_next(struct set *set, uint64_t deadline, void **cookie)
{
	struct poller *poller = &set->poller;
	struct future *fut = NULL;

	disarm(set);
	struct ready_set *outer = ready_set_use(poller->ready);
	for (bool polled = false;; polled = true) {
		if (set->done_first != 0)
			fut = hand_out(set, cookie);
		if (fut != NULL || set->count == 0 || (polled && os_now() >= deadline))
			break;
		bool progress = poller_round(poller, ROUND);
		if (deadline == 0)
			poller_check_silent(poller, os_now());
		else if (!progress)
			poller_rest(poller, deadline);
	}
	ready_set_use(outer);
	arm(set);
	return fut;
}

/* Takes a place that is done off the list of those. */
static void unlink_done(struct set *set, uint32_t place)
{
	uint32_t before = 0;
	for (uint32_t at = set->done_first; at != place + 1; at = set->links[at - 1])
		before = at;
	if (before == 0)
		set->done_first = set->links[place];
	else
		set->links[before - 1] = set->links[place];
	if (set->done_last == place + 1)
		set->done_last = before;
}

int set_remove(struct set *set, struct future *fut)
{
	uint32_t place = find(set, fut);
	if (place == UINT32_MAX)
		return ENOENT;
	disarm(set);
	if (set->poller.marks[place] & POLLER_PENDING)
		poller_remove(&set->poller, place);
	else
		unlink_done(set, place);
	free_place(set, place);
	arm(set);
	return 0;
}

static int make_descriptors(struct set *set)
{
	struct ready_set *ready = set->poller.ready;
	if (ready->bell == 0) {
		int bell = os_bell_new();
		if (bell < 0)
			return bell;
		ready->bell = bell;
	}
	int alarm = os_alarm_new();
	if (alarm < 0)
		return alarm;
	int group = os_group_new(ready->bell, alarm);
	if (group < 0) {
		os_descriptor_close(alarm);
		return group;
	}
	atomic_store_explicit(&ready->event.bell, ready->bell, memory_order_relaxed);
	set->alarm = alarm;
	set->alarm_time = OS_NEVER;
	set->group = group;
	return 0;
}

int set_descriptor(struct set *set)
{
	leave_inherited_descriptors(set);
	if (set->group == 0) {
		if (set->poller.n == 0 && grow(set) != 0)
			return -ENOMEM;
		int error = make_descriptors(set);
		if (error != 0)
			return error;
		arm(set);
	}
	return set->group;
}

void set_end(struct set *set)
{
	if (set->poller.n == 0)
		return;
	disarm(set);
	if (set->group != 0) {
		atomic_store_explicit(&set->poller.ready->event.bell, 0, memory_order_relaxed);
		os_descriptor_close(set->group);
		os_descriptor_close(set->alarm);
	}
	ready_set_release(set->poller.ready);
	os_free(set->cookies);
}
