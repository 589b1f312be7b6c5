/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/*
 * paths.c -- walks each hot path of the library some number of times, then twice that number, so
 * that instructions.py, which counts instructions, can tell the steps from what surrounds them.
 *
 * Prints a line for each call of measured(): the path, what its cost must not depend on, and how
 * many steps were made.
 */

#include <libminiasync.h>

#include <stdio.h>
#include <stdlib.h>

struct nothing {
	char nothing;
};

/* A path: makes so many steps, with n of whatever the path has many of. */
typedef void (*walk_fn)(size_t n, size_t steps);

static char from[64];
static char to[64];
static struct vdm *vdm;

/* An operation that runs inside its first poll, from its making on. */
static void copy_and_poll(size_t n, size_t steps)
{
	for (size_t i = 0; i < steps; i++) {
		struct vdm_operation_future copy = vdm_memcpy(vdm, to, from, n, 0);
		FUTURE_BUSY_POLL(&copy);
	}
}

static void copy_and_wait(size_t n, size_t steps)
{
	for (size_t i = 0; i < steps; i++) {
		struct vdm_operation_future copy = vdm_memcpy(vdm, to, from, n, 0);
		runtime_wait(NULL, FUTURE_AS_RUNNABLE(&copy));
	}
}

#define TOGETHER 256

/* A step is a segment of a batch. */
static void copy_batches(size_t n, size_t steps)
{
	static struct vdm_segment segments[TOGETHER];

	for (size_t i = 0; i < n; i++)
		segments[i] = (struct vdm_segment){to, from, sizeof(to)};
	for (size_t done = 0; done < steps; done += n) {
		struct vdm_operation_future copy = vdm_memcpyv(vdm, segments, n, 0);
		FUTURE_BUSY_POLL(&copy);
	}
}

static void copy_together(size_t n, size_t steps)
{
	static struct vdm_operation_future copies[TOGETHER];
	static struct future *futures[TOGETHER];

	for (size_t done = 0; done < steps; done += TOGETHER) {
		for (size_t i = 0; i < TOGETHER; i++) {
			copies[i] = vdm_memcpy(vdm, to, from, n, 0);
			futures[i] = FUTURE_AS_RUNNABLE(&copies[i]);
		}
		runtime_wait_multiple(NULL, futures, TOGETHER);
	}
}

/* Allocated by nobody, for how malloc finds memory differs from call to call. */
#define FUTURES_MAX 100000

static struct future *futures[FUTURES_MAX];

/* Futures that want to be polled so many times. */
struct countdown_data {
	size_t left;
};
FUTURE(countdown, struct countdown_data, struct nothing);

static enum future_state count_soon(struct future_context *context,
				    struct future_notifier *notifier)
{
	struct countdown_data *data = future_context_get_data(context);
	(void)notifier;
	return --data->left == 0 ? FUTURE_STATE_COMPLETE : FUTURE_STATE_RUNNING;
}

static enum future_state count_woken(struct future_context *context,
				     struct future_notifier *notifier)
{
	struct countdown_data *data = future_context_get_data(context);
	if (--data->left == 0)
		return FUTURE_STATE_COMPLETE;
	FUTURE_WAKER_WAKE(&notifier->waker);
	notifier->notifier_used = FUTURE_NOTIFIER_WAKER;
	return FUTURE_STATE_RUNNING;
}

/* Waits for n futures, of which all but the last want so many polls, and the last so many. */
static void wait_for(size_t n, future_task_fn task, size_t polls, size_t last_polls)
{
	static struct countdown countdowns[FUTURES_MAX];

	for (size_t i = 0; i < n; i++) {
		FUTURE_INIT(&countdowns[i], task);
		countdowns[i].data.left = i + 1 < n ? polls : last_polls;
		futures[i] = FUTURE_AS_RUNNABLE(&countdowns[i]);
	}
	runtime_wait_multiple(NULL, futures, n);
}

static void poll_soon(size_t n, size_t steps)
{
	wait_for(n, count_soon, steps / n, steps / n);
}

static void poll_woken(size_t n, size_t steps)
{
	wait_for(n, count_woken, steps / n, steps / n);
}

static void poll_beside_finished(size_t n, size_t steps)
{
	wait_for(n, count_soon, 1, steps);
}

/* The first and the last of many futures wake each other in turn; the others wait for the end. */
struct player_data {
	struct game *game;
	size_t number;
};
FUTURE(player, struct player_data, struct nothing);

struct game {
	size_t players;
	size_t turn; /* whose it is */
	size_t left;
};

static struct future_waker wakers[FUTURES_MAX];

