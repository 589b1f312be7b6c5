/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/*
 * 03_chain.c -- a chain: fills a page, then copies it to where there is room. Where that is turns
 * out only while the chain runs, so the copy is a lazy entry, made when its turn comes.
 */

#include <libminiasync.h>
#include <stdio.h>

struct place_data {
	FUTURE_CHAIN_ENTRY(struct vdm_operation_future, fill);
	FUTURE_CHAIN_ENTRY_LAST(struct vdm_operation_future, copy);
};
struct place_output {
	char *page;
};
FUTURE(place_future, struct place_data, struct place_output);

static char page[4096], store[16][4096];
static size_t used = 7;

static void copy_init(void *future, struct future_context *chain, void *vdm)
{
	(void)chain;
	*(struct vdm_operation_future *)future =
		vdm_memcpy(vdm, store[used++], page, sizeof(page), 0);
}

/* Behind the last entry, results are carried into the output of the chain itself. */
static void copy_map(struct future_context *copy, struct future_context *chain, void *arg)
{
	(void)arg;
	struct vdm_operation_output *copied = future_context_get_output(copy);
	struct place_output *output = future_context_get_output(chain);
	output->page = copied->result == VDM_SUCCESS ? copied->output.memcpy.dest : NULL;
}

int main(void)
{
	struct data_mover_sync *mover = data_mover_sync_new();
	if (mover == NULL)
		return 1;
	struct vdm *vdm = data_mover_sync_get_vdm(mover);

	struct place_future place;
	FUTURE_CHAIN_ENTRY_INIT(&place.data.fill, vdm_memset(vdm, page, '#', sizeof(page), 0), NULL,
				NULL);
	FUTURE_CHAIN_ENTRY_LAZY_INIT(&place.data.copy, copy_init, vdm, copy_map, NULL);
	FUTURE_CHAIN_INIT(&place);
	runtime_wait(NULL, FUTURE_AS_RUNNABLE(&place));

	char *copied = FUTURE_OUTPUT(&place)->page;
	int right = copied == store[7] && copied[0] == '#' && copied[4095] == '#';
	printf("the page is %sin its place\n", right ? "" : "not ");
	data_mover_sync_delete(mover);
	return right ? 0 : 1;
}
