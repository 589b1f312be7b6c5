/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/*
 * sync.c -- the mover that does its work in the poll, on the thread that polls.
 *
 * It keeps nothing between polls and nothing of an operation, so any number of threads share it.
 */

#include <errno.h>

#include <libminiasync/data_mover_sync.h>

#include "memory/memory.h"
#include "movers/kernel.h"
#include "platform/os.h"
#include "vdm/polled.h"

struct data_mover_sync {
	struct vdm_polled polled;
};

/* Out of line, so that nothing is saved and restored for what is asked most. */
MINIASYNC_OUT_OF_LINE enum future_state poll_otherwise(struct vdm *vdm,
						       struct vdm_operation *operation,
						       unsigned flags)
{
	if (operation->progress & VDM_PROGRESS_DONE)
		return FUTURE_STATE_COMPLETE;
	if (flags & VDM_POLL_CANCEL)
		return vdm_operation_complete(operation, VDM_ERROR_CANCELED);
	enum vdm_operation_result result = vdm_operation_validate(operation, vdm->capabilities);
	if (result == VDM_SUCCESS)
		kernel_run(operation, 0, vdm_operation_size(operation));
	return vdm_operation_complete(operation, result);
}

static enum future_state sync_poll(struct vdm *vdm, struct vdm_operation *operation,
				   struct future_notifier *notifier, unsigned flags)
{
	(void)notifier;
	if (operation->progress == 0 && !(flags & VDM_POLL_CANCEL) &&
	    kernel_run_plain(operation, MEMORY_ALWAYS_CACHED))
		return vdm_operation_complete(operation, VDM_SUCCESS);
	return poll_otherwise(vdm, operation, flags);
}

struct data_mover_sync *data_mover_sync_new(void)
{
	struct data_mover_sync *mover = os_allocate_zeroed(sizeof(*mover));
	if (mover == NULL) {
		errno = ENOMEM;
		return NULL;
	}
	vdm_polled_init(&mover->polled, sync_poll, kernel_capabilities(),
			future_has_property_default);
	return mover;
}

struct vdm *data_mover_sync_get_vdm(struct data_mover_sync *mover)
{
	return &mover->polled.vdm;
}

void data_mover_sync_delete(struct data_mover_sync *mover)
{
	os_free(mover);
}
