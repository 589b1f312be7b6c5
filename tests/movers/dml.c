/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/*
 * dml.c -- the mover that works through Intel's Data Mover Library: the real one.
 *
 * usage: mover_dml software | auto | hardware
 */

#include "movers/mover.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include <libminiasync-vdm-dml.h>

#define SKIPPED 77

static enum data_mover_dml_type type;

static void *create(void)
{
	return data_mover_dml_new(type);
}

static void destroy(void *mover)
{
	data_mover_dml_delete(mover);
}

static struct vdm *get_vdm(void *mover)
{
	return data_mover_dml_get_vdm(mover);
}

/* Whether this machine has a device that this process may use; -1: no mover for another reason. */
static int has_device(void)
{
	struct data_mover_dml *mover = data_mover_dml_new(DATA_MOVER_DML_HARDWARE);
	if (mover == NULL)
		return errno == ENODEV ? 0 : -1;
	data_mover_dml_delete(mover);
	return 1;
}

int main(int argc, char *argv[])
{
	static const char *const names[] = {"software", "hardware", "auto"};
	static struct tested_mover dml = {
		.name = "dml",
		.engine = "real",
		.create = create,
		.destroy = destroy,
		.get_vdm = get_vdm,
		.capabilities = VDM_CAPABILITY_MEMCPY | VDM_CAPABILITY_MEMMOVE |
				VDM_CAPABILITY_MEMSET | VDM_CAPABILITY_FLUSH | VDM_F_VALID_FLAGS,
		.notifier = FUTURE_NOTIFIER_WAKER,
	};
	while (type < COUNT_OF(names) && (argc != 2 || strcmp(argv[1], names[type]) != 0))
		type++;
	if (type == COUNT_OF(names)) {
		fprintf(stderr, "usage: mover_dml software | hardware | auto\n");
		return 2;
	}
	int device = has_device();
	if (device < 0)
		return 1;
	if (type == DATA_MOVER_DML_HARDWARE && !device) {
		puts("skipped: there is no device that DML may use: ENODEV");
		return SKIPPED;
	}
	if (type != DATA_MOVER_DML_SOFTWARE && device) {
		dml.asynchronous = 1;
		dml.notifier = FUTURE_NOTIFIER_NONE;
	}
	return mover_suite(&dml);
}
