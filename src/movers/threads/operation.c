/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/*
 * operation.c -- an operation's life on the threads mover.
 *
 * Started, an operation has a slot, which it is known by (its progress is the slot's number plus
 * one), and one ticket in the pool, which is the slot's number. Its work is done in pieces, by
 * whoever holds the ticket (pieces.c). The poll that finds the slot's completion COMPLETE takes the
 * result and frees the slot; from the last piece's end on, no thread but that poll touches it.
 *
 * A poll that finds the completion FINISHING answers NONE. Code compiled against 0.2.1 has no way
 * to hear that: its waker is called once more instead.
 *
 * Offered the time of the thread that polls, an operation's poll takes the ticket back out of the
 * queue, and runs a piece. So a thread that waits for many begins with its last, while workers
 * begin with the first, and all meet in between; with the same memory once more, the same CPUs get
 * the same parts. Where the ticket is in somebody's hand, the first one in the queue has the time.
 *
 * A thread that promised to lend itself next is taken at its word: of a small operation no worker
 * hears, and the ticket stays with who polls. The promise is kept by offers; at a poll with neither
 * it goes to the workers after all.
 *
 * In the child of a fork nobody takes tickets, and what the parent's workers had in hand may be
 * torn: an operation that needs them, or was started, ends as lost.
 *
 * proofs/operation.pml checks this.
 */

#include "movers/kernel.h"
#include "movers/threads/slot.h"

static void write_monitored(void *word)
{
	__atomic_store_n((uint64_t *)word, 1, __ATOMIC_RELEASE); /* read by whoever was given it */
}

/* Who is to be called when the operation is done. */
static struct completion_call call_for(const struct data_mover_threads *mover, struct slot *slot,
				       const struct future_notifier *notifier)
{
	struct completion_call call = {NULL, NULL};
	if (mover->notifier == FUTURE_NOTIFIER_POLLER)
		call = (struct completion_call){write_monitored, &slot->monitored};
	else if (mover->notifier == FUTURE_NOTIFIER_WAKER && notifier != NULL)
		call = (struct completion_call){notifier->waker.wake, notifier->waker.data};
	return call;
}

/*
 * Whether an offered moment could be used: the ticket is at hand, one is queued, or the operation
 * has more pieces left than all can have in hand, and its ticket is but passing from one to the
 * next.
 */
static bool has_work(struct data_mover_threads *mover, struct slot *slot)
{
	return slot->quiet || pool_has_common(&mover->pool) ||
	       atomic_load_explicit(&slot->left, memory_order_relaxed) > mover->pool.count + 1;
}

/* What the poll of a pending operation says. */
static void answer(struct data_mover_threads *mover, struct slot *slot,
		   struct future_notifier *notifier)
{
	notifier->notifier_used = mover->notifier;
	if (mover->notifier == FUTURE_NOTIFIER_POLLER)
		notifier->poller.ptr_to_monitor = &slot->monitored;
	else
		notifier->poller.ptr_to_monitor = has_work(mover, slot) ? &future_time_offer : NULL;
}

static void note_depth(struct data_mover_threads *mover)
{
	uint32_t depth = pool_depth(&mover->pool);
	uint32_t most = atomic_load_explicit(&mover->depth_max, memory_order_relaxed);
	while (depth > most &&
	       !atomic_compare_exchange_weak_explicit(&mover->depth_max, &most, depth,
						      memory_order_relaxed, memory_order_relaxed))
		continue;
}

/* A full queue: asks for another poll when a piece or so has gone. */
static enum future_state refuse(struct data_mover_threads *mover, struct future_notifier *notifier)
{
	counters_add(&mover->counters, THREADS_REFUSED, 1);
	if (notifier != NULL)
		notifier->poll_within_us = 10;
	return FUTURE_STATE_IDLE;
}

/* Whether the thread that polls will lend itself next. */
static bool is_promised(const struct data_mover_threads *mover,
			const struct future_notifier *notifier)
{
	return mover->notifier == FUTURE_NOTIFIER_WAKER && notifier != NULL &&
	       notifier->poller.ptr_to_monitor == &future_time_promise;
}

static enum future_state start(struct data_mover_threads *mover, struct vdm_operation *operation,
			       struct future_notifier *notifier)
{
	bool own = threads_is_users_own(mover, operation);
	enum vdm_operation_result result =
		own ? VDM_SUCCESS
		    : vdm_operation_validate(operation, mover->polled.vdm.capabilities);
	if (result != VDM_SUCCESS)
		return vdm_operation_complete(operation, result);

	if (!own && mover->inline_size != 0 && kernel_work(operation) <= mover->inline_size) {
		size_t n = vdm_operation_size(operation);
		kernel_run(operation, 0, n);
		threads_count(mover, THREADS_INLINED, operation, n);
		return vdm_operation_complete(operation, VDM_SUCCESS);
	}

