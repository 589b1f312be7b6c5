/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/*
 * operation.c -- an operation's life on the threads mover.
 *
 * Started, an operation has a slot, which it is known by (its progress is the slot's number plus
 * one), and one ticket in the pool, which is the slot's number. Its work is cut into pieces.
 * Whoever holds the ticket takes the next piece, gives the ticket back to the queue, behind the
 * others, if pieces remain, and then runs its piece; so several threads work on one operation,
 * every operation that is queued gets its turn, and the members that say how far it is cut (next,
 * segments, skipped) are the ticket holder's alone: the queue hands them on, release to acquire.
 * The thread that finishes the last piece writes the result and finishes the slot's completion
 * (completion.h). The poll that finds it COMPLETE takes the result and frees the slot; from the
 * last piece's end on, no thread but that poll touches it.
 *
 * Cancelling sets a flag. The next ticket holder that sees it drops the pieces not begun; when the
 * last piece under way has ended, the operation ends as canceled.
 *
 * A poll that finds the completion FINISHING answers NONE. Code compiled against 0.2.1 has no way
 * to hear that: its waker is called once more instead.
 *
 * A thread that promised to lend itself next is taken at its word: for a small operation no worker
 * is woken. The promise is kept by offers; a poll with neither wakes a worker after all.
 *
 * In the child of a fork nobody takes tickets, and what the parent's workers had in hand may be
 * torn: an operation that needs them, or was started, ends as lost.
 *
 * Work that cannot be cut, a program's own copy function and a move that overlaps itself, is one
 * piece, and reserved for workers.
 *
 * proofs/operation.pml checks this.
 */

#include "movers/threads/threads.h"

#include "concurrent/completion.h"
#include "movers/kernel.h"

/* Bytes of a piece: some microseconds of work, in which what a ticket costs is lost. */
#define PIECE ((size_t)128 << 10)

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
	bool reserved;
	bool skipped;          /* pieces were dropped */
	bool quiet;            /* no worker was woken for it; the poller's */
	uint32_t next;         /* piece to be taken */
	uint32_t pieces;       /* in all */
	size_t piece;          /* bytes of each but the last; work, of a memcpyv's */
	_Atomic uint32_t left; /* pieces that have not ended */
	_Atomic bool canceled;
	struct segments segments; /* of a memcpyv, from where the next piece begins */
};

const size_t threads_slot_size = sizeof(struct slot);

/* Counts a successful operation of so many bytes, as FINISHED or INLINED. */
static inline void count(struct data_mover_threads *mover, enum threads_figure how,
			 const struct vdm_operation *operation, size_t n)
{
	struct counters_shard *shard = counters_shard(&mover->counters);
	unsigned type = (unsigned)operation->type;
	counters_add_to(&mover->counters, shard, how + type, 1);
	counters_add_to(&mover->counters, shard, THREADS_BYTES + type, n);
}

/* Whether the program brought a function of its own for this operation. */
static bool is_users_own(const struct data_mover_threads *mover,
			 const struct vdm_operation *operation)
{
	switch (operation->type) {
	case VDM_OPERATION_MEMCPY:
	case VDM_OPERATION_MEMCPYV:
		return mover->memcpy_fn != NULL;
	case VDM_OPERATION_MEMMOVE:
		return mover->memmove_fn != NULL;
	case VDM_OPERATION_MEMSET:
		return mover->memset_fn != NULL;
	case VDM_OPERATION_FLUSH:
		break;
	}
	return false;
}

static void run_users_segments(const struct data_mover_threads *mover,
			       const struct vdm_operation *operation)
{
	struct segments rest = segments_of(operation);
	uint64_t work = SEGMENTS_ALL;
	struct vdm_segment copy;
	while (segments_take(&rest, &work, &copy))
		if (copy.n != 0)
			mover->memcpy_fn(copy.dest, copy.src, copy.n,
					 (unsigned)operation->data.memcpyv.flags);
}

static void run_users_own(const struct data_mover_threads *mover,
			  const struct vdm_operation *operation)
{
	const struct vdm_operation_data_memcpy *copy = &operation->data.memcpy;
	const struct vdm_operation_data_memmove *move = &operation->data.memmove;
	const struct vdm_operation_data_memset *set = &operation->data.memset;

	if (operation->type == VDM_OPERATION_MEMCPY)
		mover->memcpy_fn(copy->dest, copy->src, copy->n, (unsigned)copy->flags);
	else if (operation->type == VDM_OPERATION_MEMMOVE)
		mover->memmove_fn(move->dest, move->src, move->n, (unsigned)move->flags);
	else if (operation->type == VDM_OPERATION_MEMCPYV)
		run_users_segments(mover, operation);
	else
		mover->memset_fn(set->str, set->c, set->n, (unsigned)set->flags);
}

static bool overlaps(const struct vdm_operation *operation)
{
	const struct vdm_operation_data_memmove *move = &operation->data.memmove;
	uintptr_t dest = (uintptr_t)move->dest;
	uintptr_t src = (uintptr_t)move->src;
	return operation->type == VDM_OPERATION_MEMMOVE && dest - src + move->n < 2 * move->n;
}

