/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/*
 * 15_batch.c -- records that lie all over a table, gathered into one message by one operation: the
 * mover is asked once, and the program waits once, however many they are.
 */

#include <libminiasync.h>
#include <stdio.h>
#include <string.h>

enum { RECORDS = 1000, RECORD = 64, WANTED = 250 };

static char table[RECORDS][RECORD], message[WANTED][RECORD];

int main(void)
{
	struct data_mover_threads *mover = data_mover_threads_default();
	if (mover == NULL) {
		perror("data_mover_threads_default");
		return 1;
	}
	for (int i = 0; i < RECORDS; i++)
		snprintf(table[i], RECORD, "record %d", i);

	/* The array is read until the operation is complete, so it stays where it is till then. */
	struct vdm_segment segments[WANTED];
	for (int i = 0; i < WANTED; i++) {
		segments[i].dest = message[i];
		segments[i].src = table[i * 7919 % RECORDS];
		segments[i].n = RECORD;
	}
	struct vdm_operation_future gather =
		vdm_memcpyv(data_mover_threads_get_vdm(mover), segments, WANTED, 0);
	runtime_wait(NULL, FUTURE_AS_RUNNABLE(&gather));

	enum vdm_operation_result result = FUTURE_OUTPUT(&gather)->result;
	printf("%d records: %s; the last is \"%s\"\n", WANTED, vdm_result_string(result),
	       message[WANTED - 1]);
	data_mover_threads_delete(mover);
	return result == VDM_SUCCESS && strcmp(message[WANTED - 1], "record 831") == 0 ? 0 : 1;
}
