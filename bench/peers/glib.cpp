/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/* glib.cpp -- GLib's thread pool, with a thread for each CPU, and a condition for its end. */

#include "peers.h"

#include <cstring>
#include <vector>

#include <glib.h>

namespace bench
{

namespace
{

class Glib : public Copier
{
      public:
	explicit Glib(size_t count)
	    : requests(count),
	      pool(g_thread_pool_new(run, this, int(g_get_num_processors()), TRUE, nullptr))
	{
		g_mutex_init(&mutex);
		g_cond_init(&done);
	}

	~Glib() override
	{
		g_thread_pool_free(pool, FALSE, TRUE);
		g_cond_clear(&done);
		g_mutex_clear(&mutex);
	}

	void copy(char *dest, char *src, size_t size, size_t count) override
	{
		left = gint(count);
		for (size_t i = 0; i < count; i++) {
			requests[i] = {dest + i * size, src + i * size, size};
			g_thread_pool_push(pool, &requests[i], nullptr);
		}
		g_mutex_lock(&mutex);
		while (g_atomic_int_get(&left) != 0)
			g_cond_wait(&done, &mutex);
		g_mutex_unlock(&mutex);
	}

      private:
	struct Request {
		char *dest;
		char *src;
		size_t size;
	};

	static void run(gpointer data, gpointer user_data)
	{
		Request *request = static_cast<Request *>(data);
		Glib *glib = static_cast<Glib *>(user_data);
		memcpy(request->dest, request->src, request->size);
		if (!g_atomic_int_dec_and_test(&glib->left))
			return;
		g_mutex_lock(&glib->mutex);
		g_cond_signal(&glib->done);
		g_mutex_unlock(&glib->mutex);
	}

	std::vector<Request> requests;
	GThreadPool *pool;
	GMutex mutex;
	GCond done;
	gint left = 0;
};

} // namespace

std::unique_ptr<Copier> make_glib(size_t count)
{
	return std::make_unique<Glib>(count);
}

} // namespace bench
