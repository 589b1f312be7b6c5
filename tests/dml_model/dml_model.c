/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/* dml_model.c -- see dml_model.h. Not Intel's Data Mover Library. */

#include "dml_model.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define OVERLAPPING_BUFFER 18
#define PAGE_FAULT 25
#define LIBACCEL_NOT_FOUND 100
#define WORK_QUEUES_NOT_AVAILABLE 102

#define COPY_ONLY 0x20
#define LOGGED 8192
#define QUEUE_MAX 64

#ifdef DML_MODEL_0_1_6
#define JOB_SIZE 304
#define NO_HARDWARE WORK_QUEUES_NOT_AVAILABLE
#else
#define JOB_SIZE 376
#define NO_HARDWARE LIBACCEL_NOT_FOUND
#endif

#ifdef DML_MODEL_NEEDS_CXX
int *dml_model_needs_cxx(void);
#endif

enum phase { INITIALISED = 0x1A2B3C01, REFUSED, RUNNING, ENDED };

/* What lies behind the public part of a job. */
struct internal {
	enum phase phase;
	dml_path_t path;
	unsigned checks_left;
	int status;
	bool on_hardware;
};

_Static_assert(sizeof(dml_job_t) == 120 && offsetof(dml_job_t, internal_data_ptr) == 112,
	       "the layout that was measured");
_Static_assert(sizeof(dml_job_t) + sizeof(struct internal) <= JOB_SIZE, "as large as the real one");

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct {
	unsigned queue_depth, queued;
	dml_job_t *queue[QUEUE_MAX]; /* the oldest first */
	unsigned refusals;
	int refusal;
	unsigned checks;
	bool held;
	int failure;
	bool faults;
	size_t fault_at;
	bool moves_nothing;
	int broken;
	size_t initialised;
	size_t submitted;
	struct dml_model_job log[LOGGED];
} model;

static void misuse(const char *what)
{
	fprintf(stderr, "the model of DML: %s\n", what);
	abort();
}

static struct internal *internal_of(const dml_job_t *job)
{
	struct internal *internal = (struct internal *)(void *)job->internal_data_ptr;
	if (internal == NULL || internal->phase < INITIALISED || internal->phase > ENDED)
		misuse("a job that was not initialised: the real one crashes");
	return internal;
}

/* What a job is refused for before anything runs; 0: nothing. */
static int validate(dml_job_t *job)
{
	uint32_t length =
		job->operation == DML_OP_MEM_MOVE ? job->source_length : job->destination_length;
	uintptr_t from = (uintptr_t)job->source_first_ptr;
	uintptr_t to = (uintptr_t)job->destination_first_ptr;

	if (job->operation != DML_OP_MEM_MOVE && job->operation != DML_OP_FILL &&
	    job->operation != DML_OP_CACHE_FLUSH)
		return 13;
	if (to == 0 || (job->operation == DML_OP_MEM_MOVE && from == 0))
		return 4;
	if (length == 0)
		return 15;
	if (job->operation == DML_OP_MEM_MOVE && job->flags & COPY_ONLY) {
		job->flags &= ~(uint64_t)COPY_ONLY; /* as 1.1.1 does */
		if (from <= to && to - from < length)
			return OVERLAPPING_BUFFER;
	}
	return 0;
}

static void fill(uint8_t *dest, size_t n, const uint8_t pattern[8])
{
	for (size_t i = 0; i < n; i++)
		dest[i] = pattern[i % 8];
}

/* The first so many bytes of a job; the last ones, of a move that runs from its end. */
static void run(dml_job_t *job, size_t n)
{
	uint8_t *to = job->destination_first_ptr;
	const uint8_t *from = job->source_first_ptr;

	job->result = DML_RESULT_0;
	if (model.moves_nothing)
		return;
	if (job->operation == DML_OP_FILL) {
		fill(to, n, job->pattern);
	} else if (job->operation == DML_OP_MEM_MOVE) {
		size_t skipped = 0;
		if (to > from && (size_t)(to - from) < job->source_length) {
			job->result = DML_RESULT_1;
			skipped = job->source_length - n;
		}
		memmove(to + skipped, from + skipped, n);
	}
}

static void leave_queue(const dml_job_t *job)
{
	unsigned place = 0;
	while (model.queue[place] != job)
		place++;
	model.queued--;
	for (; place < model.queued; place++)
		model.queue[place] = model.queue[place + 1];
}

/* Ends a job as the test wants it to. */
static void end(dml_job_t *job, struct internal *internal)
{
	size_t length =
		job->operation == DML_OP_MEM_MOVE ? job->source_length : job->destination_length;

	internal->phase = ENDED;
	internal->status = model.failure;
	if (model.failure == 0 && internal->on_hardware && model.faults) {
		internal->status = PAGE_FAULT;
		length = model.fault_at < length ? model.fault_at : length;
		model.faults = false;
	}
	if (model.failure == 0)
		run(job, length);
	model.failure = 0;
	if (internal->on_hardware)
		leave_queue(job);
}

static int submit_to_hardware(dml_job_t *job, struct internal *internal)
{
	if (model.queue_depth == 0)
		return NO_HARDWARE;
	if (model.refusals > 0) {
		model.refusals--;
		return model.refusal;
	}
	if (model.queued == model.queue_depth) {
		/* The device goes on, whether or not somebody checks what it has done. */
		if (!model.held)
			end(model.queue[0], internal_of(model.queue[0]));
		return WORK_QUEUES_NOT_AVAILABLE;
	}
	model.queue[model.queued++] = job;
	internal->phase = RUNNING;
	internal->on_hardware = true;
	internal->checks_left = model.checks;
	return 0;
}

