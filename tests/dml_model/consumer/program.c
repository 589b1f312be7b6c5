/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/*
 * program.c -- a user's program on the DML mover: it names neither DML's headers nor its library.
 */

#include <libminiasync-vdm-dml.h>
#include <libminiasync.h>

#include <errno.h>
#include <stdio.h>
#include <string.h>

static char source[1 << 20];
static char dest[1 << 20];

static int copies(enum data_mover_dml_type type)
{
	struct data_mover_dml *mover = data_mover_dml_new(type);
	if (mover == NULL)
		return 0;
	struct vdm *vdm = data_mover_dml_get_vdm(mover);
	memset(source, 'x' + (int)type, sizeof(source));
	struct vdm_operation_future copy = vdm_memcpy(vdm, dest, source, sizeof(dest), 0);
	runtime_wait(NULL, FUTURE_AS_RUNNABLE(&copy));
	data_mover_dml_delete(mover);
	return memcmp(dest, source, sizeof(dest)) == 0;
}

int main(void)
{
	if (!copies(DATA_MOVER_DML_SOFTWARE) || !copies(DATA_MOVER_DML_AUTO))
		return 1;
	if (!copies(DATA_MOVER_DML_HARDWARE) && errno != ENODEV)
		return 1;
	puts("copied through DML");
	return 0;
}
