/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/*
 * tested_threads.h -- a threads mover of two workers, which a test is given as its state.
 */

#ifndef MINIASYNC_TESTS_TESTED_THREADS_H
#define MINIASYNC_TESTS_TESTED_THREADS_H

#include <libminiasync/data_mover_threads.h>
#include <libminiasync/runtime.h>

#include "support/test.h"

#define LARGE ((size_t)3 << 20)
extern char source[LARGE], dest[LARGE];

int threads_set_up(void **state);
int threads_tear_down(void **state);
#define threads_test(_test) \
	cmocka_unit_test_setup_teardown(_test, threads_set_up, threads_tear_down)

/* Waits for an operation; its result. */
enum vdm_operation_result run(struct vdm_operation_future operation);

struct data_mover_threads_stats stats_of(struct data_mover_threads *mover);

#endif
