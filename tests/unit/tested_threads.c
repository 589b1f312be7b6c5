/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/*
 * tested_threads.c -- see tested_threads.h.
 */

#include "tested_threads.h"

char source[LARGE], dest[LARGE];

int threads_set_up(void **state)
{
	*state = data_mover_threads_new(2, 16, FUTURE_NOTIFIER_WAKER);
	return *state == NULL;
}

int threads_tear_down(void **state)
{
	data_mover_threads_delete(*state);
	return 0;
}

enum vdm_operation_result run(struct vdm_operation_future operation)
{
	runtime_wait(NULL, FUTURE_AS_RUNNABLE(&operation));
	return FUTURE_OUTPUT(&operation)->result;
}

struct data_mover_threads_stats stats_of(struct data_mover_threads *mover)
{
	struct data_mover_threads_stats stats = DATA_MOVER_THREADS_STATS_INIT;
	data_mover_threads_get_stats(mover, &stats);
	return stats;
}
