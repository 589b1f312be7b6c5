/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/*
 * operation.c -- an operation's life on the DML mover.
 *
 * Started, an operation has a slot, which it is known by (its progress is the slot's number plus
 * one). The slot holds a copy of the operation, what remains of it, and DML's job. Whoever polls
 * the operation owns the slot: polls of one operation never overlap, and the slab hands slots from
 * one owner to the next. No thread of ours works behind a poll.
 *
 * The work is cut into pieces, one job each, one under way at a time. On the device a piece is done
 * between polls. On the CPU, DML does it inside the submit; so such pieces are small, a poll does
 * one, and then calls the waker itself: there is progress to make at once.
 *
 * A device that meets a page which is not in memory stops, and DML keeps from us at which byte. So
 * a piece is always one that may be done again from its first byte: ranges that overlap are cut
 * into pieces which by themselves do not. The CPU, which can wait for the page, does it again.
 * Ranges that overlap too closely for that are left to the CPU altogether.
 *
 * What the CPU wrote and is to be durable is written back at the end: the operation becomes a flush
 * of its destination.
 */

#include "movers/dml/dml.h"

#include "movers/dml/job.h"
#include "platform/os.h"

/*
 * Bytes of a piece. On the CPU, 24 us at the 11 GB/s of DML's copy: short, and yet the 0.1 us of
 * a poll more are lost in it. On the device, half of the 2 MiB that Linux lets a queue accept
 * unless it is told otherwise; and the most that the CPU does again after a fault.
 */
#define CPU_PIECE ((size_t)256 << 10)
#define DEVICE_PIECE ((size_t)1 << 20)
/* Ranges that overlap at a smaller distance are the CPU's. */
#define DEVICE_PIECE_MIN ((size_t)64 << 10)

/* What a device moves in a microsecond at best: it is not asked before it can be done. */
#define DEVICE_BYTES_PER_US ((size_t)32 << 10)
#define REFUSED_RETRY_US 10

/* A device that refused so many jobs in so long, and took none, is gone. */
#define GONE_REFUSALS 1000
#define GONE_TIME UINT64_C(1000000000)

struct slot {
	struct slot *made_before;
	bool is_made;
	bool is_busy;
	struct vdm_operation operation;
	struct future_waker waker; /* wake is NULL: nobody is called */
	enum vdm_operation_result result;
	size_t begin, end;    /* bytes of the operation that remain */
	size_t piece;         /* of those, bytes of the job that was submitted last */
	size_t device_piece;  /* bytes of a piece on the device at most */
	size_t on_cpu;        /* bytes that the CPU does before the device is asked again */
	bool from_end;        /* pieces are taken from the end */
	bool in_flight;       /* the job was accepted, and has not ended yet */
	bool unflushed;       /* the CPU wrote what is to be durable */
	enum job_place place; /* where the job is ready to run */
	_Alignas(CACHE_LINE) char job[];
};

enum step {
	STEP_ENDED,     /* the result is there */
	STEP_SUBMITTED, /* a job was handed to the device */
	STEP_WORKING,   /* the device is still at it */
	STEP_MORE,      /* work for the CPU remains */
	STEP_REFUSED,   /* the device has no room */
};

size_t dml_slot_size(size_t job_size)
{
	return sizeof(struct slot) + job_size;
}

static size_t least(size_t a, size_t b)
{
	return a < b ? a : b;
}

/* A slot that is used for the first time is put where the mover's end will find it. */
static struct slot *slot_made(struct data_mover_dml *mover, struct slot *slot)
{
	if (slot->is_made)
		return slot;
	slot->is_made = true;
	slot->made_before = atomic_load_explicit(&mover->made, memory_order_relaxed);
	while (!atomic_compare_exchange_weak_explicit(&mover->made, &slot->made_before, slot,
						      memory_order_release, memory_order_relaxed))
		continue;
	return slot;
}

/* How the ranges of a move lie decides the order of its pieces and their size. */
static void cut_move(struct slot *slot, const struct vdm_operation_data_memmove *move)
{
	uintptr_t dest = (uintptr_t)move->dest, src = (uintptr_t)move->src;
	size_t distance = dest > src ? dest - src : src - dest;
	if (distance >= move->n)
		return;
	slot->from_end = dest > src;
	slot->device_piece = least(DEVICE_PIECE, distance);
	if (distance < DEVICE_PIECE_MIN)
		slot->on_cpu = move->n;
}

static void slot_begin(struct slot *slot, const struct vdm_operation *operation, bool on_device)
{
	slot->operation = *operation;
	slot->begin = 0;
	slot->end = vdm_operation_size(operation);
	slot->device_piece = DEVICE_PIECE;
	slot->on_cpu = on_device ? 0 : slot->end;
	slot->from_end = false;
	slot->in_flight = false;
	slot->unflushed = false;
	slot->is_busy = true;
	if (operation->type == VDM_OPERATION_MEMMOVE)
		cut_move(slot, &operation->data.memmove);
}

