/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/*
 * transfer.h -- chunks in flight: moves a source's data to a destination by a mover's operations.
 */

#ifndef MINIASYNC_TRANSFER_H
#define MINIASYNC_TRANSFER_H

#include "checksum.h"
#include "destination.h"
#include "source.h"

#include <libminiasync/vdm.h>

struct transfer {
	struct source *source;
	struct destination *destination;
	struct vdm *vdm;
	struct checksum *checksum; /* of what is handed to the mover; NULL: none wanted */
	size_t depth;              /* operations in flight at most: as many as there are windows */

	/* What it came to. */
	uint64_t moved; /* bytes */
	size_t operations;
};

/*
 * transfer_run -- moves everything. 0, or -1 once it has complained; either way no operation is in
 * flight any more.
 */
int transfer_run(struct transfer *transfer);

#endif
