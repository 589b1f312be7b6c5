/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/* dml.h -- the DML mover's parts know each other: dml.c makes it, operation.c uses it. */

#ifndef MINIASYNC_MOVERS_DML_DML_H
#define MINIASYNC_MOVERS_DML_DML_H

#include <stdatomic.h>
#include <stdbool.h>

#include <libminiasync-vdm-dml/data_mover_dml.h>

#include "concurrent/forks.h"
#include "concurrent/slab.h"
#include "vdm/polled.h"

struct data_mover_dml {
	struct vdm_polled polled;
	uint32_t generation; /* of the process whose jobs they are (forks.h) */
	bool has_device;
	bool falls_back;   /* what the device refuses runs on the CPU */
	struct slab slots; /* a job's memory is in its slot: DML and the mover allocate no other */
	_Atomic(struct slot *) made;    /* every slot that was ever used */
	_Atomic uint32_t refusals;      /* by the device, since it last accepted a job */
	_Atomic uint64_t refused_since; /* the time of the first of them */
};

/*
 * Whether its jobs are of the process that this one was forked from. DML works on those by their
 * address, and its device in that process's memory: so here nothing of DML's is touched any more.
 */
static inline bool dml_is_inherited(const struct data_mover_dml *mover)
{
	return mover->generation != forks_generation();
}

/* Bytes of a slot whose job takes so many. */
size_t dml_slot_size(size_t job_size);

/* The op_poll of the mover. */
enum future_state dml_poll(struct vdm *vdm, struct vdm_operation *operation,
			   struct future_notifier *notifier, unsigned flags);

/* Brings everything that was started to its end, and ends the jobs. */
void dml_finish_all(struct data_mover_dml *mover);

#endif
