/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/*
 * 05_own_mover.c -- a mover of one's own, behind vdm_memcpy like any other: it copies one slice in
 * each poll, on the thread that polls, so that a large copy keeps no event loop from its work.
 */

#include <libminiasync.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SLICE ((size_t)64 << 10)

static void *slices_new(struct vdm *vdm, const enum vdm_operation_type type)
{
	(void)vdm, (void)type;
	return calloc(1, sizeof(size_t)); /* how many bytes are copied */
}

static int slices_start(void *data, const struct vdm_operation *operation,
			struct future_notifier *notifier)
{
	(void)data, (void)operation, (void)notifier;
	return 0; /* the notifier is left at NONE: poll again soon */
}

static enum future_state slices_check(void *data, const struct vdm_operation *operation)
{
	size_t *copied = data;
	const struct vdm_operation_data_memcpy *copy = &operation->data.memcpy;
	if (operation->type != VDM_OPERATION_MEMCPY)
		return FUTURE_STATE_COMPLETE;
	size_t rest = copy->n - *copied, slice = rest < SLICE ? rest : SLICE;
	memcpy((char *)copy->dest + *copied, (char *)copy->src + *copied, slice);
	*copied += slice;
	return *copied < copy->n ? FUTURE_STATE_RUNNING : FUTURE_STATE_COMPLETE;
}

static void slices_delete(void *data, const struct vdm_operation *operation,
			  struct vdm_operation_output *output)
{
	int copied = operation->type == VDM_OPERATION_MEMCPY;
	output->result = copied ? VDM_SUCCESS : VDM_ERROR_NOT_SUPPORTED;
	output->output.memcpy.dest = copied ? operation->data.memcpy.dest : NULL;
	free(data);
}

static char source[1000000], dest[1000000];
int main(void)
{
	struct vdm slices = {slices_new,   slices_delete,         slices_start,
			     slices_check, VDM_CAPABILITY_MEMCPY, NULL};
	struct vdm_operation_future copy = vdm_memcpy(&slices, dest, source, sizeof(dest), 0);
	memset(source, '#', sizeof(source));
	runtime_wait(NULL, FUTURE_AS_RUNNABLE(&copy));
	return memcmp(dest, source, sizeof(dest)) == 0 ? 0 : 1;
}