static enum future_state play(struct future_context *context, struct future_notifier *notifier)
{
	struct player_data *data = future_context_get_data(context);
	struct game *game = data->game;
	if (game->left == 0)
		return FUTURE_STATE_COMPLETE;
	wakers[data->number] = notifier->waker;
	notifier->notifier_used = FUTURE_NOTIFIER_WAKER;
	if (data->number != game->turn)
		return FUTURE_STATE_RUNNING;
	if (--game->left > 0) {
		game->turn = game->players - 1 - game->turn;
		FUTURE_WAKER_WAKE(&wakers[game->turn]);
		return FUTURE_STATE_RUNNING;
	}
	for (size_t i = 0; i < game->players; i++)
		FUTURE_WAKER_WAKE(&wakers[i]);
	return FUTURE_STATE_COMPLETE;
}

/* The last one is polled last, and begins. */
static void wake_among(size_t n, size_t steps)
{
	static struct player players[FUTURES_MAX];
	struct game game = {n, n - 1, steps};

	for (size_t i = 0; i < n; i++) {
		FUTURE_INIT(&players[i], play);
		players[i].data = (struct player_data){&game, i};
		futures[i] = FUTURE_AS_RUNNABLE(&players[i]);
	}
	runtime_wait_multiple(NULL, futures, n);
}

/* A chain of up to so many entries, whose last one wants all the polls. */
#define ENTRIES_MAX 256

struct chain_data {
	FUTURE_CHAIN_ENTRY(struct countdown, entries[ENTRIES_MAX]);
};
FUTURE(chain, struct chain_data, struct nothing);

static void poll_chain(size_t n, size_t steps)
{
	static struct chain chain;
	struct countdown entry;

	FUTURE_INIT(&entry, count_soon);
	for (size_t i = 0; i < n; i++) {
		entry.data.left = i + 1 < n ? 1 : steps;
		FUTURE_CHAIN_ENTRY_INIT(&chain.data.entries[i], entry, NULL, NULL);
	}
	chain.data.entries[n - 1].flags |= FUTURE_CHAIN_FLAG_ENTRY_LAST;
	FUTURE_CHAIN_INIT(&chain);
	FUTURE_BUSY_POLL(&chain);
}

/* What is counted: all that runs inside this function. */
__attribute__((noinline, noclone)) void measured(walk_fn walk, size_t n, size_t steps);

void measured(walk_fn walk, size_t n, size_t steps)
{
	walk(n, steps);
}

static void walk_path(const char *name, walk_fn walk, size_t n, size_t steps)
{
	walk(n, steps); /* what is done only once, is done now */
	measured(walk, n, steps);
	printf("%s\t%zu\t%zu\n", name, n, steps);
	measured(walk, n, 2 * steps);
	printf("%s\t%zu\t%zu\n", name, n, 2 * steps);
}

static void walk_copies(void)
{
	struct data_mover_sync *sync = data_mover_sync_new();
	struct data_mover_threads *threads = data_mover_threads_default();
	if (sync == NULL || threads == NULL)
		exit(1);
	vdm = data_mover_sync_get_vdm(sync);
	walk_path("copy, sync mover", copy_and_poll, sizeof(to), 1000);
	walk_path("a segment of a batch, sync mover", copy_batches, 64, 1024);
	walk_path("a segment of a batch, sync mover", copy_batches, TOGETHER, 1024);
	vdm = data_mover_threads_get_vdm(threads);
	walk_path("copy, threads mover", copy_and_poll, sizeof(to), 1000);
	walk_path("a segment of a batch, threads mover", copy_batches, 64, 1024);
	walk_path("a segment of a batch, threads mover", copy_batches, TOGETHER, 1024);
	walk_path("copy, threads mover, a wait each", copy_and_wait, sizeof(to), 1000);
	walk_path("copy, threads mover, a wait for 256", copy_together, sizeof(to), 4 * TOGETHER);
	data_mover_threads_delete(threads);
	data_mover_sync_delete(sync);
}

int main(void)
{
	walk_copies();
	/* No future wants 1,000 polls: a wait would begin to sleep in between. */
	walk_path("poll, soon", poll_soon, 1, 400);
	walk_path("poll, soon", poll_soon, 100, 4000);
	walk_path("poll, soon", poll_soon, 10000, 40000);
	walk_path("poll, woken", poll_woken, 1, 400);
	walk_path("poll, woken", poll_woken, 100, 4000);
	walk_path("poll, woken", poll_woken, 10000, 40000);
	walk_path("poll, beside finished ones", poll_beside_finished, 1, 400);
	walk_path("poll, beside finished ones", poll_beside_finished, 1000, 400);
	walk_path("poll, beside finished ones", poll_beside_finished, 20000, 400);
	walk_path("wake-up, among idle ones", wake_among, 2, 1000);
	walk_path("wake-up, among idle ones", wake_among, 1000, 1000);
	walk_path("wake-up, among idle ones", wake_among, 100000, 1000);
	walk_path("poll, chain", poll_chain, 4, 1000);
	walk_path("poll, chain", poll_chain, 32, 1000);
	walk_path("poll, chain", poll_chain, 256, 1000);
	return 0;
}
