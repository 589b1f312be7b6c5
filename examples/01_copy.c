/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/* 01_copy.c -- copies memory on a pool of threads, and waits for it. */

#include <libminiasync.h>
#include <stdio.h>
#include <string.h>

static char source[1 << 20], dest[1 << 20];

int main(void)
{
	struct data_mover_threads *mover = data_mover_threads_default();
	if (mover == NULL)
		return 1;
	struct vdm *vdm = data_mover_threads_get_vdm(mover);

	strcpy(source, "moved asynchronously");
	struct vdm_operation_future copy = vdm_memcpy(vdm, dest, source, sizeof(dest), 0);
	runtime_wait(NULL, FUTURE_AS_RUNNABLE(&copy));

	enum vdm_operation_result result = FUTURE_OUTPUT(&copy)->result;
	printf("%s: %s\n", vdm_result_string(result), dest);
	data_mover_threads_delete(mover);
	return result == VDM_SUCCESS ? 0 : 1;
}
