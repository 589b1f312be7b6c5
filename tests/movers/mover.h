/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/*
 * mover.h -- one suite that every mover passes. To add a mover: describe it, and call the suite.
 *
 *     static const struct tested_mover tested_mover = {.name = "mine", .create = ..., ...};
 *     int main(void) { return mover_suite(&tested_mover); }
 *
 * Each file of the suite is a theme: operations, batches, queueing, waiting, runtimes, canceling,
 * sharing, programs. It sees a mover through <libminiasync.h> and this description only.
 */

#ifndef MINIASYNC_TESTS_MOVER_H
#define MINIASYNC_TESTS_MOVER_H

#include <libminiasync.h>

#include "support/test.h"

struct tested_mover {
	const char *name;
	const char *engine; /* "real", or what stands in for it; printed before the results */
	void *(*create)(void);
	void (*destroy)(void *mover);
	struct vdm *(*get_vdm)(void *mover);
	unsigned capabilities; /* that it must have on this machine, and may have more */
	int asynchronous;      /* its operations go on between polls */
	enum future_notifier_type notifier; /* how operations that are pending answer */
	size_t in_flight;                   /* operations that it can hold; 0: no limit */
	/*
	 * Keeps copies from ending until they are released, so that a test can meet them pending;
	 * called before the first operation. NULL: the engine cannot be held, the test is skipped.
	 */
	void (*hold)(void *mover);
	void (*release)(void *mover);
};

/* What our engines that use the CPU can do, on the CPUs that all write back cache lines. */
#define CPU_OPERATIONS                                                            \
	(VDM_CAPABILITY_MEMCPY | VDM_CAPABILITY_MEMMOVE | VDM_CAPABILITY_MEMSET | \
	 VDM_CAPABILITY_MEMCPYV)
#ifdef __x86_64__
#define CPU_CAPABILITIES (CPU_OPERATIONS | VDM_CAPABILITY_FLUSH | VDM_F_VALID_FLAGS)
#else
#define CPU_CAPABILITIES (CPU_OPERATIONS | VDM_F_NO_CACHE_HINT)
#endif

/* Runs the whole suite on one mover; what main returns. */
int mover_suite(const struct tested_mover *tested_mover);

/* For the files of the suite. Every test has a mover of its own, made before it, deleted behind. */
extern const struct tested_mover *tested;
int mover_set_up(void **state);
int mover_tear_down(void **state);
#define mover_test(_test) cmocka_unit_test_setup_teardown(_test, mover_set_up, mover_tear_down)

static inline struct vdm *vdm_of(void **state)
{
	return tested->get_vdm(*state);
}

/* Waits as the operation's answers say, and returns its result. */
enum vdm_operation_result finish(struct vdm_operation_future *operation);

/* Does likewise for n operations, all of them outstanding at once; NULL notifiers, round robin. */
void finish_all(struct vdm_operation_future *operations, size_t n);

/* Ends the test as skipped, with the reason printed, unless the engine can be held. */
void needs_hold(void **state);

int operations_suite(void);
int batches_suite(void);
int queueing_suite(void);
int waiting_suite(void);
int runtimes_suite(void);
int canceling_suite(void);
int composing_suite(void);
int sharing_suite(void);
int programs_suite(void);

#endif
