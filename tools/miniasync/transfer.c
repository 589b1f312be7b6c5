/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/*
 * transfer.c -- chunks in flight.
 *
 * Operations are started in the order of the file and waited for in the same order, up to depth of
 * them in between: a ring of slots. While the mover moves what has been started, this thread maps
 * or reads the chunks to come, adds up the checksum, and writes out what is done; when there is
 * none of that, it waits for the oldest.
 */

#include "transfer.h"
#include "interrupt.h"
#include "message.h"
#include "progress.h"

#include <libminiasync/runtime.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>

struct slot {
	struct vdm_operation_future operation;
	struct chunk chunk;
	void *to;
};

/* The slots from the oldest on, as many as are in flight, are the operations'. */
struct ring {
	struct slot *slots;
	size_t oldest;
	size_t in_flight;
};

/* Nobody reads the copy soon, unless it is read back: it need not take the cache from others. */
static uint64_t operation_flags(const struct transfer *transfer)
{
	bool read_back = transfer->checksum != NULL;
	return !read_back && vdm_is_supported(transfer->vdm, VDM_F_NO_CACHE_HINT)
		       ? VDM_F_NO_CACHE_HINT
		       : 0;
}

/* Starts the next chunk's operation: 1; 0 when there is none, -1 once it has complained. */
static int start_next(struct transfer *transfer, struct ring *ring)
{
	struct slot *slot = &ring->slots[(ring->oldest + ring->in_flight) % transfer->depth];
	struct chunk *chunk = &slot->chunk;

	int more = source_next(transfer->source, chunk);
	if (interrupt_check(transfer->destination->path) != 0)
		return -1; /* what was read may be less than there is */
	if (more <= 0)
		return more;
	if (!transfer->source->mapped &&
	    destination_reserve(transfer->destination, chunk->offset, (off_t)chunk->n) != 0)
		return -1;
	slot->to = destination_at(transfer->destination, chunk->offset);
	if (slot->to == NULL)
		return -1;

	slot->operation = vdm_memcpy(transfer->vdm, slot->to, chunk->bytes, chunk->n,
				     operation_flags(transfer));
	future_poll(FUTURE_AS_RUNNABLE(&slot->operation), NULL);
	ring->in_flight++;
	if (transfer->checksum != NULL)
		checksum_add(transfer->checksum, chunk->offset, chunk->bytes, chunk->n);
	return 1;
}

static int finish_oldest(struct transfer *transfer, struct ring *ring)
{
	struct slot *slot = &ring->slots[ring->oldest];
	const struct chunk *chunk = &slot->chunk;

	runtime_wait(NULL, FUTURE_AS_RUNNABLE(&slot->operation));
	ring->oldest = (ring->oldest + 1) % transfer->depth;
	ring->in_flight--;

	enum vdm_operation_result result = FUTURE_OUTPUT(&slot->operation)->result;
	if (result != VDM_SUCCESS)
		return complain(transfer->source->path, "cannot move %zu bytes at %jd: %s",
				chunk->n, (intmax_t)chunk->offset, vdm_result_string(result));
	if (destination_store(transfer->destination, slot->to, chunk->offset, chunk->n) != 0)
		return -1;
	transfer->moved += chunk->n;
	transfer->operations++;
	progress_update(transfer->moved);
	return 0;
}

static int move_all(struct transfer *transfer, struct ring *ring)
{
	int more;
	do {
		if (ring->in_flight == transfer->depth && finish_oldest(transfer, ring) != 0)
			return -1;
		more = start_next(transfer, ring);
	} while (more > 0);

	while (more == 0 && ring->in_flight > 0)
		more = finish_oldest(transfer, ring);
	return more;
}

/* Windows are not to be taken away from operations that still use them. */
static void drain(struct transfer *transfer, struct ring *ring)
{
	for (; ring->in_flight > 0; ring->in_flight--) {
		struct future *operation = FUTURE_AS_RUNNABLE(&ring->slots[ring->oldest].operation);
		future_cancel(operation);
		runtime_wait(NULL, operation);
		ring->oldest = (ring->oldest + 1) % transfer->depth;
	}
}

int transfer_run(struct transfer *transfer)
{
	struct ring ring = {.slots = calloc(transfer->depth, sizeof(struct slot))};
	if (ring.slots == NULL)
		return complain(transfer->source->path, "no memory for %zu operations: %s",
				transfer->depth, strerror(errno));
	int result = move_all(transfer, &ring);
	drain(transfer, &ring);
	free(ring.slots);
	return result;
}
