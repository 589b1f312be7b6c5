/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/*
 * sync.c -- the mover that works in the poll: nothing of it is ever pending.
 */

#include "movers/mover.h"

static void *create(void)
{
	return data_mover_sync_new();
}

static void destroy(void *mover)
{
	data_mover_sync_delete(mover);
}

static struct vdm *get_vdm(void *mover)
{
	return data_mover_sync_get_vdm(mover);
}

int main(void)
{
	static const struct tested_mover sync = {
		.name = "sync",
		.engine = "real",
		.create = create,
		.destroy = destroy,
		.get_vdm = get_vdm,
		.capabilities = CPU_CAPABILITIES,
	};
	return mover_suite(&sync);
}
