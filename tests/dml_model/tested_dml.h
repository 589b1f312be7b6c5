/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/*
 * tested_dml.h -- the DML mover that a test begins with, on a model of DML: its clock, its memory,
 * its buffers, and the jobs that it submits.
 *
 * A program linked with it is linked with -Wl,--wrap=os_now -Wl,--wrap=os_allocate.
 */

#ifndef MINIASYNC_TESTS_TESTED_DML_H
#define MINIASYNC_TESTS_TESTED_DML_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <libminiasync-vdm-dml.h>
#include <libminiasync.h>

#include "dml_model.h"
#include "support/test.h"

#define KIB ((size_t)1 << 10)
#define MIB ((size_t)1 << 20)

/* The mover's clock: the real one until a test sets it, and says how far each look advances it. */
extern uint64_t fake_now, fake_step;

/* Allocations that succeed before one fails; negative: all do. */
extern int allocations_left;
extern void *allocated_last;

extern unsigned char source[3 * MIB], dest[3 * MIB];

extern struct data_mover_dml *mover;
extern struct vdm *vdm;

/* A mover on a machine with a device, whose queue is so long, or without. */
void make(enum data_mover_dml_type type, unsigned queue);

int on_hardware(void **state);
int on_software(void **state);
int on_auto(void **state);
int tear_down(void **state);
#define hardware_test(_test) cmocka_unit_test_setup_teardown(_test, on_hardware, tear_down)
#define software_test(_test) cmocka_unit_test_setup_teardown(_test, on_software, tear_down)
#define auto_test(_test) cmocka_unit_test_setup_teardown(_test, on_auto, tear_down)

/* The jobs that were submitted since the mover was made. */
size_t jobs(void);
struct dml_model_job job(size_t number);

enum vdm_operation_result finish(struct vdm_operation_future *operation);
struct vdm_operation_future copy_of(size_t n, uint64_t flags);
enum vdm_operation_result copy(size_t n, uint64_t flags);

/* A move within one block, against libc's. */
void move_within(size_t n, size_t distance, int up);

#endif
