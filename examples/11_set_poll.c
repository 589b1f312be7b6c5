/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/* 11_set_poll.c -- a server: poll(2) for requests to copy, and for copies that have ended. */

#include <libminiasync.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

enum { PAGES = 200, PAGE = 256 << 10, TURN = 16 };

static char source[PAGES][PAGE], dest[PAGES][PAGE];
static struct vdm_operation_future copies[PAGES];
static struct runtime *runtime;
static size_t ended;

static void serve(int requests, struct vdm *vdm)
{
	unsigned char page;
	if (read(requests, &page, 1) != 1)
		_exit(1);
	copies[page] = vdm_memcpy(vdm, dest[page], source[page], PAGE, 0);
	if (runtime_add(runtime, FUTURE_AS_RUNNABLE(&copies[page]), NULL) != 0)
		_exit(1);
}

/* Some in a turn, for requests wait, too: the descriptor stays readable while there are more. */
static void collect(void)
{
	for (int i = 0; i < TURN && runtime_next(runtime, 0, NULL) != NULL; i++)
		ended++;
}

int main(void)
{
	struct data_mover_threads *mover = data_mover_threads_default();
	int requests[2];
	runtime = runtime_new();
	if (mover == NULL || runtime == NULL || runtime_fd(runtime) < 0 || pipe(requests) != 0)
		return 1;
	memset(source, '#', sizeof(source));
	for (unsigned char page = 0; page < PAGES; page++) /* as clients do: its number */
		if (write(requests[1], &page, 1) != 1)
			return 1;

	struct pollfd watched[] = {{requests[0], POLLIN, 0}, {runtime_fd(runtime), POLLIN, 0}};
	while (ended < PAGES && poll(watched, 2, -1) > 0) {
		if (watched[0].revents != 0)
			serve(requests[0], data_mover_threads_get_vdm(mover));
		if (watched[1].revents != 0)
			collect();
	}
	runtime_delete(runtime);
	data_mover_threads_delete(mover);
	return memcmp(dest, source, sizeof(dest)) == 0 ? 0 : 1;
}
