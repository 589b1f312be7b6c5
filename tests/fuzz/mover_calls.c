/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/*
 * mover_calls.c -- a property: whatever is asked of a mover, in whatever order, each byte is what a
 * model of the memory has.
 *
 * The bytes of an input say which mover is made, and how, and then what a program does with it:
 * operations are made, polled with wakers and without, moved, cancelled, dropped, waited for in
 * every way. After each step every byte that no operation has in hand is compared; each result is
 * the only possible one, and wakers are called as the contract of future.h says. In the end the
 * mover's figures are what the model counted; or the mover is deleted with all that it has in hand,
 * and has done that.
 */

#include <sched.h>
#include <stdatomic.h>
#include <string.h>

#include <libminiasync/data_mover_sync.h>
#include <libminiasync/data_mover_threads.h>

#include "fuzz/mover_memory.h"
#include "fuzz/mover_waits.h"

#define STEPS 120

/*
 * Functions of the program's own, called once for each operation or segment, on some worker. They
 * are in no hurry: the program may well take some more steps meanwhile.
 */

static atomic_uint users_own_calls, users_own_flags, users_own_patience, steps_taken;

static void was_called(unsigned flags)
{
	atomic_fetch_add(&users_own_calls, 1);
	atomic_fetch_add(&users_own_flags, flags);
	unsigned until = atomic_load(&steps_taken) + atomic_load(&users_own_patience);
	for (unsigned n = 0; n < 300 && atomic_load(&steps_taken) < until; n++)
		sched_yield();
}

static void *users_memcpy(void *dest, const void *source, size_t n, unsigned flags)
{
	was_called(flags);
	return memcpy(dest, source, n);
}

static void *users_memmove(void *dest, const void *source, size_t n, unsigned flags)
{
	was_called(flags);
	return memmove(dest, source, n);
}

static void *users_memset(void *dest, int byte, size_t n, unsigned flags)
{
	was_called(flags);
	return memset(dest, byte, n);
}

/* The mover. */

static struct data_mover_sync *sync_mover;
static struct data_mover_threads *threads_mover;

/* The same mover as a table of the six functions of 0.2.1, not known as one of the library's. */
static struct vdm table, *behind_the_table;

static void *table_new(struct vdm *vdm, const enum vdm_operation_type type)
{
	(void)vdm;
	return behind_the_table->op_new(behind_the_table, type);
}

static void make_sync_mover(void)
{
	sync_mover = data_mover_sync_new();
	CHECK(sync_mover != NULL);
	called = (struct called_mover){.vdm = data_mover_sync_get_vdm(sync_mover)};
}

static void make_threads_mover(struct input *input)
{
	static const size_t rings[] = {1, 2, 3, 64, 1024};
	static const size_t inline_sizes[] = {0, 0, 64, 4096, SIZE_MAX};
	called = (struct called_mover){.asynchronous = true};
	called.notifier = (enum future_notifier_type)input_below(input, 3);
	threads_mover = data_mover_threads_new(1 + input_below(input, 4),
					       INPUT_ONE_OF(input, rings), called.notifier);
	CHECK(threads_mover != NULL);
	called.vdm = data_mover_threads_get_vdm(threads_mover);
	if (input_below(input, 4) != 0)
		data_mover_threads_set_inline_size(threads_mover,
						   INPUT_ONE_OF(input, inline_sizes));
	uint32_t users_own = input_below(input, 32);
	if ((called.users_own[VDM_OPERATION_MEMCPY] = users_own == 1 || users_own == 7))
		data_mover_threads_set_memcpy_fn(threads_mover, users_memcpy);
	called.users_own[VDM_OPERATION_MEMCPYV] = called.users_own[VDM_OPERATION_MEMCPY];
	if ((called.users_own[VDM_OPERATION_MEMMOVE] = users_own == 2 || users_own == 7))
		data_mover_threads_set_memmove_fn(threads_mover, users_memmove);
	if ((called.users_own[VDM_OPERATION_MEMSET] = users_own == 4 || users_own == 7))
		data_mover_threads_set_memset_fn(threads_mover, users_memset);
	atomic_store(&users_own_patience, input_below(input, 4));
}

