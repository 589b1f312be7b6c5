/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/*
 * dml/dml.h of a model of Intel's Data Mover Library: the part of its C job API that the library
 * documents, declared anew, so that the DML mover can be built and tested where the real one is
 * not. It is no implementation of DML, and nothing of it is ever installed.
 *
 * DML_MODEL_0_1_6 makes it a model of that release; otherwise it is one of 1.1.1.
 */

#ifndef DML_MODEL_DML_H
#define DML_MODEL_DML_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef enum {
	DML_STATUS_OK = 0,
	DML_STATUS_BEING_PROCESSED = 2,
	DML_STATUS_LAST = 102,
} dml_status_t;

typedef enum { DML_PATH_AUTO = 0, DML_PATH_SW = 1, DML_PATH_HW = 2 } dml_path_t;
typedef enum { DML_WAIT_MODE_BUSY_POLL = 0, DML_WAIT_MODE_UMWAIT = 1 } dml_wait_mode_t;

typedef enum {
	DML_OP_NOP = 0,
	DML_OP_MEM_MOVE = 3,
	DML_OP_FILL = 4,
	DML_OP_CACHE_FLUSH = 0x20,
} dml_operation_t;

typedef enum { DML_RESULT_0 = 0, DML_RESULT_1 = 1 } dml_operation_result_t;

typedef struct dml_job {
	uint8_t *source_first_ptr;
	uint8_t *source_second_ptr;
	uint8_t *destination_first_ptr;
	uint8_t *destination_second_ptr;
	uint32_t *crc_checksum_ptr;
	uint32_t source_length;
	uint32_t destination_length;
	uint32_t offset;
	uint8_t pattern[8];
	dml_operation_t operation;
	dml_operation_result_t result;
	dml_operation_result_t expected_result;
	uint64_t flags;
	uint8_t dif_config[24];
	uint32_t numa_id;
	uint8_t *internal_data_ptr;
} dml_job_t;

dml_status_t dml_get_job_size(dml_path_t path, uint32_t *job_size_ptr);
dml_status_t dml_init_job(dml_path_t path, dml_job_t *dml_job_ptr);
dml_status_t dml_submit_job(dml_job_t *dml_job_ptr);
dml_status_t dml_check_job(dml_job_t *dml_job_ptr);
#ifdef DML_MODEL_0_1_6
dml_status_t dml_wait_job(dml_job_t *dml_job_ptr);
dml_status_t dml_execute_job(dml_job_t *dml_job_ptr);
#else
dml_status_t dml_wait_job(dml_job_t *dml_job_ptr, dml_wait_mode_t mode);
dml_status_t dml_execute_job(dml_job_t *dml_job_ptr, dml_wait_mode_t mode);
#endif
dml_status_t dml_finalize_job(dml_job_t *dml_job_ptr);

#ifdef __cplusplus
}
#endif

#endif
