/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/* openmp.cpp -- OpenMP tasks, as gcc's libgomp runs them. The thread that waits runs tasks, too. */

#include "peers.h"

#include <cstring>

namespace bench
{

namespace
{

class OpenMp : public Copier
{
      public:
	void copy(char *dest, char *src, size_t size, size_t count) override
	{
#pragma omp parallel
#pragma omp single
		for (size_t i = 0; i < count; i++) {
#pragma omp task
			memcpy(dest + i * size, src + i * size, size);
		}
	}
};

} // namespace

std::unique_ptr<Copier> make_openmp(size_t)
{
	return std::make_unique<OpenMp>();
}

} // namespace bench