static void make_mover(struct input *input)
{
	sync_mover = NULL;
	threads_mover = NULL;
	atomic_store(&users_own_calls, 0);
	atomic_store(&users_own_flags, 0);
	if (input_below(input, 8) == 0)
		make_sync_mover();
	else
		make_threads_mover(input);
	if (input_below(input, 8) == 1) {
		behind_the_table = called.vdm;
		table = *called.vdm;
		table.op_new = table_new;
		called.vdm = &table;
	}
}

static void delete_mover(void)
{
	data_mover_sync_delete(sync_mover);
	data_mover_threads_delete(threads_mover);
}

/* Wakers, one for each call that was ever made. */

struct waker {
	atomic_uint calls;
	unsigned when_complete;
};
static struct waker wakers[STEPS];
static size_t wakers_used;

static void wake(void *waker)
{
	atomic_fetch_add(&((struct waker *)waker)->calls, 1);
}

static void check_that_no_waker_was_late(void)
{
	for (size_t i = 0; i < wakers_used; i++)
		CHECK(wakers[i].when_complete == UINT32_MAX ||
		      wakers[i].when_complete == atomic_load(&wakers[i].calls));
}

/* Notes what wakers have done of those that are complete since the step before. */
static void look_at_wakers(void)
{
	for (struct call *call = calls; call < calls + CALLS; call++) {
		struct waker *waker = &wakers[call->waker];
		if (call->kind == NULL || !call->ended || waker->when_complete != UINT32_MAX)
			continue;
		waker->when_complete = atomic_load(&waker->calls);
		CHECK(!call->is_promised || waker->when_complete != call->promised);
	}
}

/* Steps that poll one call. */

static struct call *latest;

/* The latest one again as often as any other. */
static struct call *some_call(struct input *input)
{
	uint32_t which = input_below(input, 2 * CALLS);
	if (which < CALLS)
		latest = &calls[which];
	return latest;
}

static void poll_plainly(struct input *input, struct call *call)
{
	(void)input;
	future_poll(FUTURE_AS_RUNNABLE(call->future), NULL);
	if (FUTURE_STATE(call->future) != FUTURE_STATE_COMPLETE)
		call->is_promised = false; /* taken back */
	call_was_polled(call);
}

static void check_answer(const struct call *call, const struct future_notifier *answer)
{
	if (FUTURE_STATE(call->future) == FUTURE_STATE_IDLE) {
		CHECK(answer->notifier_used == FUTURE_NOTIFIER_NONE);
		CHECK(answer->poll_within_us != 0);
		return;
	}
	CHECK(called.asynchronous);
	CHECK(answer->notifier_used == called.notifier ||
	      answer->notifier_used == FUTURE_NOTIFIER_NONE);
	if (answer->notifier_used == FUTURE_NOTIFIER_POLLER)
		CHECK(answer->poller.ptr_to_monitor != NULL &&
		      __atomic_load_n(answer->poller.ptr_to_monitor, __ATOMIC_RELAXED) <= 1);
}

/* What the waiter left in its notifier is nobody's business, but for an offer of its time. */
static void poll_with_a_waker(struct input *input, struct call *call)
{
	static uint64_t nobodys;
	struct waker *waker = &wakers[call->waker];
	unsigned before = atomic_load(&waker->calls);
	struct future_notifier notifier = {
		.waker = {waker, wake},
		.poller = {input_below(input, 2) == 0 ? &future_time_offer : &nobodys},
		.notifier_used = (enum future_notifier_type)input_below(input, 3),
		.poll_within_us = 7,
	};
	if (future_poll(FUTURE_AS_RUNNABLE(call->future), &notifier) != FUTURE_STATE_COMPLETE) {
		check_answer(call, &notifier);
		call->is_promised = notifier.notifier_used == FUTURE_NOTIFIER_WAKER;
		call->promised = before;
	}
	call_was_polled(call);
}

static void poll_some_call(struct input *input)
{
	static void (*const ways[])(struct input *, struct call *) = {
		poll_plainly,     poll_plainly,       poll_with_a_waker, poll_with_a_waker,
		wait_with_a_time, wait_as_it_answers, wait_for_it,       add_to_the_set,
	};
	struct call *call = some_call(input);
	if (call->kind != NULL && !call->in_set && call_may_start(call))
		INPUT_ONE_OF(input, ways)(input, call);
}

