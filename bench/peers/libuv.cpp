/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/* libuv.cpp -- libuv's thread pool. It belongs to the process, and stays until that ends. */

#include "peers.h"

#include <cstring>
#include <vector>

#include <uv.h>

namespace bench
{

namespace
{

class Libuv : public Copier
{
      public:
	explicit Libuv(size_t count) : requests(count)
	{
		uv_loop_init(&loop);
	}

	~Libuv() override
	{
		uv_loop_close(&loop);
	}

	void copy(char *dest, char *src, size_t size, size_t count) override
	{
		for (size_t i = 0; i < count; i++) {
			Request &request = requests[i];
			request.dest = dest + i * size;
			request.src = src + i * size;
			request.size = size;
			uv_queue_work(&loop, &request.work, run, finish);
		}
		uv_run(&loop, UV_RUN_DEFAULT);
	}

      private:
	struct Request {
		uv_work_t work; /* the first member: what run is given */
		char *dest;
		char *src;
		size_t size;
	};

	static void run(uv_work_t *work)
	{
		Request *request = reinterpret_cast<Request *>(work);
		memcpy(request->dest, request->src, request->size);
	}

	static void finish(uv_work_t *, int)
	{
	}

	uv_loop_t loop;
	std::vector<Request> requests;
};

} // namespace

std::unique_ptr<Copier> make_libuv(size_t count)
{
	return std::make_unique<Libuv>(count);
}

} // namespace bench
