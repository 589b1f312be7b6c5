/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/*
 * job.h -- one job of DML at a time: what is asked of it, and what became of it. job.c is the only
 * file that sees DML, and the only place for what its releases and its answers are like.
 */

#ifndef MINIASYNC_MOVERS_DML_JOB_H
#define MINIASYNC_MOVERS_DML_JOB_H

#include <stdbool.h>

#include "vdm/polled.h"

/* Where a job runs. */
enum job_place {
	JOB_NOWHERE = 0, /* not initialised */
	JOB_ON_CPU,
	JOB_ON_DEVICE,
};

enum job_state {
	JOB_DONE,
	JOB_RUNNING,     /* accepted: it is to be checked, and its memory is the device's */
	JOB_FULL,        /* refused: every queue is full, or none is left; DML does not say which */
	JOB_GONE,        /* refused: there is no device any more */
	JOB_FAULTED,     /* the device met a page that is not in memory, and stopped somewhere */
	JOB_UNSUPPORTED, /* DML or the device does not do that */
	JOB_INVALID,     /* an address that cannot be */
	JOB_LOST,        /* anything else that went wrong */
};

/* Bytes that one job takes on the CPU or on the device, whichever is more; 0: DML fails. */
size_t job_size(void);

/* Readies a job's memory for a place, having ended what it was ready for; whether DML agreed. */
bool job_begin(void *job, enum job_place now, enum job_place next);
void job_end(void *job, enum job_place now);

/*
 * job_submit -- runs the bytes of an operation from begin up to end: JOB_RUNNING, or why not. On
 * the CPU all the work is done in here; job_check tells how it went.
 */
enum job_state job_submit(void *job, const struct vdm_operation *operation, size_t begin,
			  size_t end);

/* How a job that was accepted is doing. No other may be checked: DML would say RUNNING for ever. */
enum job_state job_check(void *job);

/* Has the device move a byte, and waits for it: 0, ENODEV if it does not come, or ENOMEM. */
int job_probe_device(void);

#endif