/* Cuts an operation into pieces. */
static void cut(const struct data_mover_threads *mover, struct slot *slot)
{
	uint64_t work = kernel_work(&slot->operation);
	bool whole = is_users_own(mover, &slot->operation) || overlaps(&slot->operation);
	uint64_t pieces = whole || work == 0 ? 1 : (work - 1) / PIECE + 1;

	slot->piece = PIECE;
	while (pieces > UINT32_MAX) {
		slot->piece *= 2;
		pieces = (pieces + 1) / 2;
	}
	if (whole)
		slot->piece = vdm_operation_size(&slot->operation);
	if (slot->operation.type == VDM_OPERATION_MEMCPYV)
		slot->segments = segments_of(&slot->operation);
	slot->reserved = whole;
	slot->skipped = false;
	slot->next = 0;
	slot->pieces = (uint32_t)pieces;
	atomic_init(&slot->left, slot->pieces);
	atomic_init(&slot->canceled, false);
}

/* Where a piece begins: by its number, or, of a memcpyv, with the first of these segments. */
struct piece {
	uint32_t number;
	struct segments segments;
};

/*
 * Takes the next one, for the ticket's holder; how many that is. A memcpyv may be told of more
 * bytes than its segments have, or of more segments than bytes: with the last of either go all
 * pieces that remain.
 */
static uint32_t take_piece(struct slot *slot, struct piece *piece)
{
	piece->number = slot->next++;
	if (slot->operation.type != VDM_OPERATION_MEMCPYV)
		return 1;
	piece->segments = slot->segments;
	uint32_t rest = slot->pieces - slot->next;
	if (rest > 0)
		segments_skip(&slot->segments, slot->piece);
	return slot->segments.count == 0 || slot->segments.n == 0 ? 1 + rest : 1;
}

static void run_piece(const struct data_mover_threads *mover, const struct slot *slot,
		      const struct piece *piece)
{
	if (is_users_own(mover, &slot->operation)) {
		run_users_own(mover, &slot->operation);
		return;
	}
	if (slot->operation.type == VDM_OPERATION_MEMCPYV) {
		segments_run(&slot->operation, piece->segments, slot->piece);
		return;
	}
	size_t offset = piece->number * slot->piece;
	size_t rest = vdm_operation_size(&slot->operation) - offset;
	kernel_run(&slot->operation, offset, rest < slot->piece ? rest : slot->piece);
}

/* So many pieces have ended; with the last ones, or the only one, so has the operation. */
static void end_pieces(struct data_mover_threads *mover, struct slot *slot, uint32_t ended)
{
	/* Release: what a piece wrote. Acquire: what all others wrote, handed on by the last. */
	if (slot->pieces != 1 &&
	    atomic_fetch_sub_explicit(&slot->left, ended, memory_order_acq_rel) != ended)
		return;
	slot->result = slot->skipped ? VDM_ERROR_CANCELED : VDM_SUCCESS;
	if (slot->skipped)
		counters_add(&mover->counters, THREADS_CANCELED, 1);
	else
		count(mover, THREADS_FINISHED, &slot->operation,
		      vdm_operation_size(&slot->operation));
	completion_finish(&slot->completion);
}

void threads_run(void *owner, uint32_t number)
{
	struct data_mover_threads *mover = owner;
	struct slot *slot = slab_at(&mover->slots, number);
	bool holds_ticket = true;

	while (holds_ticket) {
		uint32_t remaining = slot->pieces - slot->next;
		if (atomic_load_explicit(&slot->canceled, memory_order_relaxed)) {
			slot->skipped = true;
			end_pieces(mover, slot, remaining);
			return;
		}
		struct piece piece;
		uint32_t taken = take_piece(slot, &piece);
		holds_ticket = remaining > taken && !pool_resubmit(&mover->pool, number);
		if (remaining > WORTH_WAKING)
			pool_wake(&mover->pool);
		run_piece(mover, slot, &piece);
		end_pieces(mover, slot, taken);
	}
}

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
 * Whether an offered moment could be used: a ticket is queued, or the operation has more pieces
 * left than all can have in hand, and its ticket is but passing from one to the next.
 */
static bool has_work(struct data_mover_threads *mover, struct slot *slot)
{
	return pool_has_common(&mover->pool) ||
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
	bool own = is_users_own(mover, operation);
	enum vdm_operation_result result =
		own ? VDM_SUCCESS
		    : vdm_operation_validate(operation, mover->polled.vdm.capabilities);
	if (result != VDM_SUCCESS)
		return vdm_operation_complete(operation, result);

	if (!own && mover->inline_size != 0 && kernel_work(operation) <= mover->inline_size) {
		size_t n = vdm_operation_size(operation);
		kernel_run(operation, 0, n);
		count(mover, THREADS_INLINED, operation, n);
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
	cut(mover, slot);
	slot->quiet =
		!slot->reserved && slot->pieces <= WORTH_WAKING && is_promised(mover, notifier);
	completion_begin(&slot->completion, call_for(mover, slot, notifier));
	if (!pool_submit(&mover->pool, number, slot->reserved)) {
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

/* A promised offer did not come: this poll is somebody else's, or a plain one. */
static void wake_after_all(struct data_mover_threads *mover, struct slot *slot)
{
	slot->quiet = false;
	if (pool_has_common(&mover->pool))
		pool_wake(&mover->pool);
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
		pool_lend(&mover->pool);
	else if (slot->quiet && !is_promised(mover, notifier))
		wake_after_all(mover, slot);

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
		count(mover, THREADS_INLINED, operation, operation->data.memcpy.n);
		return vdm_operation_complete(operation, VDM_SUCCESS);
	}
	return poll_otherwise(mover, operation, notifier, flags);
}
