/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/* tbb.cpp -- oneTBB: a task group. The thread that waits runs tasks, too. */

#include "peers.h"

#include <cstring>

#include <oneapi/tbb/task_group.h>

namespace bench
{

namespace
{

class Tbb : public Copier
{
      public:
	/* A task group's own may throw, were its tasks left alone. */
	~Tbb() noexcept override
	{
	}

	void copy(char *dest, char *src, size_t size, size_t count) override
	{
		for (size_t i = 0; i < count; i++)
			group.run([=] { memcpy(dest + i * size, src + i * size, size); });
		group.wait();
	}

      private:
	oneapi::tbb::task_group group;
};

} // namespace

std::unique_ptr<Copier> make_tbb(size_t)
{
	return std::make_unique<Tbb>();
}

} // namespace bench
