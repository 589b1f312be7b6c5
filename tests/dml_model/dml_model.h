/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/*
 * dml_model.h -- tells the model of DML what to answer, and asks it what it was given.
 *
 * It answers as the real library was measured to: the software path runs a job inside its submit;
 * the hardware path accepts it, and runs it when it is checked or another finds the queue full.
 * What crashes the real library ends the process here, with a message: a check of a job that was
 * not accepted, a job that was not initialised, a second use of one that is under way.
 *
 * Jobs are run by whoever submits or checks them, under one lock, so any number of threads may use
 * the model; what is told to it here is told before them.
 */

#ifndef DML_MODEL_H
#define DML_MODEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <dml/dml.h>

/* No hardware, one that answers all as it should, nothing else to do: how every test begins. */
void dml_model_reset(void);

/* A machine with a work queue of so many jobs, 64 at most; 0: without any. */
void dml_model_set_queue(unsigned depth);

/* The next so many submits to hardware are answered with this status, and refused. */
void dml_model_refuse(unsigned submits, int status);

/* Jobs on hardware are still being processed at their first so many checks. */
void dml_model_keep_running(unsigned checks);

/* Jobs on hardware stay as they are until they are released. */
void dml_model_hold(bool hold);

/* The job that ends next ends with this status; nothing of it was done. */
void dml_model_fail(int status);

/* The hardware job that ends next meets a page fault when it has written so many bytes. */
void dml_model_fault_at(size_t byte);

/* From now on no job can be initialised, nor its size be asked; 0: again it can. */
void dml_model_break(int status);

/* Data is left alone from now on, so that jobs may be larger than memory. */
void dml_model_move_nothing(void);

/* What was submitted, refused or not, in its order; numbers count from the latest reset. */
struct dml_model_job {
	dml_path_t path;
	int answer;
	dml_job_t job;
};
size_t dml_model_submitted(void);
struct dml_model_job dml_model_job(size_t number);

/* Jobs that are initialised and not finalized. */
size_t dml_model_initialised(void);

#endif
