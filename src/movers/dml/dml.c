/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/* dml.c -- the DML mover is made and ended. */

#include "movers/dml/dml.h"

#include <errno.h>

#include "movers/dml/job.h"
#include "platform/os.h"

#define SLOTS_FIRST 32

static int dml_has_property(void *future, enum future_property property)
{
	(void)future;
	return property == FUTURE_PROPERTY_ASYNC;
}

static int begin(struct data_mover_dml *mover, enum data_mover_dml_type type)
{
	int error = forks_notice();
	if (error != 0)
		return error;
	size_t size = job_size();
	if (size == 0)
		return ENODEV;
	error = type == DATA_MOVER_DML_SOFTWARE ? ENODEV : job_probe_device();
	if (error == ENOMEM || (error != 0 && type == DATA_MOVER_DML_HARDWARE))
		return error;
	mover->generation = forks_generation();
	mover->has_device = error == 0;
	mover->falls_back = type == DATA_MOVER_DML_AUTO;
	mover->slots = (struct slab)SLAB_INIT(dml_slot_size(size), SLOTS_FIRST);
	vdm_polled_init(&mover->polled, dml_poll, VDM_CAPABILITY_OPERATIONS | VDM_F_VALID_FLAGS,
			mover->has_device ? dml_has_property : future_has_property_default);
	return 0;
}

struct data_mover_dml *data_mover_dml_new(enum data_mover_dml_type type)
{
	struct data_mover_dml *mover = NULL;
	int error = (unsigned)type > DATA_MOVER_DML_AUTO ? EINVAL : 0;
	if (error == 0) {
		mover = os_allocate_zeroed(sizeof(*mover));
		error = mover != NULL ? begin(mover, type) : ENOMEM;
	}
	if (error == 0)
		return mover;
	os_free(mover);
	errno = error;
	return NULL;
}

struct vdm *data_mover_dml_get_vdm(struct data_mover_dml *mover)
{
	return &mover->polled.vdm;
}

void data_mover_dml_delete(struct data_mover_dml *mover)
{
	if (mover == NULL)
		return;
	if (!dml_is_inherited(mover))
		dml_finish_all(mover);
	slab_end(&mover->slots);
	os_free(mover);
}
