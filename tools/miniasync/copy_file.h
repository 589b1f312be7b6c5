/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/*
 * copy_file.h -- one file copied, from its opening to its final name.
 */

#ifndef MINIASYNC_COPY_FILE_H
#define MINIASYNC_COPY_FILE_H

#include <libminiasync/vdm.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct copy_request {
	const char *source;
	const char *destination;
	struct vdm *vdm;
	size_t chunk; /* bytes of an operation, a multiple of the page size */
	size_t depth; /* operations in flight */
	bool verify;
	bool durable;
};

struct copy_report {
	uint64_t size;  /* of the file */
	uint64_t moved; /* of that, data; the rest are holes */
	size_t operations;
	double seconds;    /* until all was written, and synced if durable */
	uint64_t checksum; /* if verified */
};

/* copy_file -- 0, or -1 once it has complained; then there is no trace of it. */
int copy_file(const struct copy_request *request, struct copy_report *report);

#endif
