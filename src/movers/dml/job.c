/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/*
 * job.c -- see job.h.
 *
 * Of DML only five functions are used, which are the same from 0.1.6 on: submit and check do all
 * that its execute and wait do, whose arguments changed. Its numbers are written as numbers, for
 * they are what was measured of each release, and they reach the device as they are.
 */

#include "movers/dml/job.h"

#include <dml/dml.h>
#include <errno.h>
#include <string.h>

#include "platform/os.h"

/* What 0.1.6 to 1.1.1 have in common; another layout is another DML. */
_Static_assert(sizeof(dml_job_t) == 120 && offsetof(dml_job_t, source_length) == 40 &&
		       offsetof(dml_job_t, pattern) == 52 && offsetof(dml_job_t, operation) == 60 &&
		       offsetof(dml_job_t, flags) == 72,
	       "this release of DML has another job than those that the mover knows");

#define PATH_SOFTWARE 1
#define PATH_HARDWARE 2

#define OPERATION_MOVE 3
#define OPERATION_FILL 4
#define OPERATION_FLUSH 0x20

/* Bits of the device's descriptor. */
#define FLAG_INTO_CACHE 0x100 /* else the destination goes to memory */
#define FLAG_READ_BACK 0x4000 /* done only when what was written can be read from memory */
#define FLAG_DURABLE 0x8000   /* the destination is persistent memory */

#define STATUS_OK 0
#define STATUS_BEING_PROCESSED 2
#define STATUS_NULL_POINTER 4
#define STATUS_PATH 6
#define STATUS_OPERATION 13
#define STATUS_FLAGS 14
#define STATUS_LENGTH 15
#define STATUS_OVERLAP 18
#define STATUS_QUEUE_OVERFLOW 24
#define STATUS_PAGE_FAULT 25
#define STATUS_NO_LIBRARY 100
#define STATUS_LIBRARY 101
#define STATUS_NO_QUEUE 102

#define FLUSHED_LINE ((uintptr_t)64)

/* How long the probe looks for room in a queue, and for its byte. */
#define PROBE_SUBMIT_TIME UINT64_C(10000000)
#define PROBE_CHECK_TIME UINT64_C(1000000000)

static dml_path_t path_to(enum job_place place)
{
	return (dml_path_t)(place == JOB_ON_DEVICE ? PATH_HARDWARE : PATH_SOFTWARE);
}

static enum job_state state_of(int status)
{
	switch (status) {
	case STATUS_OK:
		return JOB_DONE;
	case STATUS_BEING_PROCESSED:
		return JOB_RUNNING;
	case STATUS_NO_QUEUE:
	case STATUS_QUEUE_OVERFLOW:
		return JOB_FULL;
	case STATUS_NO_LIBRARY:
	case STATUS_LIBRARY:
		return JOB_GONE;
	case STATUS_PAGE_FAULT:
		return JOB_FAULTED;
	case STATUS_PATH:
	case STATUS_OPERATION:
	case STATUS_FLAGS:
		return JOB_UNSUPPORTED;
	case STATUS_NULL_POINTER:
	case STATUS_LENGTH:
	case STATUS_OVERLAP:
		return JOB_INVALID;
	default:
		return JOB_LOST;
	}
}

size_t job_size(void)
{
	uint32_t on_cpu = 0, on_device = 0;
	if (dml_get_job_size(path_to(JOB_ON_CPU), &on_cpu) != STATUS_OK ||
	    dml_get_job_size(path_to(JOB_ON_DEVICE), &on_device) != STATUS_OK)
		return 0;
	return on_cpu > on_device ? on_cpu : on_device;
}

bool job_begin(void *job, enum job_place now, enum job_place next)
{
	if (now == next)
		return true;
	job_end(job, now);
	return dml_init_job(path_to(next), job) == STATUS_OK;
}

void job_end(void *job, enum job_place now)
{
	if (now != JOB_NOWHERE)
		dml_finalize_job(job);
}

/*
 * Only the device heeds these. What is to be durable must not go to the cache, and is there only
 * when the device has read it back. A flush takes FLAG_INTO_CACHE, on the CPU, for a wish to
 * discard the lines.
 */
