/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/*
 * mover_memory.h -- memory whose every byte is known, and calls of a mover that work on it.
 *
 * Beside the memory stands a second one that holds what it must hold. Each call that may be under
 * way owns what it writes: those bytes are in doubt until it has ended, and no others. Behind the
 * memory lies a page that nobody may touch.
 */

#ifndef MINIASYNC_TESTS_MOVER_MEMORY_H
#define MINIASYNC_TESTS_MOVER_MEMORY_H

#include <stdbool.h>

#include <libminiasync/vdm.h>

#include "fuzz/input.h"
#include "fuzz/property.h"

/* Bytes of the memory, counted from its beginning. */
struct range {
	size_t at, n;
};

/*
 * What can be called, a row each: how it is made of a call's ranges, and what it then leaves in
 * those that it writes.
 */
struct call;
struct call_kind {
	enum vdm_operation_type type;
	unsigned capability; /* 0: there is no such operation */
	void (*choose)(struct input *input, struct call *call);
	struct vdm_operation_future (*make)(struct vdm *vdm, const struct call *call);
	void (*leave)(const struct call *call, unsigned char *bytes); /* NULL: writes nothing */
};

struct call {
	const struct call_kind *kind; /* NULL: this one is free */
	struct vdm_operation_future *future;
	struct range written, read;
	int byte;                     /* to be set */
	struct vdm_segment *segments; /* of a memcpyv; else NULL */
	size_t count, n;              /* of them, and of their bytes that are to be copied */
	size_t withheld;              /* bytes of theirs that are not */
	uint64_t flags;

	bool owns;          /* its ranges, for it may be under way */
	bool ended;         /* and its result was looked at */
	bool canceled;      /* it was asked to end early */
	bool never_started; /* and had not started then */
	bool in_set;        /* of the runtime, which alone may poll it */
	size_t waker;       /* of its own */
	unsigned promised;  /* how often that was called when a poll promised another call */
	bool is_promised;
};

#define TYPES (VDM_OPERATION_MEMCPYV + 1)

#define CALLS 12
extern struct call calls[CALLS];

/* The mover that the calls are for. */
struct called_mover {
	struct vdm *vdm;
	enum future_notifier_type notifier; /* of operations that are pending */
	bool asynchronous;
	bool users_own[TYPES]; /* by type: a function of the program's, which gets whatever flags */
};
extern struct called_mover called;

/* Begins with memory of some size, and no call. */
void memory_begin(struct input *input);

/* A call of some kind, made but not polled, in one that is free. */
void call_make(struct input *input, struct call *call);
void call_drop(struct call *call);

/* Has it own its ranges, so that it may be polled; false when somebody else owns some of them. */
bool call_may_start(struct call *call);

/* What it came to when it was polled: looks at the result and the bytes of one that is complete. */
void call_was_polled(struct call *call);

/* The mover has been deleted: whatever was started is done, whether or not it was polled since. */
void call_was_left(struct call *call);

/* The program itself writes what no call owns. */
void memory_write(struct input *input);

/* Every byte that is not in doubt is what it must be. */
void memory_check(void);

/*
 * The results of the calls that have ended: how often a function of the program's was due, and the
 * sum of the flags that it was due; successes and their bytes by type; cancellations.
 */
struct tally {
	unsigned users_own;
	unsigned flags;
	uint64_t successes[TYPES], bytes[TYPES];
	uint64_t canceled;
};
extern struct tally tally;

#endif