static int submit(dml_job_t *job, struct internal *internal)
{
	int status = validate(job);
	internal->phase = REFUSED;
	internal->on_hardware = false;
	if (status != 0)
		return status;
	if (internal->path != DML_PATH_SW) {
		status = submit_to_hardware(job, internal);
		if (status == 0 || internal->path == DML_PATH_HW)
			return status;
	}
	end(job, internal);
	return 0;
}

dml_status_t dml_get_job_size(dml_path_t path, uint32_t *job_size_ptr)
{
	(void)path;
	*job_size_ptr = JOB_SIZE;
#ifdef DML_MODEL_NEEDS_CXX
	free(dml_model_needs_cxx());
#endif
	return (dml_status_t)model.broken;
}

dml_status_t dml_init_job(dml_path_t path, dml_job_t *dml_job_ptr)
{
	if (model.broken != 0)
		return (dml_status_t)model.broken;
	memset(dml_job_ptr, 0, JOB_SIZE);
	dml_job_ptr->numa_id = UINT32_MAX;
	dml_job_ptr->internal_data_ptr = (uint8_t *)(dml_job_ptr + 1);
	struct internal *internal = (struct internal *)(void *)dml_job_ptr->internal_data_ptr;
	internal->phase = INITIALISED;
	internal->path = path;
	pthread_mutex_lock(&lock);
	model.initialised++;
	pthread_mutex_unlock(&lock);
	return DML_STATUS_OK;
}

dml_status_t dml_submit_job(dml_job_t *dml_job_ptr)
{
	/* Held from the first look on: another thread's submit may end this job, to make room. */
	pthread_mutex_lock(&lock);
	struct internal *internal = internal_of(dml_job_ptr);
	if (internal->phase == RUNNING)
		misuse("a submit of a job that is under way: the real one crashes or hangs");
	struct dml_model_job *logged = &model.log[model.submitted++ % LOGGED];
	*logged = (struct dml_model_job){internal->path, 0, *dml_job_ptr};
	int status = submit(dml_job_ptr, internal);
	logged->answer = status;
	pthread_mutex_unlock(&lock);
	return (dml_status_t)status;
}

dml_status_t dml_check_job(dml_job_t *dml_job_ptr)
{
	pthread_mutex_lock(&lock);
	struct internal *internal = internal_of(dml_job_ptr);
	if (internal->phase != RUNNING && internal->phase != ENDED)
		misuse("a check of a job that was not accepted: the real one crashes or hangs");
	bool pending = internal->phase == RUNNING && (model.held || internal->checks_left > 0);
	if (pending && !model.held)
		internal->checks_left--;
	if (internal->phase == RUNNING && !pending)
		end(dml_job_ptr, internal);
	dml_status_t status = pending ? DML_STATUS_BEING_PROCESSED : (dml_status_t)internal->status;
	pthread_mutex_unlock(&lock);
	return status;
}

static dml_status_t wait_for(dml_job_t *job)
{
	dml_status_t status;
	do
		status = dml_check_job(job);
	while (status == DML_STATUS_BEING_PROCESSED);
	return status;
}

static dml_status_t execute(dml_job_t *job)
{
	dml_status_t status = dml_submit_job(job);
	return status == DML_STATUS_OK ? wait_for(job) : status;
}

#ifdef DML_MODEL_0_1_6
dml_status_t dml_wait_job(dml_job_t *dml_job_ptr)
{
	return wait_for(dml_job_ptr);
}

dml_status_t dml_execute_job(dml_job_t *dml_job_ptr)
{
	return execute(dml_job_ptr);
}
#else
dml_status_t dml_wait_job(dml_job_t *dml_job_ptr, dml_wait_mode_t mode)
{
	(void)mode;
	return wait_for(dml_job_ptr);
}

dml_status_t dml_execute_job(dml_job_t *dml_job_ptr, dml_wait_mode_t mode)
{
	(void)mode;
	return execute(dml_job_ptr);
}
#endif

dml_status_t dml_finalize_job(dml_job_t *dml_job_ptr)
{
	if (internal_of(dml_job_ptr)->phase == RUNNING)
		misuse("the end of a job that is under way");
	internal_of(dml_job_ptr)->phase = 0;
	pthread_mutex_lock(&lock);
	model.initialised--;
	pthread_mutex_unlock(&lock);
	return DML_STATUS_OK;
}

void dml_model_reset(void)
{
	memset(&model, 0, sizeof(model));
}

void dml_model_set_queue(unsigned depth)
{
	if (depth > QUEUE_MAX)
		misuse("a queue that is larger than the model's");
	model.queue_depth = depth;
}

void dml_model_refuse(unsigned submits, int status)
{
	model.refusals = submits;
	model.refusal = status;
}

void dml_model_keep_running(unsigned checks)
{
	model.checks = checks;
}

void dml_model_hold(bool hold)
{
	pthread_mutex_lock(&lock);
	model.held = hold;
	pthread_mutex_unlock(&lock);
}

void dml_model_fail(int status)
{
	model.failure = status;
}

void dml_model_fault_at(size_t byte)
{
	model.faults = true;
	model.fault_at = byte;
}

void dml_model_break(int status)
{
	model.broken = status;
}

void dml_model_move_nothing(void)
{
	model.moves_nothing = true;
}

size_t dml_model_submitted(void)
{
	return model.submitted;
}

struct dml_model_job dml_model_job(size_t number)
{
	if (number >= model.submitted || model.submitted - number > LOGGED)
		misuse("a question for a job that is not in its log");
	return model.log[number % LOGGED];
}

size_t dml_model_initialised(void)
{
	return model.initialised;
}
