/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/*
 * script.h -- a future that answers its polls as a test has written down.
 *
 *     static const struct script_step steps[] = {{FUTURE_STATE_RUNNING, FUTURE_NOTIFIER_NONE, 50},
 *                                                {FUTURE_STATE_COMPLETE, FUTURE_NOTIFIER_NONE, 0}};
 *     struct script script = SCRIPT(steps);
 *     struct script_future future = script_future(&script);
 *
 * The script stays where it is and tells afterwards how often the future was polled; the future may
 * be copied and moved like any other.
 */

#ifndef MINIASYNC_TESTS_SCRIPT_H
#define MINIASYNC_TESTS_SCRIPT_H

#include <libminiasync/future.h>

struct script_step {
	enum future_state state;
	enum future_notifier_type notifier_used;
	uint32_t poll_within_us;
};

struct script {
	const struct script_step *steps;
	size_t count;
	size_t polls;           /* so far; past the last step is an abort */
	unsigned canceled;      /* polls that saw the cancel bit */
	unsigned offers;        /* polls that were offered the poller's time */
	int async;              /* the answer to FUTURE_PROPERTY_ASYNC */
	struct future *address; /* where the future was at its latest poll */
};

#define SCRIPT(_steps)                                                         \
	{                                                                      \
		_steps, sizeof(_steps) / sizeof((_steps)[0]), 0, 0, 0, 0, NULL \
	}

struct script_data {
	struct script *script;
};

struct script_output {
	size_t polls;
};

FUTURE(script_future, struct script_data, struct script_output);

struct script_future script_future(struct script *script);

#endif
