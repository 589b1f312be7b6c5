/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/*
 * mover_dml.c -- the suite of every mover on the DML mover, over the model of DML.
 *
 * usage: mover_dml software | hardware | auto | auto_alone
 */

#include <stdio.h>
#include <string.h>

#include <libminiasync-vdm-dml.h>

#include "dml_model.h"
#include "movers/mover.h"

#define QUEUE 16

static enum data_mover_dml_type type;
static unsigned queue;

static void *create(void)
{
	if (dml_model_initialised() == 0) {
		dml_model_reset();
		dml_model_set_queue(queue);
		dml_model_keep_running(1);
	}
	return data_mover_dml_new(type);
}

static void destroy(void *mover)
{
	dml_model_hold(false);
	data_mover_dml_delete(mover);
}

static struct vdm *get_vdm(void *mover)
{
	return data_mover_dml_get_vdm(mover);
}

static void hold(void *mover)
{
	(void)mover;
	dml_model_hold(true);
}

static void release(void *mover)
{
	(void)mover;
	dml_model_hold(false);
}

int main(int argc, char *argv[])
{
	static struct tested_mover dml = {
		.name = "dml",
		.engine = "a model of DML, not DML",
		.create = create,
		.destroy = destroy,
		.get_vdm = get_vdm,
		.capabilities = VDM_CAPABILITY_MEMCPY | VDM_CAPABILITY_MEMMOVE |
				VDM_CAPABILITY_MEMSET | VDM_CAPABILITY_FLUSH | VDM_F_VALID_FLAGS,
		.notifier = FUTURE_NOTIFIER_WAKER,
	};
	const char *how = argc == 2 ? argv[1] : "";
	if (strcmp(how, "software") == 0) {
		type = DATA_MOVER_DML_SOFTWARE;
	} else if (strcmp(how, "auto_alone") == 0) {
		type = DATA_MOVER_DML_AUTO;
	} else if (strcmp(how, "auto") == 0 || strcmp(how, "hardware") == 0) {
		type = strcmp(how, "auto") == 0 ? DATA_MOVER_DML_AUTO : DATA_MOVER_DML_HARDWARE;
		queue = QUEUE;
		dml.asynchronous = 1;
		dml.notifier = FUTURE_NOTIFIER_NONE;
		dml.hold = hold;
		dml.release = release;
		dml.in_flight = type == DATA_MOVER_DML_HARDWARE ? QUEUE : 0;
	} else {
		fprintf(stderr, "usage: mover_dml software | hardware | auto | auto_alone\n");
		return 2;
	}
	return mover_suite(&dml);
}
