/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/*
 * spawning.h -- who runs tasks on threads of its own: miniasync's executor, or a peer.
 */

#ifndef MINIASYNC_BENCH_SPAWNING_H
#define MINIASYNC_BENCH_SPAWNING_H

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

namespace bench
{

class Spawner
{
      public:
	virtual ~Spawner() = default;

	/* Spawns n tasks, up to 1,000, and returns when each was polled so many times; it wakes
	 * itself in each poll but the last. */
	virtual void run(size_t n, uint64_t polls) = 0;
};

using MakeSpawner = std::function<std::unique_ptr<Spawner>()>;

void add_spawner(const std::string &contender, const MakeSpawner &make);

} // namespace bench

#endif
