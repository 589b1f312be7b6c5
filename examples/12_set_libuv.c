/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/* 12_set_libuv.c -- 11_set_poll.c in libuv's loop: the runtime is one more uv_poll_t. */

#include <libminiasync.h>
#include <string.h>
#include <unistd.h>
#include <uv.h>

enum { PAGES = 200, PAGE = 256 << 10, TURN = 16 };

static char source[PAGES][PAGE], dest[PAGES][PAGE];
static struct vdm_operation_future copies[PAGES];
static struct runtime *runtime;
static int requests[2];
static size_t ended;

static void serve(uv_poll_t *handle, int status, int events)
{
	unsigned char page;
	(void)events;
	if (status != 0 || read(requests[0], &page, 1) != 1)
		_exit(1);
	copies[page] = vdm_memcpy(handle->data, dest[page], source[page], PAGE, 0);
	if (runtime_add(runtime, FUTURE_AS_RUNNABLE(&copies[page]), NULL) != 0)
		_exit(1);
}

static void collect(uv_poll_t *handle, int status, int events)
{
	(void)status, (void)events;
	for (int i = 0; i < TURN && runtime_next(runtime, 0, NULL) != NULL; i++)
		if (++ended == PAGES)
			uv_stop(handle->loop);
}

int main(void)
{
	struct data_mover_threads *mover = data_mover_threads_default();
	uv_poll_t watched[2];
	runtime = runtime_new();
	if (mover == NULL || runtime == NULL || runtime_fd(runtime) < 0 || pipe(requests) != 0)
		return 1;
	memset(source, '#', sizeof(source));
	for (unsigned char page = 0; page < PAGES; page++) /* as clients do: its number */
		if (write(requests[1], &page, 1) != 1)
			return 1;

	uv_poll_init(uv_default_loop(), &watched[0], requests[0]);
	uv_poll_init(uv_default_loop(), &watched[1], runtime_fd(runtime));
	watched[0].data = data_mover_threads_get_vdm(mover);
	uv_poll_start(&watched[0], UV_READABLE, serve);
	uv_poll_start(&watched[1], UV_READABLE, collect);
	uv_run(uv_default_loop(), UV_RUN_DEFAULT);
	runtime_delete(runtime);
	data_mover_threads_delete(mover);
	return memcmp(dest, source, sizeof(dest)) == 0 ? 0 : 1;
}
