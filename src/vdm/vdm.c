/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/*
 * vdm.c -- what vdm.h declares and cannot hold inline.
 */

#include <libminiasync/vdm.h>

void *vdm_operation_new_polled(struct vdm *vdm, const enum vdm_operation_type type)
{
	(void)type;
	return vdm;
}

const char *vdm_result_string(enum vdm_operation_result result)
{
	switch (result) {
	case VDM_SUCCESS:
		return "success";
	case VDM_ERROR_OUT_OF_MEMORY:
		return "out of memory";
	case VDM_ERROR_JOB_CORRUPTED:
		return "job corrupted";
	case VDM_ERROR_NOT_SUPPORTED:
		return "not supported";
	case VDM_ERROR_INVALID_ARGUMENT:
		return "invalid argument";
	case VDM_ERROR_CANCELED:
		return "canceled";
	}
	return "unknown result";
}
