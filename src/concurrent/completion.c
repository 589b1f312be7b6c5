/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/* completion.c -- see completion.h. */

#include "concurrent/completion.h"

#include "platform/os.h"

/* The completion whose call this thread is making. */
static OS_THREAD_LOCAL struct completion *calling;

static void make_call(struct completion *completion, struct completion_call call)
{
	if (call.function == NULL)
		return;
	struct completion *outer = calling;
	calling = completion;
	call.function(call.data);
	calling = outer;
}

void completion_finish(struct completion *completion)
{
	uint32_t state = atomic_fetch_or_explicit(&completion->state, COMPLETION_FINISHING,
						  memory_order_acq_rel);
	yield_point();
	make_call(completion, completion->cells[state / COMPLETION_CELL]);
	yield_point();
	atomic_store_explicit(&completion->state, (state & COMPLETION_CELL) | COMPLETION_COMPLETE,
			      memory_order_release);
}

/* It leaves the thread's own variables alone: in a signal handler they may not be there yet. */
void completion_set(struct completion *completion)
{
	uint32_t state = atomic_fetch_or_explicit(&completion->state, COMPLETION_FINISHING,
						  memory_order_acq_rel);
	if (state & COMPLETION_FINISHING)
		return;
	yield_point();
	struct completion_call call = completion->cells[state / COMPLETION_CELL];
	if (call.function != NULL)
		call.function(call.data);
	yield_point();
	atomic_fetch_or_explicit(&completion->state, COMPLETION_COMPLETE, memory_order_release);
}

void completion_call_again(struct completion *completion)
{
	uint32_t state = atomic_load_explicit(&completion->state, memory_order_relaxed);
	if (calling != completion)
		make_call(completion, completion->cells[state / COMPLETION_CELL]);
}
