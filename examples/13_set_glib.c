/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/* 13_set_glib.c -- 11_set_poll.c in GLib's main loop: the runtime is one more source. */

#include <glib-unix.h>
#include <libminiasync.h>
#include <string.h>
#include <unistd.h>

enum { PAGES = 200, PAGE = 256 << 10, TURN = 16 };

static char source[PAGES][PAGE], dest[PAGES][PAGE];
static struct vdm_operation_future copies[PAGES];
static struct runtime *runtime;
static size_t ended;

static gboolean serve(gint requests, GIOCondition condition, gpointer vdm)
{
	unsigned char page;
	(void)condition;
	if (read(requests, &page, 1) != 1)
		_exit(1);
	copies[page] = vdm_memcpy(vdm, dest[page], source[page], PAGE, 0);
	if (runtime_add(runtime, FUTURE_AS_RUNNABLE(&copies[page]), NULL) != 0)
		_exit(1);
	return G_SOURCE_CONTINUE;
}

static gboolean collect(gint descriptor, GIOCondition condition, gpointer loop)
{
	(void)descriptor, (void)condition;
	for (int i = 0; i < TURN && runtime_next(runtime, 0, NULL) != NULL; i++)
		if (++ended == PAGES)
			g_main_loop_quit(loop);
	return G_SOURCE_CONTINUE;
}

int main(void)
{
	struct data_mover_threads *mover = data_mover_threads_default();
	GMainLoop *loop = g_main_loop_new(NULL, FALSE);
	int requests[2];
	runtime = runtime_new();
	if (mover == NULL || runtime == NULL || runtime_fd(runtime) < 0 || pipe(requests) != 0)
		return 1;
	memset(source, '#', sizeof(source));
	for (unsigned char page = 0; page < PAGES; page++) /* as clients do: its number */
		if (write(requests[1], &page, 1) != 1)
			return 1;

	g_unix_fd_add(requests[0], G_IO_IN, serve, data_mover_threads_get_vdm(mover));
	g_unix_fd_add(runtime_fd(runtime), G_IO_IN, collect, loop);
	g_main_loop_run(loop);
	g_main_loop_unref(loop);
	runtime_delete(runtime);
	data_mover_threads_delete(mover);
	return memcmp(dest, source, sizeof(dest)) == 0 ? 0 : 1;
}