static enum step end_with(struct slot *slot, enum vdm_operation_result result)
{
	slot->result = result;
	slot->is_busy = false;
	return STEP_ENDED;
}

static enum vdm_operation_result result_of(enum job_state failure)
{
	switch (failure) {
	case JOB_GONE:
	case JOB_UNSUPPORTED:
		return VDM_ERROR_NOT_SUPPORTED;
	case JOB_INVALID:
		return VDM_ERROR_INVALID_ARGUMENT;
	default:
		return VDM_ERROR_JOB_CORRUPTED;
	}
}

static void become_flush(struct slot *slot)
{
	struct vdm_operation flush = {
		.type = VDM_OPERATION_FLUSH,
		.data.flush = {.dest = vdm_operation_destination(&slot->operation),
			       .n = vdm_operation_size(&slot->operation)},
	};
	slot_begin(slot, &flush, false);
}

/* A piece is done. */
static enum step piece_done(struct slot *slot)
{
	bool durable = vdm_operation_flags(&slot->operation) & VDM_F_MEM_DURABLE;

	if (slot->from_end)
		slot->end -= slot->piece;
	else
		slot->begin += slot->piece;
	if (slot->place == JOB_ON_CPU) {
		slot->on_cpu -= least(slot->on_cpu, slot->piece);
		slot->unflushed |= durable && slot->operation.type != VDM_OPERATION_FLUSH;
	}
	if (slot->begin < slot->end)
		return STEP_MORE;
	if (!slot->unflushed)
		return end_with(slot, VDM_SUCCESS);
	become_flush(slot);
	return STEP_MORE;
}

/* What follows from a job that is over, or never was. */
static enum step settle(struct slot *slot, enum job_state state)
{
	slot->in_flight = false;
	if (state == JOB_DONE)
		return piece_done(slot);
	if (state != JOB_FAULTED || slot->place != JOB_ON_DEVICE)
		return end_with(slot, result_of(state));
	slot->on_cpu = slot->piece;
	return STEP_MORE;
}

/* Whether this refusal is one too many for a queue that is merely full. */
static bool is_gone(struct data_mover_dml *mover)
{
	uint32_t refusals = atomic_fetch_add_explicit(&mover->refusals, 1, memory_order_relaxed);
	uint64_t now = os_now();
	if (refusals == 0) {
		atomic_store_explicit(&mover->refused_since, now, memory_order_relaxed);
		return false;
	}
	return refusals >= GONE_REFUSALS &&
	       now - atomic_load_explicit(&mover->refused_since, memory_order_relaxed) >= GONE_TIME;
}

static void note_accepted(struct data_mover_dml *mover)
{
	if (atomic_load_explicit(&mover->refusals, memory_order_relaxed) != 0)
		atomic_store_explicit(&mover->refusals, 0, memory_order_relaxed);
}

/* Submits the next piece to where it is to run. */
static enum job_state submit_piece(struct slot *slot)
{
	enum job_place place = slot->on_cpu > 0 ? JOB_ON_CPU : JOB_ON_DEVICE;
	size_t most = place == JOB_ON_CPU ? least(CPU_PIECE, slot->on_cpu) : slot->device_piece;
	slot->piece = least(most, slot->end - slot->begin);

	bool ready = job_begin(slot->job, slot->place, place);
	slot->place = ready ? place : JOB_NOWHERE;
	if (!ready)
		return JOB_LOST;
	size_t begin = slot->from_end ? slot->end - slot->piece : slot->begin;
	enum job_state state = job_submit(slot->job, &slot->operation, begin, begin + slot->piece);
	slot->in_flight = state == JOB_RUNNING;
	return state;
}

static enum step run_on_cpu(struct slot *slot)
{
	enum job_state state = submit_piece(slot);
	if (state == JOB_RUNNING)
		state = job_check(slot->job);
	return state == JOB_RUNNING ? STEP_WORKING : settle(slot, state);
}

static enum step run_piece(struct data_mover_dml *mover, struct slot *slot)
{
	if (slot->on_cpu > 0)
		return run_on_cpu(slot);
	enum job_state state = submit_piece(slot);
	if (state == JOB_RUNNING) {
		note_accepted(mover);
		return STEP_SUBMITTED;
	}
	if (mover->falls_back && (state == JOB_FULL || state == JOB_GONE)) {
		slot->on_cpu = CPU_PIECE;
		return run_on_cpu(slot);
	}
	if (state == JOB_FULL)
		return is_gone(mover) ? end_with(slot, VDM_ERROR_NOT_SUPPORTED) : STEP_REFUSED;
	return settle(slot, state);
}

