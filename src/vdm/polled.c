/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/*
 * polled.c -- the table of a mover that has an op_poll.
 *
 * The old functions are told of an operation through a pointer to const, yet it lies in a future
 * that is being polled and nobody else looks at: its progress is ours to write.
 */

#include "vdm/polled.h"

static enum future_state polled_poll(void *data, const struct vdm_operation *operation,
				     struct future_notifier *notifier, unsigned flags)
{
	struct vdm_polled *polled = data;
	return polled->op_poll(&polled->vdm, (struct vdm_operation *)(uintptr_t)operation, notifier,
			       flags);
}

/* Programs compiled against 0.2.1 never set the progress of what they start. */
static int polled_start(void *data, const struct vdm_operation *operation,
			struct future_notifier *notifier)
{
	((struct vdm_operation *)(uintptr_t)operation)->progress = 0;
	return polled_poll(data, operation, notifier, 0) == FUTURE_STATE_IDLE ? -1 : 0;
}

static enum future_state polled_check(void *data, const struct vdm_operation *operation)
{
	if (operation->progress & VDM_PROGRESS_DONE)
		return FUTURE_STATE_COMPLETE;
	return polled_poll(data, operation, NULL, VDM_POLL_KEEP_NOTIFIER);
}

static void polled_delete(void *data, const struct vdm_operation *operation,
			  struct vdm_operation_output *output)
{
	(void)data;
	vdm_operation_output_set(
		output, operation,
		(enum vdm_operation_result)(operation->progress & ~VDM_PROGRESS_DONE));
}

void vdm_polled_init(struct vdm_polled *polled, vdm_operation_poll op_poll, unsigned capabilities,
		     future_has_property_fn has_property)
{
	polled->vdm = (struct vdm){
		.op_new = vdm_operation_new_polled,
		.op_delete = polled_delete,
		.op_start = polled_start,
		.op_check = polled_check,
		.capabilities = capabilities,
		.has_property = has_property,
	};
	polled->op_poll = op_poll;
}
