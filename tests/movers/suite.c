/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/*
 * suite.c -- runs every theme on the mover described, and what the themes share.
 */

#include "movers/mover.h"

#include <sched.h>

#include "support/waker.h"

const struct tested_mover *tested;

int mover_set_up(void **state)
{
	*state = tested->create();
	return *state == NULL ? -1 : 0;
}

int mover_tear_down(void **state)
{
	if (tested->release != NULL)
		tested->release(*state); /* a test that failed did not */
	tested->destroy(*state);
	return 0;
}

enum vdm_operation_result finish(struct vdm_operation_future *operation)
{
	wait_as_answered(FUTURE_AS_RUNNABLE(operation));
	return FUTURE_OUTPUT(operation)->result;
}

void finish_all(struct vdm_operation_future *operations, size_t n)
{
	size_t pending = n;
	while (pending > 0) {
		pending = 0;
		for (size_t i = 0; i < n; i++) {
			if (future_poll(FUTURE_AS_RUNNABLE(&operations[i]), NULL) !=
			    FUTURE_STATE_COMPLETE)
				pending++;
		}
		if (pending > 0)
			sched_yield();
	}
}

void needs_hold(void **state)
{
	if (tested->hold == NULL) {
		print_message("skipped: operations of %s cannot be held\n", tested->name);
		skip();
	}
	tested->hold(*state);
}

int mover_suite(const struct tested_mover *tested_mover)
{
	tested = tested_mover;
	print_message("mover %s, engine: %s\n", tested->name, tested->engine);
	int failed = operations_suite();
	failed += batches_suite();
	failed += queueing_suite();
	failed += waiting_suite();
	failed += runtimes_suite();
	failed += canceling_suite();
	failed += composing_suite();
	failed += sharing_suite();
	failed += programs_suite();
	return failed != 0;
}
