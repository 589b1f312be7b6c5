/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/*
 * 14_executor.c -- copies on several threads. Of each lane one copy is under way at a time; when it
 * is done, its worker spawns the lane's next. The synchronous mover copies in the poll: here, on
 * the executor's workers.
 */

#include <libminiasync.h>
#include <stdio.h>
#include <string.h>

enum { LANES = 8, PAGES = 200, PAGE = 256 << 10 };

static char source[PAGES][PAGE], dest[PAGES][PAGE];
static struct executor *executor;
static struct vdm *vdm;

struct lane {
	struct vdm_operation_future copy;
	size_t page; /* of the next copy */
};

/* The previous copy is complete, so its memory is free. Nobody else has the lane: no lock. */
static void copy_next(struct future *previous, void *arg)
{
	struct lane *lane = arg;
	size_t page = lane->page;
	(void)previous;
	if (page >= PAGES)
		return;
	lane->page += LANES;
	lane->copy = vdm_memcpy(vdm, dest[page], source[page], PAGE, 0);
	if (executor_spawn(executor, FUTURE_AS_RUNNABLE(&lane->copy), copy_next, lane) != 0)
		perror("executor_spawn");
}

int main(void)
{
	struct data_mover_sync *mover = data_mover_sync_new();
	struct lane lanes[LANES];
	executor = executor_new(0); /* a worker for each CPU */
	if (mover == NULL || executor == NULL)
		return 1;
	vdm = data_mover_sync_get_vdm(mover);
	memset(source, '#', sizeof(source));

	for (size_t i = 0; i < LANES; i++) {
		lanes[i].page = i;
		copy_next(NULL, &lanes[i]);
	}
	executor_drain(executor); /* those, too, that are spawned meanwhile */
	int right = memcmp(dest, source, sizeof(dest)) == 0;
	printf("%d pages %s\n", PAGES, right ? "copied" : "are not what they should be");
	executor_delete(executor);
	data_mover_sync_delete(mover);
	return right ? 0 : 1;
}