	if (pool_is_inherited(&mover->pool))
		return vdm_operation_complete(operation, VDM_ERROR_JOB_CORRUPTED);
	uint32_t number = slab_take(&mover->slots);
	if (number == SLAB_NONE)
		return vdm_operation_complete(operation, VDM_ERROR_OUT_OF_MEMORY);
	struct slot *slot = slab_at(&mover->slots, number);
	slot->operation = *operation;
	slot->monitored = 0;
	threads_cut(mover, slot);
	slot->quiet =
		!slot->reserved && slot->pieces <= WORTH_WAKING && is_promised(mover, notifier);
	completion_begin(&slot->completion, call_for(mover, slot, notifier));
	if (!slot->quiet && !pool_submit(&mover->pool, number, slot->reserved, &slot->place)) {
		slab_give(&mover->slots, number);
		return refuse(mover, notifier);
	}
	operation->progress = number + 1;
	if (!slot->quiet)
		pool_wake(&mover->pool);
	counters_add(&mover->counters, THREADS_QUEUED, 1);
	note_depth(mover);
	if (notifier != NULL)
		answer(mover, slot, notifier);
	return FUTURE_STATE_RUNNING;
}

/*
 * A promised offer did not come: this poll is somebody else's, or a plain one. Workers get the
 * ticket, if the queue has room, else this poll runs a piece.
 */
static void wake_after_all(struct data_mover_threads *mover, struct slot *slot, uint32_t number)
{
	slot->quiet = !pool_resubmit(&mover->pool, number, &slot->place);
	if (slot->quiet)
		threads_work(mover, slot, number, THREADS_POLLER);
	else
		pool_wake(&mover->pool);
}

/*
 * A thread's time was offered: it goes to this operation, if its ticket is at hand or still queued,
 * or else to the first in the queue. A reserved ticket is never in the common queue, whatever its
 * place.
 */
static void lend(struct data_mover_threads *mover, struct slot *slot, uint32_t number)
{
	uint32_t place = atomic_load_explicit(&slot->place, memory_order_relaxed);
	if (slot->quiet)
		threads_work(mover, slot, number, THREADS_POLLER);
	else if (pool_take_back(&mover->pool, number, place))
		threads_work(mover, slot, number, THREADS_LENDER);
	else
		pool_lend(&mover->pool);
}

/* One that has a slot. */
static enum future_state poll_started(struct data_mover_threads *mover,
				      struct vdm_operation *operation,
				      struct future_notifier *notifier, unsigned flags)
{
	if (pool_is_inherited(&mover->pool))
		return vdm_operation_complete(operation, VDM_ERROR_JOB_CORRUPTED);
	uint32_t number = operation->progress - 1;
	struct slot *slot = slab_at(&mover->slots, number);
	if (flags & VDM_POLL_CANCEL)
		atomic_store_explicit(&slot->canceled, true, memory_order_relaxed);
	bool offered = notifier != NULL && notifier->poller.ptr_to_monitor == &future_time_offer;
	if (offered)
		lend(mover, slot, number);
	else if (slot->quiet && !is_promised(mover, notifier))
		wake_after_all(mover, slot, number);

	enum completion_phase phase =
		flags & VDM_POLL_KEEP_NOTIFIER
			? completion_phase(&slot->completion)
			: completion_watch(&slot->completion, call_for(mover, slot, notifier));
	if (phase == COMPLETION_COMPLETE) {
		enum vdm_operation_result result = slot->result;
		slab_give(&mover->slots, number);
		return vdm_operation_complete(operation, result);
	}
	if (phase == COMPLETION_FINISHING && (flags & VDM_POLL_KEEP_NOTIFIER))
		completion_call_again(&slot->completion);
	if (notifier != NULL && phase == COMPLETION_PENDING)
		answer(mover, slot, notifier);
	return FUTURE_STATE_RUNNING;
}

/* Out of line, so that nothing is saved and restored for what is asked most. */
MINIASYNC_OUT_OF_LINE enum future_state poll_otherwise(struct data_mover_threads *mover,
						       struct vdm_operation *operation,
						       struct future_notifier *notifier,
						       unsigned flags)
{
	if (operation->progress & VDM_PROGRESS_DONE)
		return FUTURE_STATE_COMPLETE;
	if (operation->progress != 0)
		return poll_started(mover, operation, notifier, flags);
	if (!(flags & VDM_POLL_CANCEL))
		return start(mover, operation, notifier);
	counters_add(&mover->counters, THREADS_CANCELED, 1);
	return vdm_operation_complete(operation, VDM_ERROR_CANCELED);
}

enum future_state threads_poll(struct vdm *vdm, struct vdm_operation *operation,
			       struct future_notifier *notifier, unsigned flags)
{
	struct data_mover_threads *mover = (struct data_mover_threads *)(void *)vdm;
	if (operation->progress == 0 && !(flags & VDM_POLL_CANCEL) &&
	    kernel_run_plain(operation, mover->plain_below)) {
		threads_count(mover, THREADS_INLINED, operation, operation->data.memcpy.n);
		return vdm_operation_complete(operation, VDM_SUCCESS);
	}
	return poll_otherwise(mover, operation, notifier, flags);
}
