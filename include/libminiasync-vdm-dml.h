/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/* libminiasync-vdm-dml.h -- all that libminiasync-vdm-dml offers beside libminiasync. */

#ifndef LIBMINIASYNC_VDM_DML_H
#define LIBMINIASYNC_VDM_DML_H 1

#include <libminiasync-vdm-dml/data_mover_dml.h>

#endif /* LIBMINIASYNC_VDM_DML_H */
