/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/* engines.c -- see engines.h. */

#include "soak/engines.h"

#include <string.h>

#define INLINE_DEFAULT SIZE_MAX

/* The first engine is the one that has no threads. */
static const struct setting {
	const char *name;
	size_t workers, depth, inline_size;
	enum future_notifier_type notifier;
	bool own;
} settings[ENGINES] = {
	{.name = "sync"},
	{"threads", 2, 1024, INLINE_DEFAULT, FUTURE_NOTIFIER_WAKER, false},
	{"threads, queue of one", 1, 1, 0, FUTURE_NOTIFIER_WAKER, false},
	{"threads, polled", 2, 4, 0, FUTURE_NOTIFIER_NONE, false},
	{"threads, monitored", 1, 16, INLINE_DEFAULT, FUTURE_NOTIFIER_POLLER, false},
	{"threads, own functions", 2, 8, INLINE_DEFAULT, FUTURE_NOTIFIER_WAKER, true},
};

struct engine engines[ENGINES];

static struct data_mover_sync *sync_mover;
static struct data_mover_threads *movers[ENGINES];

static void *own_memcpy(void *to, const void *from, size_t n, unsigned flags)
{
	(void)flags;
	return memcpy(to, from, n);
}

static void *own_memmove(void *to, const void *from, size_t n, unsigned flags)
{
	(void)flags;
	return memmove(to, from, n);
}

static void *own_memset(void *to, int c, size_t n, unsigned flags)
{
	(void)flags;
	return memset(to, c, n);
}

static struct vdm *make_threads(const struct setting *setting, struct data_mover_threads **made)
{
	struct data_mover_threads *mover =
		data_mover_threads_new(setting->workers, setting->depth, setting->notifier);
	*made = mover;
	if (mover == NULL)
		return NULL;
	if (setting->inline_size != INLINE_DEFAULT)
		data_mover_threads_set_inline_size(mover, setting->inline_size);
	if (setting->own) {
		data_mover_threads_set_memcpy_fn(mover, own_memcpy);
		data_mover_threads_set_memmove_fn(mover, own_memmove);
		data_mover_threads_set_memset_fn(mover, own_memset);
	}
	return data_mover_threads_get_vdm(mover);
}

int engines_begin(void)
{
	sync_mover = data_mover_sync_new();
	if (sync_mover == NULL)
		return -1;
	engines[0] = (struct engine){settings[0].name, data_mover_sync_get_vdm(sync_mover), true};
	for (size_t i = 1; i < ENGINES; i++) {
		struct vdm *vdm = make_threads(&settings[i], &movers[i]);
		if (vdm == NULL)
			return -1;
		engines[i] = (struct engine){settings[i].name, vdm, !settings[i].own};
	}
	return 0;
}

void engines_end(void)
{
	data_mover_sync_delete(sync_mover);
	for (size_t i = 1; i < ENGINES; i++)
		data_mover_threads_delete(movers[i]);
}

uint64_t engines_refused(void)
{
	uint64_t refused = 0;
	for (size_t i = 1; i < ENGINES; i++) {
		struct data_mover_threads_stats stats = DATA_MOVER_THREADS_STATS_INIT;
		data_mover_threads_get_stats(movers[i], &stats);
		refused += stats.refused;
	}
	return refused;
}
