/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/*
 * pieces.c -- the work of an operation that is under way: how it is cut, who runs what, when it has
 * ended.
 *
 * Whoever holds the operation's ticket takes the next piece, gives the ticket back to the queue,
 * behind the others, if pieces remain, and then runs its piece; so several threads work on one
 * operation, every operation that is queued gets its turn, and the members that say how far it is
 * cut (next, segments, skipped) are the ticket holder's alone: the queue hands them on, release to
 * acquire. The thread that finishes the last piece writes the result and finishes the slot's
 * completion (completion.h): from then on it touches the slot no more.
 *
 * Cancelling sets a flag. The next ticket holder that sees it drops the pieces not begun; when the
 * last piece under way has ended, the operation ends as canceled.
 *
 * Work that cannot be cut, a program's own copy function and a move that overlaps itself, is one
 * piece, and reserved for workers.
 *
 * proofs/operation.pml checks this.
 */

#include "movers/threads/slot.h"

#include "movers/kernel.h"

/* Bytes of a piece: some microseconds of work, in which what a ticket costs is lost. */
#define PIECE ((size_t)128 << 10)

bool threads_is_users_own(const struct data_mover_threads *mover,
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

void threads_cut(const struct data_mover_threads *mover, struct slot *slot)
{
	uint64_t work = kernel_work(&slot->operation);
	bool whole = threads_is_users_own(mover, &slot->operation) || overlaps(&slot->operation);
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
	if (threads_is_users_own(mover, &slot->operation)) {
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
		threads_count(mover, THREADS_FINISHED, &slot->operation,
			      vdm_operation_size(&slot->operation));
	completion_finish(&slot->completion);
}

void threads_work(struct data_mover_threads *mover, struct slot *slot, uint32_t number,
		  enum threads_holder holder)
{
	bool holds_ticket;

	do {
		uint32_t remaining = slot->pieces - slot->next;
		if (atomic_load_explicit(&slot->canceled, memory_order_relaxed)) {
			slot->skipped = true;
			end_pieces(mover, slot, remaining);
			return;
		}
		struct piece piece;
		uint32_t taken = take_piece(slot, &piece);
		bool passes_on = holder != THREADS_POLLER && remaining > taken;
		holds_ticket = passes_on && !pool_resubmit(&mover->pool, number, &slot->place);
		if (remaining > WORTH_WAKING || (passes_on && holder == THREADS_LENDER))
			pool_wake(&mover->pool);
		run_piece(mover, slot, &piece);
		end_pieces(mover, slot, taken);
	} while (holds_ticket);
}

void threads_run(void *owner, uint32_t number, bool lends)
{
	struct data_mover_threads *mover = owner;
	threads_work(mover, slab_at(&mover->slots, number), number,
		     lends ? THREADS_LENDER : THREADS_WORKER);
}
