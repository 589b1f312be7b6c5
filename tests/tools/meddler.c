/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/*
 * meddler.c -- a table of six functions around another one.
 */

#include "meddler.h"

#include <stddef.h>

static struct meddler meddler;

static void *meddler_new(struct vdm *vdm, const enum vdm_operation_type type)
{
	(void)vdm;
	return meddler.vdm->op_new(meddler.vdm, type);
}

static int meddler_start(void *data, const struct vdm_operation *operation,
			 struct future_notifier *notifier)
{
	if (meddler.before != NULL)
		meddler.before(operation);
	meddler.before = NULL;
	return meddler.vdm->op_start(data, operation, notifier);
}

static enum future_state meddler_check(void *data, const struct vdm_operation *operation)
{
	return meddler.vdm->op_check(data, operation);
}

static void meddler_delete(void *data, const struct vdm_operation *operation,
			   struct vdm_operation_output *output)
{
	meddler.vdm->op_delete(data, operation, output);
	if (meddler.after != NULL)
		meddler.after(operation, output);
}

static struct vdm table = {
	.op_new = meddler_new,
	.op_delete = meddler_delete,
	.op_start = meddler_start,
	.op_check = meddler_check,
};

struct vdm *meddler_vdm(const struct meddler *what)
{
	meddler = *what;
	return &table;
}
