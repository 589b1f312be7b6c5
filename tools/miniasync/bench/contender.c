/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/*
 * contender.c -- operations, one after the other or several in flight.
 *
 * A mover's operations are a ring: the oldest is waited for where the next is to be started. One
 * that is complete after its first poll, as the sync mover's are, counts as seen there and then.
 * One that is alone is only waited for, as miniasync_when(7) does: a mover may then leave the work
 * to the thread that waits, where a poll would have had a worker woken for it.
 */

#include "contender.h"
#include "../arguments.h"
#include "../message.h"

#include <libminiasync/runtime.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define SET_TO 'm'

struct slot {
	struct vdm_operation_future operation;
	uint64_t started;
};

int contender_open(struct contender *contender, const char *name, struct vdm *vdm)
{
	*contender = (struct contender){name, vdm, NULL};
	contender->ring = calloc(DEPTH_MAX, sizeof(struct slot));
	return contender->ring != NULL ? 0 : complain(name, "%s", strerror(errno));
}

void contender_close(struct contender *contender)
{
	free(contender->ring);
}

int contender_can(const struct contender *contender, const struct operation_kind *operation)
{
	if (contender->vdm == NULL)
		return operation->function != NULL;
	return vdm_is_supported(contender->vdm, operation->capability);
}

static void run_plain_operation(const struct load *load, size_t offset)
{
	char *to = load->destination + offset;
	switch (load->cell.operation->type) {
	case VDM_OPERATION_MEMCPY:
		memcpy(to, load->source + offset, load->cell.size);
		break;
	case VDM_OPERATION_MEMMOVE:
		memmove(to, load->source + offset, load->cell.size);
		break;
	case VDM_OPERATION_MEMSET:
		memset(to, SET_TO, load->cell.size);
		break;
	case VDM_OPERATION_FLUSH:
	case VDM_OPERATION_MEMCPYV: /* not in the table of operations */
		break;
	}
	__asm__ volatile("" ::: "memory"); /* somebody may read it: every one is to be done */
}

static void run_plain(const struct load *load, size_t count, struct samples *samples)
{
	size_t end = load->slots * load->cell.size;
	for (size_t i = 0, offset = 0; i < count; i++) {
		uint64_t started = samples != NULL ? samples_now() : 0;
		run_plain_operation(load, offset);
		if (samples != NULL)
			samples_add(samples, samples_now() - started);
		offset += load->cell.size;
		offset = offset == end ? 0 : offset;
	}
}

static void make(struct vdm_operation_future *operation, struct vdm *vdm, const struct load *load,
		 size_t offset)
{
	char *to = load->destination + offset;
	switch (load->cell.operation->type) {
	case VDM_OPERATION_MEMCPY:
		*operation = vdm_memcpy(vdm, to, load->source + offset, load->cell.size, 0);
		break;
	case VDM_OPERATION_MEMMOVE:
		*operation = vdm_memmove(vdm, to, load->source + offset, load->cell.size, 0);
		break;
	case VDM_OPERATION_MEMSET:
		*operation = vdm_memset(vdm, to, SET_TO, load->cell.size, 0);
		break;
	case VDM_OPERATION_FLUSH:
		*operation = vdm_flush(vdm, to, load->cell.size, 0);
		break;
	case VDM_OPERATION_MEMCPYV:
		break;
	}
}

static void start(struct slot *slot, struct vdm *vdm, const struct load *load, size_t offset,
		  struct samples *samples)
{
	if (samples != NULL)
		slot->started = samples_now();
	make(&slot->operation, vdm, load, offset);
	if (load->cell.depth == 1)
		return; /* with nothing to do before it is waited for, the wait starts it */
	enum future_state state = future_poll(FUTURE_AS_RUNNABLE(&slot->operation), NULL);
	if (samples != NULL && state == FUTURE_STATE_COMPLETE)
		samples_add(samples, samples_now() - slot->started);
}

static enum vdm_operation_result finish(struct slot *slot, struct samples *samples)
{
	if (FUTURE_STATE(&slot->operation) != FUTURE_STATE_COMPLETE) {
		runtime_wait(NULL, FUTURE_AS_RUNNABLE(&slot->operation));
		if (samples != NULL)
			samples_add(samples, samples_now() - slot->started);
	}
	return FUTURE_OUTPUT(&slot->operation)->result;
}

static enum vdm_operation_result run_mover(struct contender *contender, const struct load *load,
					   size_t count, struct samples *samples)
{
	size_t depth = load->cell.depth, end = load->slots * load->cell.size;
	size_t in_flight = 0, next = 0, offset = 0;
	enum vdm_operation_result result = VDM_SUCCESS;

	for (size_t started = 0; started < count && result == VDM_SUCCESS; started++) {
		if (in_flight == depth) {
			result = finish(&contender->ring[next], samples);
			in_flight--;
		}
		start(&contender->ring[next], contender->vdm, load, offset, samples);
		in_flight++;
		next = next + 1 == depth ? 0 : next + 1;
		offset += load->cell.size;
		offset = offset == end ? 0 : offset;
	}
	for (; in_flight > 0; in_flight--) {
		enum vdm_operation_result last =
			finish(&contender->ring[(next + depth - in_flight) % depth], samples);
		result = result == VDM_SUCCESS ? last : result;
	}
	return result;
}

int contender_run(struct contender *contender, const struct load *load, size_t count,
		  struct samples *samples)
{
	if (contender->vdm == NULL) {
		run_plain(load, count, samples);
		return 0;
	}
	enum vdm_operation_result result = run_mover(contender, load, count, samples);
	if (result == VDM_SUCCESS)
		return 0;
	return complain(contender->name, "a %s of %zu bytes failed: %s", load->cell.operation->name,
			load->cell.size, vdm_result_string(result));
}
