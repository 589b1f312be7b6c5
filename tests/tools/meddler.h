/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/*
 * meddler.h -- a mover that hands its operations on to another one, and lets the test do something
 * in the middle of a copy: just before an operation starts, or just after it is complete.
 */

#ifndef MINIASYNC_TESTS_MEDDLER_H
#define MINIASYNC_TESTS_MEDDLER_H

#include <libminiasync/vdm.h>

struct meddler {
	struct vdm *vdm;                                   /* who does the work */
	void (*before)(const struct vdm_operation *first); /* the first one only; or NULL */
	void (*after)(const struct vdm_operation *, struct vdm_operation_output *); /* or NULL */
};

/* The mover; one at a time. */
struct vdm *meddler_vdm(const struct meddler *meddler);

#endif