/* One poll's worth of an operation. */
static enum step advance(struct data_mover_dml *mover, struct slot *slot, bool canceled)
{
	if (slot->in_flight) {
		enum job_state state = job_check(slot->job);
		if (state == JOB_RUNNING)
			return STEP_WORKING;
		if (settle(slot, state) == STEP_ENDED)
			return STEP_ENDED;
	}
	if (canceled)
		return end_with(slot, VDM_ERROR_CANCELED);
	return run_piece(mover, slot);
}

/* What the poll of a pending operation says. The waker is called last: it may lead anywhere. */
static enum future_state answer(struct slot *slot, enum step step, struct future_notifier *notifier)
{
	if (step == STEP_MORE) {
		if (notifier != NULL) {
			notifier->notifier_used = FUTURE_NOTIFIER_WAKER;
			notifier->poller.ptr_to_monitor = NULL;
		}
		struct future_waker waker = slot->waker;
		if (waker.wake != NULL)
			FUTURE_WAKER_WAKE(&waker);
	} else if (notifier != NULL && step == STEP_SUBMITTED) {
		notifier->poll_within_us = (uint32_t)(slot->piece / DEVICE_BYTES_PER_US);
	} else if (notifier != NULL && step == STEP_REFUSED) {
		notifier->poll_within_us = REFUSED_RETRY_US;
	}
	return FUTURE_STATE_RUNNING;
}

/*
 * Giving the slot back is a locked instruction, which on x86 is ordered behind the flushes before
 * it: DML does not say whether its own, on the CPU, ends with a fence.
 */
static enum future_state release(struct data_mover_dml *mover, struct vdm_operation *operation,
				 uint32_t number)
{
	enum vdm_operation_result result = ((struct slot *)slab_at(&mover->slots, number))->result;
	slab_give(&mover->slots, number);
	return vdm_operation_complete(operation, result);
}

static enum future_state start(struct data_mover_dml *mover, struct vdm_operation *operation,
			       struct future_notifier *notifier)
{
	enum vdm_operation_result result =
		vdm_operation_validate(operation, mover->polled.vdm.capabilities);
	if (result != VDM_SUCCESS || vdm_operation_size(operation) == 0)
		return vdm_operation_complete(operation, result);

	uint32_t number = slab_take(&mover->slots);
	if (number == SLAB_NONE)
		return vdm_operation_complete(operation, VDM_ERROR_OUT_OF_MEMORY);
	struct slot *slot = slot_made(mover, slab_at(&mover->slots, number));
	slot_begin(slot, operation, mover->has_device);
	slot->waker = notifier != NULL ? notifier->waker : (struct future_waker){NULL, NULL};
	enum step step = advance(mover, slot, false);
	if (step == STEP_ENDED)
		return release(mover, operation, number);
	if (step == STEP_REFUSED) {
		answer(slot, step, notifier);
		slot->is_busy = false;
		slab_give(&mover->slots, number);
		return FUTURE_STATE_IDLE;
	}
	operation->progress = number + 1;
	return answer(slot, step, notifier);
}

enum future_state dml_poll(struct vdm *vdm, struct vdm_operation *operation,
			   struct future_notifier *notifier, unsigned flags)
{
	struct data_mover_dml *mover = (struct data_mover_dml *)(void *)vdm;
	bool canceled = flags & VDM_POLL_CANCEL;
	if (operation->progress & VDM_PROGRESS_DONE)
		return FUTURE_STATE_COMPLETE;
	if (operation->progress == 0 && canceled)
		return vdm_operation_complete(operation, VDM_ERROR_CANCELED);
	if (dml_is_inherited(mover))
		return vdm_operation_complete(operation, VDM_ERROR_JOB_CORRUPTED);
	if (operation->progress == 0)
		return start(mover, operation, notifier);

	uint32_t number = operation->progress - 1;
	struct slot *slot = slab_at(&mover->slots, number);
	if (!(flags & VDM_POLL_KEEP_NOTIFIER))
		slot->waker =
			notifier != NULL ? notifier->waker : (struct future_waker){NULL, NULL};
	enum step step = advance(mover, slot, canceled);
	return step == STEP_ENDED ? release(mover, operation, number)
				  : answer(slot, step, notifier);
}

void dml_finish_all(struct data_mover_dml *mover)
{
	struct slot *slot = atomic_load_explicit(&mover->made, memory_order_acquire);
	for (; slot != NULL; slot = slot->made_before) {
		while (slot->is_busy) {
			if (advance(mover, slot, false) != STEP_MORE)
				os_yield();
		}
		job_end(slot->job, slot->place);
	}
}
