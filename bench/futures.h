/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/*
 * futures.h -- futures that do nothing but being polled, for benchmarks of what polling costs.
 */

#ifndef MINIASYNC_BENCH_FUTURES_H
#define MINIASYNC_BENCH_FUTURES_H

#include <cstdint>

#include <libminiasync.h>

namespace bench
{

struct countdown_data {
	uint64_t left; /* polls until it is complete */
};

struct no_output {
	char nothing;
};

FUTURE(countdown, countdown_data, no_output);

/* Asks to be polled again soon, until it has been polled so many times. */
inline future_state countdown_soon(future_context *context, future_notifier *)
{
	countdown_data *data = static_cast<countdown_data *>(future_context_get_data(context));
	return --data->left == 0 ? FUTURE_STATE_COMPLETE : FUTURE_STATE_RUNNING;
}

/* The same, but each poll is a wake-up of its own: it calls the waker that it was given. */
inline future_state countdown_woken(future_context *context, future_notifier *notifier)
{
	countdown_data *data = static_cast<countdown_data *>(future_context_get_data(context));
	if (--data->left == 0)
		return FUTURE_STATE_COMPLETE;
	if (notifier != nullptr) {
		FUTURE_WAKER_WAKE(&notifier->waker);
		notifier->notifier_used = FUTURE_NOTIFIER_WAKER;
	}
	return FUTURE_STATE_RUNNING;
}

inline countdown make_countdown(future_task_fn task, uint64_t polls)
{
	countdown made;
	FUTURE_INIT(&made, task);
	made.data.left = polls;
	return made;
}

} // namespace bench

#endif
