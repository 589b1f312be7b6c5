/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/*
 * slot.h -- what the mover keeps of an operation while it is under way: operation.c has it started,
 * watched and given back, pieces.c has its work done.
 */

#ifndef MINIASYNC_MOVERS_THREADS_SLOT_H
#define MINIASYNC_MOVERS_THREADS_SLOT_H

#include "concurrent/completion.h"
#include "movers/segments.h"
#include "movers/threads/threads.h"

/*
 * Nobody is woken for so many pieces or fewer if the poller lends itself. Waking takes the waker
 * some 8 us, and the worker runs some 30 us later: by then the poller has done most of the work.
 */
#define WORTH_WAKING 8

struct slot {
	struct completion completion;
	struct vdm_operation operation;
	uint64_t monitored; /* written when done, for whoever waits for a word to change */
	enum vdm_operation_result result;
	_Atomic uint32_t place; /* of its ticket in the queue, the latest */
	bool reserved;
	bool skipped;          /* pieces were dropped */
	bool quiet;            /* who polls it has the ticket, and no worker knows of it */
	uint32_t next;         /* piece to be taken */
	uint32_t pieces;       /* in all */
	size_t piece;          /* bytes of each but the last; work, of a memcpyv's */
	_Atomic uint32_t left; /* pieces that have not ended */
	_Atomic bool canceled;
	struct segments segments; /* of a memcpyv, from where the next piece begins */
};

/* Whether the program brought a function of its own for this operation. */
bool threads_is_users_own(const struct data_mover_threads *mover,
			  const struct vdm_operation *operation);

/* Cuts the slot's operation into pieces, of which none is taken yet. */
void threads_cut(const struct data_mover_threads *mover, struct slot *slot);

/* Who holds a ticket, and what becomes of it while pieces remain. */
enum threads_holder {
	THREADS_WORKER, /* passes it on, and comes to it again by itself */
	THREADS_LENDER, /* passes it on and wakes a worker, for it need not come again */
	THREADS_POLLER, /* keeps it, as who polls the operation and does it alone */
};

/*
 * Runs the next piece, after passing the ticket on to whoever finds it in the queue; more of them
 * while there is no room.
 */
void threads_work(struct data_mover_threads *mover, struct slot *slot, uint32_t number,
		  enum threads_holder holder);

#endif
