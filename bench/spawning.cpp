/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/*
 * spawning.cpp -- tasks on the threads of an executor, spawned by a thread that is none of them:
 * what spawning one and waiting for it takes, and what a wake-up takes there.
 */

#include "spawning.h"

#include "bench.h"
#include "futures.h"

#include <new>

namespace bench
{

namespace
{

constexpr size_t TASKS = 1000;
constexpr uint64_t WAKE_UPS = 100; /* of each task */

class Executor : public Spawner
{
      public:
	Executor() : countdowns(TASKS), executor(executor_new(0))
	{
		if (executor == nullptr)
			throw std::bad_alloc();
	}

	~Executor() override
	{
		executor_delete(executor);
	}

	void run(size_t n, uint64_t polls) override
	{
		for (size_t i = 0; i < n; i++) {
			countdowns[i] = make_countdown(countdown_woken, polls);
			executor_spawn(executor, FUTURE_AS_RUNNABLE(&countdowns[i]), nullptr,
				       nullptr);
		}
		executor_drain(executor);
	}

      private:
	std::vector<countdown> countdowns;
	struct executor *executor;
};

void spawn(benchmark::State &state, const MakeSpawner &make, uint64_t polls)
{
	std::unique_ptr<Spawner> spawner = make();
	for (auto _ : state)
		spawner->run(TASKS, polls);
	state.SetItemsProcessed(int64_t(state.iterations() * TASKS * polls));
}

} // namespace

void add_spawner(const std::string &contender, const MakeSpawner &make)
{
	add("table", "spawn a task, of 1,000", contender,
	    [=](benchmark::State &state) { spawn(state, make, 1); });
	add("table", "wake a task, of 1,000 that were spawned", contender,
	    [=](benchmark::State &state) { spawn(state, make, WAKE_UPS); });
}

void add_spawns()
{
	add_spawner("miniasync", [] { return std::make_unique<Executor>(); });
}

} // namespace bench
