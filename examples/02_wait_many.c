/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/*
 * 02_wait_many.c -- gathers pieces that lie here and there into one buffer: many copies under way
 * at the same time, and one wait for all of them.
 */

#include <libminiasync.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PIECES 100
#define PIECE (256 << 10)

static struct vdm_operation_future copies[PIECES];
static struct future *futures[PIECES];

int main(void)
{
	struct runtime *runtime = runtime_new();
	struct data_mover_threads *mover = data_mover_threads_default();
	char *gathered = malloc((size_t)PIECES * PIECE);
	char *pieces = malloc((size_t)PIECES * PIECE);
	if (runtime == NULL || mover == NULL || gathered == NULL || pieces == NULL)
		return 1;

	for (size_t i = 0; i < PIECES; i++) {
		/* The last piece comes first. */
		char *piece = pieces + (PIECES - 1 - i) * PIECE;
		memset(piece, (int)i, PIECE);
		copies[i] = vdm_memcpy(data_mover_threads_get_vdm(mover), gathered + i * PIECE,
				       piece, PIECE, 0);
		futures[i] = FUTURE_AS_RUNNABLE(&copies[i]);
	}
	runtime_wait_multiple(runtime, futures, PIECES);

	size_t right = 0;
	for (size_t i = 0; i < PIECES; i++)
		right += FUTURE_OUTPUT(&copies[i])->result == VDM_SUCCESS &&
			 gathered[i * PIECE] == (char)i && gathered[(i + 1) * PIECE - 1] == (char)i;
	printf("%zu of %d pieces gathered\n", right, PIECES);

	free(pieces);
	free(gathered);
	data_mover_threads_delete(mover);
	runtime_delete(runtime);
	return right == PIECES ? 0 : 1;
}
