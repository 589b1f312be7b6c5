/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/*
 * crowd.cpp -- libuv, GLib, oneTBB and miniasync in one program, each at work: no name of the one
 * is a name of another.
 */

#include <glib.h>
#include <libminiasync.h>
#include <tbb/parallel_for.h>
#include <uv.h>

#include <cstdio>
#include <cstring>
#include <vector>

static std::vector<char> source(1 << 20, 'x');

static bool with_miniasync()
{
	std::vector<char> dest(source.size());
	struct data_mover_threads *mover = data_mover_threads_default();
	struct runtime *runtime = runtime_new();
	struct vdm_operation_future copy = vdm_memcpy(data_mover_threads_get_vdm(mover),
						      dest.data(), source.data(), dest.size(), 0);
	runtime_wait(runtime, FUTURE_AS_RUNNABLE(&copy));
	runtime_delete(runtime);
	data_mover_threads_delete(mover);
	return dest == source;
}

static bool with_tbb()
{
	std::vector<char> dest(source.size());
	tbb::parallel_for(std::size_t{0}, dest.size(), [&](std::size_t i) { dest[i] = source[i]; });
	return dest == source;
}

static bool with_libuv()
{
	static std::vector<char> dest(source.size());
	uv_loop_t loop;
	uv_work_t work;
	if (uv_loop_init(&loop) != 0)
		return false;
	uv_queue_work(
		&loop, &work,
		[](uv_work_t *) { std::memcpy(dest.data(), source.data(), dest.size()); }, nullptr);
	uv_run(&loop, UV_RUN_DEFAULT);
	return uv_loop_close(&loop) == 0 && dest == source;
}

static bool with_glib()
{
	GThread *thread = g_thread_new(
		"copy", [](gpointer size) { return g_memdup2(source.data(), *(gsize *)size); },
		new gsize(source.size()));
	char *dest = static_cast<char *>(g_thread_join(thread));
	bool equal = std::memcmp(dest, source.data(), source.size()) == 0;
	g_free(dest);
	return equal;
}

int main()
{
	bool equal = with_miniasync() && with_tbb() && with_libuv() && with_glib();
	std::puts(equal ? "all copied" : "not all copied");
	return equal ? 0 : 1;
}
