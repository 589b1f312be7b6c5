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

	/*
	 * Spawns n tasks and returns when each was polled so many times; it wakes itself in each
	 * poll but the last.
	 */
	virtual void run(size_t n, uint64_t polls) = 0;

	/* One task after the other, so many; each spawns the next one when it ends. */
	virtual void chain(uint64_t tasks) = 0;

	/* Two tasks that wake each other, so many wake-ups in all. */
	virtual void ping_pong(uint64_t steps) = 0;
};

/* For at most so many tasks at a time. */
using MakeSpawner = std::function<std::unique_ptr<Spawner>(size_t tasks)>;

void add_spawner(const std::string &contender, const MakeSpawner &make);

} // namespace bench

#endif
