/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/*
 * libminiasync/data_mover_sync.h -- the mover that works on the thread that polls.
 *
 * An operation runs, whole, inside its first poll, which answers COMPLETE. It suits small
 * operations and programs that want one code path whether or not there is anything to overlap. It
 * supports all operations; VDM_F_MEM_DURABLE and flush need a CPU that can write back cache lines.
 */

#ifndef LIBMINIASYNC_DATA_MOVER_SYNC_H
#define LIBMINIASYNC_DATA_MOVER_SYNC_H 1

#include <libminiasync/vdm.h>

MINIASYNC_BEGIN_DECLARATIONS

struct data_mover_sync;

/* data_mover_sync_new -- a synchronous mover, or NULL with errno ENOMEM. Any thread may use it. */
MINIASYNC_API struct data_mover_sync *data_mover_sync_new(void);

/* data_mover_sync_get_vdm -- the mover as a vdm, valid until the mover is deleted. */
MINIASYNC_API struct vdm *data_mover_sync_get_vdm(struct data_mover_sync *mover);

/* data_mover_sync_delete -- ends the mover. NULL is nothing to delete. */
MINIASYNC_API void data_mover_sync_delete(struct data_mover_sync *mover);

MINIASYNC_END_DECLARATIONS

#endif /* LIBMINIASYNC_DATA_MOVER_SYNC_H */
