/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/*
 * set.h -- the growing set of a runtime: futures that come one by one, and are handed back one by
 * one, each with its cookie, as they complete. One thread at a time uses it.
 */

#ifndef MINIASYNC_RUNTIME_SET_H
#define MINIASYNC_RUNTIME_SET_H

#include "runtime/poller.h"

struct set {
	struct poller poller; /* by place: a place is free, pending, or done */
	void **cookies;       /* by place */
	uint32_t *links;      /* by place: the next free one, or the next done one, plus one */
	uint32_t free;        /* places, plus one; 0: none */
	uint32_t done_first;
	uint32_t done_last;
	size_t count; /* pending and done */
	int alarm;    /* 0: there is no descriptor */
	int group;
	uint32_t generation; /* of the process whose descriptors there are (forks.h) */
	bool armed;          /* somebody may be watching the descriptor */
	uint64_t alarm_time; /* when the alarm is set to */
};

/* Zeroed memory is a set. */
void set_end(struct set *set);

/* 0, or an errno value: ENOMEM; EEXIST, when asked to look. */
int set_add(struct set *set, struct future *fut, void *cookie);

/* A future that is complete, and no longer in the set; NULL: the deadline came, or it is empty. */
struct future *set_next(struct set *set, uint64_t deadline, void **cookie);

/* 0, or ENOENT. */
int set_remove(struct set *set, struct future *fut);

/* The descriptor, or minus an errno value. */
int set_descriptor(struct set *set);

#endif