static uint64_t flags_of(const struct vdm_operation *operation)
{
	uint64_t flags = vdm_operation_flags(operation);
	if (operation->type == VDM_OPERATION_FLUSH)
		return 0;
	if (flags & VDM_F_MEM_DURABLE)
		return FLAG_DURABLE | FLAG_READ_BACK;
	return flags & VDM_F_NO_CACHE_HINT ? 0 : FLAG_INTO_CACHE;
}

/* On the CPU, DML flushes whole lines only, counted from where it is told to begin. */
static void widen_to_lines(dml_job_t *job)
{
	uintptr_t begin = (uintptr_t)job->destination_first_ptr;
	uintptr_t end = begin + job->destination_length;
	begin &= ~(FLUSHED_LINE - 1);
	end = (end + FLUSHED_LINE - 1) & ~(FLUSHED_LINE - 1);
	job->destination_first_ptr = (uint8_t *)begin;
	job->destination_length = (uint32_t)(end - begin);
}

static void fill_in(dml_job_t *job, const struct vdm_operation *operation, size_t begin, size_t end)
{
	job->source_first_ptr = NULL;
	job->destination_first_ptr = (uint8_t *)vdm_operation_destination(operation) + begin;
	job->source_length = (uint32_t)(end - begin);
	job->destination_length = (uint32_t)(end - begin);
	job->flags = flags_of(operation);
	switch (operation->type) {
	case VDM_OPERATION_MEMCPY:
		job->operation = OPERATION_MOVE;
		job->source_first_ptr = (uint8_t *)operation->data.memcpy.src + begin;
		break;
	case VDM_OPERATION_MEMMOVE:
		job->operation = OPERATION_MOVE;
		job->source_first_ptr = (uint8_t *)operation->data.memmove.src + begin;
		break;
	case VDM_OPERATION_MEMSET:
		job->operation = OPERATION_FILL;
		memset(job->pattern, operation->data.memset.c, sizeof(job->pattern));
		break;
	case VDM_OPERATION_FLUSH:
		job->operation = OPERATION_FLUSH;
		widen_to_lines(job);
		break;
	case VDM_OPERATION_MEMCPYV: /* no capability of this mover */
		break;
	}
}

enum job_state job_submit(void *job, const struct vdm_operation *operation, size_t begin,
			  size_t end)
{
	fill_in(job, operation, begin, end);
	int status = (int)dml_submit_job(job);
	if (status == STATUS_OK)
		return JOB_RUNNING;
	return status == STATUS_BEING_PROCESSED ? JOB_LOST : state_of(status);
}

enum job_state job_check(void *job)
{
	return state_of((int)dml_check_job(job));
}

/*
 * The probe is a move of a byte, and not DML's own list of devices: only a job that ran shows that
 * this process may use them. No device, no permission and a queue that others keep full can look
 * the same, so the probe tries again for some milliseconds.
 *
 * A device that takes the byte and never moves it may still write to the job, whose memory is then
 * left to it for ever.
 */
int job_probe_device(void)
{
	size_t size = job_size();
	char *memory = os_allocate_zeroed(size + 2);
	if (memory == NULL)
		return ENOMEM;
	if (!job_begin(memory, JOB_NOWHERE, JOB_ON_DEVICE)) {
		os_free(memory);
		return ENODEV;
	}
	char *bytes = memory + size;
	struct vdm_operation move = {
		.type = VDM_OPERATION_MEMMOVE,
		.data.memmove = {.dest = bytes, .src = bytes + 1, .n = 1},
	};
	uint64_t start = os_now();
	enum job_state state = job_submit(memory, &move, 0, 1);
	while (state == JOB_FULL && os_now() - start < PROBE_SUBMIT_TIME) {
		os_yield();
		state = job_submit(memory, &move, 0, 1);
	}
	bool accepted = state == JOB_RUNNING;
	while (state == JOB_RUNNING && os_now() - start < PROBE_CHECK_TIME) {
		state = job_check(memory);
		if (state == JOB_RUNNING)
			os_yield();
	}
	if (state == JOB_RUNNING)
		return ENODEV;
	job_end(memory, JOB_ON_DEVICE);
	os_free(memory);
	return accepted && (state == JOB_DONE || state == JOB_FAULTED) ? 0 : ENODEV;
}
