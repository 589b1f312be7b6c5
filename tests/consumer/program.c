/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/*
 * program.c -- a user's program, small: it is built in every way that users build.
 */

#include <libminiasync.h>

#include <stdio.h>
#include <string.h>

static char source[1 << 20];
static char dest[1 << 20];

int main(void)
{
	struct runtime *runtime = runtime_new();
	struct data_mover_threads *mover = data_mover_threads_default();
	if (runtime == NULL || mover == NULL)
		return 1;

	memset(source, 'x', sizeof(source));
	struct vdm *vdm = data_mover_threads_get_vdm(mover);
	struct vdm_operation_future copy = vdm_memcpy(vdm, dest, source, sizeof(dest), 0);
	runtime_wait(runtime, FUTURE_AS_RUNNABLE(&copy));
	int equal = memcmp(dest, source, sizeof(dest)) == 0;

	data_mover_threads_delete(mover);
	runtime_delete(runtime);
	printf("miniasync %s: %s\n", miniasync_version(), equal ? "copied" : "not copied");
	return equal ? 0 : 1;
}
