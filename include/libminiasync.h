/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/*
 * libminiasync.h -- the whole of miniasync. Each header it names also stands alone.
 */

#ifndef LIBMINIASYNC_H
#define LIBMINIASYNC_H 1

#include <libminiasync/version.h>
#include <libminiasync/future.h>
#include <libminiasync/compose.h>
#include <libminiasync/runtime.h>
#include <libminiasync/executor.h>
#include <libminiasync/vdm.h>
#include <libminiasync/data_mover_sync.h>
#include <libminiasync/data_mover_threads.h>

#endif /* LIBMINIASYNC_H */