/* Steps that poll nothing. */

static void make_some_call(struct input *input)
{
	struct call *call = some_call(input);
	if (call->kind != NULL)
		return;
	call_make(input, call);
	call->waker = wakers_used++;
	wakers[call->waker].when_complete = UINT32_MAX;
	atomic_store(&wakers[call->waker].calls, 0);
}

static void cancel_some_call(struct input *input)
{
	struct call *call = some_call(input);
	if (call->kind == NULL)
		return;
	future_cancel(FUTURE_AS_RUNNABLE(call->future));
	call->never_started |= FUTURE_STATE(call->future) == FUTURE_STATE_IDLE;
	call->canceled = true;
}

/* One that was not started, or is complete. */
static void drop_some_call(struct input *input)
{
	struct call *call = some_call(input);
	if (call->kind != NULL && !call->in_set && !call->owns)
		call_drop(call);
}

static void move_some_future(struct input *input)
{
	struct call *call = some_call(input);
	if (call->kind == NULL || call->in_set)
		return;
	struct vdm_operation_future *elsewhere = malloc(sizeof(*elsewhere));
	CHECK(elsewhere != NULL);
	*elsewhere = *call->future;
	memset(call->future, 0xA5, sizeof(*call->future));
	free(call->future);
	call->future = elsewhere;
}

static void take_some_call_out(struct input *input)
{
	struct call *call = some_call(input);
	if (call->kind != NULL && call->in_set)
		take_out_of_the_set(call);
}

static void take_a_step(struct input *input)
{
	static void (*const steps[])(struct input *) = {
		make_some_call,     make_some_call,   make_some_call,     make_some_call,
		poll_some_call,     poll_some_call,   poll_some_call,     poll_some_call,
		poll_some_call,     poll_some_call,   cancel_some_call,   cancel_some_call,
		drop_some_call,     move_some_future, memory_write,       wait_for_several,
		wait_for_the_first, wait_for_next,    take_some_call_out,
	};
	INPUT_ONE_OF(input, steps)(input);
	atomic_fetch_add(&steps_taken, 1);
	memory_check();
	look_at_wakers();
}

/* Ends. */

static void check_figures(void)
{
	CHECK(atomic_load(&users_own_calls) == tally.users_own);
	CHECK(atomic_load(&users_own_flags) == tally.flags);
	if (threads_mover == NULL)
		return;
	struct data_mover_threads_stats stats = DATA_MOVER_THREADS_STATS_INIT;
	data_mover_threads_get_stats(threads_mover, &stats);
	for (size_t type = 0; type < VDM_OPERATION_MEMCPYV; type++) {
		CHECK(stats.operations[type] == tally.successes[type]);
		CHECK(stats.bytes[type] == tally.bytes[type]);
	}
	CHECK(stats.memcpyv_operations == tally.successes[VDM_OPERATION_MEMCPYV]);
	CHECK(stats.memcpyv_bytes == tally.bytes[VDM_OPERATION_MEMCPYV]);
	CHECK(stats.queue_depth == 0);
	if (called.vdm != &table) /* whose cancellations do not all reach the mover */
		CHECK(stats.canceled == tally.canceled);
}

static void finish_everything(void)
{
	finish_all();
	look_at_wakers();
	check_figures();
	waits_end();
	delete_mover();
}

static void leave_everything(void)
{
	waits_end();
	delete_mover();
	for (struct call *call = calls; call < calls + CALLS; call++)
		if (call->kind != NULL)
			call_was_left(call);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	struct input input = {bytes, size};
	latest = calls;
	wakers_used = 0;
	atomic_store(&steps_taken, 0);
	memory_begin(&input);
	make_mover(&input);
	waits_begin(&input);
	bool leave = input_below(&input, 4) == 1;
	for (int steps = 0; steps < STEPS && input.left > 0; steps++)
		take_a_step(&input);
	if (leave)
		leave_everything();
	else
		finish_everything();
	memory_check();
	check_that_no_waker_was_late();
	for (struct call *call = calls; call < calls + CALLS; call++)
		if (call->kind != NULL)
			call_drop(call);
	return 0;
}
