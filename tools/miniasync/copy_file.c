/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/*
 * copy_file.c -- the steps of a copy, in their order. Whatever fails, nothing has happened to the
 * destination's name until the last one.
 */

#include "copy_file.h"
#include "destination.h"
#include "interrupt.h"
#include "message.h"
#include "progress.h"
#include "quantity.h"
#include "source.h"
#include "transfer.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Space for all data that the source is known to have; how much that is. */
static int reserve(const struct source *source, struct destination *destination, uint64_t *data)
{
	struct extent extent = {0, 0};
	*data = 0;
	while (source->mapped &&
	       extent_next(source->fd, extent.end, source->status.st_size, &extent)) {
		if (interrupt_check(destination->path) != 0 ||
		    destination_reserve(destination, extent.start, extent.end - extent.start) != 0)
			return -1;
		*data += (uint64_t)(extent.end - extent.start);
	}
	return source->mapped ? destination_extend(destination, source->status.st_size) : 0;
}

/* Writes the destination, all but its name. */
static int fill(struct transfer *transfer, const struct copy_request *request,
		struct copy_report *report)
{
	double started = seconds_now();
	uint64_t data;
	if (reserve(transfer->source, transfer->destination, &data) != 0)
		return -1;

	progress_begin("copying", data, PROGRESS_BYTES);
	int result = transfer_run(transfer);
	progress_end();
	if (result != 0 || source_check(transfer->source) != 0)
		return -1;

	off_t size = source_size(transfer->source);
	if (destination_finish(transfer->destination, size, &transfer->source->status,
			       request->durable) != 0)
		return -1;
	report->size = (uint64_t)size;
	report->moved = transfer->moved;
	report->operations = transfer->operations;
	report->seconds = seconds_now() - started;
	return 0;
}

static int read_extent(const struct destination *destination, struct extent extent, char *buffer,
		       size_t buffer_size, struct checksum *checksum)
{
	while (extent.start < extent.end) {
		off_t left = extent.end - extent.start;
		size_t n = (uintmax_t)left < buffer_size ? (size_t)left : buffer_size;
		ssize_t got = pread(destination->fd, buffer, n, extent.start);
		if (interrupt_check(destination->path) != 0)
			return -1;
		if (got <= 0)
			return complain(destination->path, "cannot read it back: %s",
					got == 0 ? "it ends too early" : strerror(errno));
		checksum_add(checksum, extent.start, buffer, (size_t)got);
		extent.start += got;
		progress_update((uint64_t)extent.start);
	}
	return 0;
}

/* Reads the destination back; its checksum. */
static int read_back(const struct destination *destination, off_t size, size_t buffer_size,
		     uint64_t *result)
{
	struct checksum *checksum = checksum_new();
	char *buffer = malloc(buffer_size);
	int status = 0;
	if (checksum == NULL || buffer == NULL)
		status = complain(destination->path, "cannot read it back: %s", strerror(errno));

	struct extent extent = {0, 0};
	progress_begin("verifying", (uint64_t)size, PROGRESS_BYTES);
	while (status == 0 && extent_next(destination->fd, extent.end, size, &extent))
		status = read_extent(destination, extent, buffer, buffer_size, checksum);
	progress_end();
	if (status == 0)
		*result = checksum_finish(checksum, size);
	checksum_delete(checksum);
	free(buffer);
	return status;
}

static int verify(const struct transfer *transfer, size_t buffer_size, struct copy_report *report)
{
	off_t size = source_size(transfer->source);
	uint64_t written;
	if (read_back(transfer->destination, size, buffer_size, &written) != 0)
		return -1;
	report->checksum = checksum_finish(transfer->checksum, size);
	if (written == report->checksum)
		return 0;
	return complain(transfer->destination->path,
			"differs from the source (xxh3 %016jx, not %016jx): not written",
			(uintmax_t)written, (uintmax_t)report->checksum);
}

static int copy_to(struct destination *destination, struct source *source,
		   const struct copy_request *request, struct copy_report *report)
{
	struct transfer transfer = {
		.source = source,
		.destination = destination,
		.vdm = request->vdm,
		.depth = request->depth,
	};
	if (request->verify && (transfer.checksum = checksum_new()) == NULL)
		return complain(source->path, "no memory for its checksum: %s", strerror(errno));

	int result = fill(&transfer, request, report);
	if (result == 0 && request->verify)
		result = verify(&transfer, request->chunk, report);
	if (result == 0)
		result = destination_commit(destination, request->durable);
	checksum_delete(transfer.checksum);
	return result;
}

static int copy_from(struct source *source, const struct copy_request *request,
		     struct copy_report *report)
{
	if (destination_check(request->destination, &source->status) != 0 ||
	    source_prepare(source, request->depth, request->chunk) != 0)
		return -1;
	if (interrupt_begin() != 0)
		return complain(request->destination, "cannot watch for signals: %s",
				strerror(errno));

	struct destination destination;
	int result = destination_create(&destination, request->destination, request->depth,
					request->chunk);
	if (result == 0)
		result = copy_to(&destination, source, request, report);
	destination_close(&destination);
	interrupt_end();
	return result;
}

int copy_file(const struct copy_request *request, struct copy_report *report)
{
	struct source source;
	if (source_open(&source, request->source) != 0)
		return -1;
	int result = copy_from(&source, request, report);
	source_close(&source);
	return result;
}
