/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/*
 * libminiasync-vdm-dml/data_mover_dml.h -- the mover that works through Intel's Data Mover Library
 * (DML), on the Data Streaming Accelerator where the machine has one.
 *
 * It is a library of its own, for DML is one that few systems carry. A program needs neither DML's
 * headers nor its name: it links libminiasync-vdm-dml.
 *
 * On the device, an operation goes on between polls. A queue that is full refuses the start: the
 * operation stays IDLE and asks to be polled again. On the CPU, DML works inside the poll; an
 * operation larger than 256 KiB therefore takes one poll for each 256 KiB and calls its waker in
 * between, so that no poll takes long and other futures get their turn.
 *
 * It supports both flags of vdm.h and all operations but memcpyv.
 */

#ifndef LIBMINIASYNC_DATA_MOVER_DML_H
#define LIBMINIASYNC_DATA_MOVER_DML_H 1

#include <libminiasync/vdm.h>

MINIASYNC_BEGIN_DECLARATIONS

enum data_mover_dml_type {
	DATA_MOVER_DML_SOFTWARE = 0, /* on the CPU, in the poll */
	DATA_MOVER_DML_HARDWARE = 1, /* on the device; on the CPU only what it cannot finish */
	DATA_MOVER_DML_AUTO = 2,     /* on the device, or on the CPU what the device refuses */
};

struct data_mover_dml;

/*
 * data_mover_dml_new -- a mover of that type. Any thread may use it.
 *
 * HARDWARE and AUTO move one byte on the device to learn whether there is one: at most a second,
 * and only if the device accepts the byte and then never moves it.
 *
 * NULL on failure, with errno: EINVAL (no such type), ENOMEM, ENODEV (DML does not work here;
 * HARDWARE: there is no device that this process may use, or its queues stay full).
 */
MINIASYNC_API struct data_mover_dml *data_mover_dml_new(enum data_mover_dml_type type);

/* data_mover_dml_get_vdm -- the mover as a vdm, valid until the mover is deleted. */
MINIASYNC_API struct vdm *data_mover_dml_get_vdm(struct data_mover_dml *mover);

/*
 * data_mover_dml_delete -- brings every operation that was started to its end, then ends the mover.
 * Pending futures of the mover may not be polled any more. In the child of a fork, where operations
 * end as VDM_ERROR_JOB_CORRUPTED, it waits for nothing. NULL is nothing to delete.
 */
MINIASYNC_API void data_mover_dml_delete(struct data_mover_dml *mover);

MINIASYNC_END_DECLARATIONS

#endif /* LIBMINIASYNC_DATA_MOVER_DML_H */
