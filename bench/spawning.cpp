/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/*
 * spawning.cpp -- tasks on the threads of an executor: what it takes to spawn them from a thread
 * that is none of them and wait for all, to spawn them one from the other, and to wake them.
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
constexpr size_t MILLION = 1000000;
constexpr uint64_t WAKE_UPS = 100; /* of each task */

/* Waits for its event so many times, and sets the other one's each time. */
struct player_data {
	future_event *mine;
	future_event *other;
	uint64_t left;
	struct future_event_wait waiting;
};

FUTURE(player, player_data, no_output);

future_state play(future_context *context, future_notifier *notifier)
{
	player_data *data = static_cast<player_data *>(future_context_get_data(context));
	while (future_poll(FUTURE_AS_RUNNABLE(&data->waiting), notifier) == FUTURE_STATE_COMPLETE) {
		future_event_set(data->other);
		if (--data->left == 0)
			return FUTURE_STATE_COMPLETE;
		data->waiting = future_event_wait(data->mine);
	}
	return FUTURE_STATE_RUNNING;
}

player make_player(future_event *mine, future_event *other, uint64_t left)
{
	player made;
	FUTURE_INIT(&made, play);
	made.data.mine = mine;
	made.data.other = other;
	made.data.left = left;
	made.data.waiting = future_event_wait(mine);
	return made;
}

class Executor : public Spawner
{
      public:
	explicit Executor(size_t tasks) : countdowns(tasks), executor(executor_new(0))
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

	void chain(uint64_t tasks) override
	{
		left = tasks;
		spawn_next(nullptr, this);
		executor_drain(executor);
	}

	void ping_pong(uint64_t steps) override
	{
		future_event events[2];
		future_event_init(&events[0]);
		future_event_init(&events[1]);
		player players[2] = {make_player(&events[0], &events[1], steps / 2),
				     make_player(&events[1], &events[0], steps / 2)};
		future_event_set(&events[0]);
		for (player &one : players)
			executor_spawn(executor, FUTURE_AS_RUNNABLE(&one), nullptr, nullptr);
		executor_drain(executor);
	}

      private:
	/* In one after the other of two futures: the former one is still in use. */
	static void spawn_next(future *, void *arg)
	{
		Executor *self = static_cast<Executor *>(arg);
		if (self->left == 0)
			return;
		countdown &next = self->countdowns[self->left-- % 2];
		next = make_countdown(countdown_woken, 1);
		executor_spawn(self->executor, FUTURE_AS_RUNNABLE(&next), spawn_next, arg);
	}

	std::vector<countdown> countdowns;
	uint64_t left = 0; /* of a chain */
	struct executor *executor;
};

/* Tasks from outside, all at once. */
void spawn(benchmark::State &state, const MakeSpawner &make, size_t tasks, uint64_t polls)
{
	std::unique_ptr<Spawner> spawner = make(tasks);
	for (auto _ : state)
		spawner->run(tasks, polls);
	state.SetItemsProcessed(int64_t(state.iterations() * tasks * polls));
}

using Steps = void (Spawner::*)(uint64_t);

/* What tasks do to each other. */
void step(benchmark::State &state, const MakeSpawner &make, Steps steps)
{
	std::unique_ptr<Spawner> spawner = make(TASKS);
	for (auto _ : state)
		((*spawner).*steps)(MILLION);
	state.SetItemsProcessed(int64_t(state.iterations() * MILLION));
}

} // namespace

void add_spawner(const std::string &contender, const MakeSpawner &make)
{
	add("table", "spawn a task, of 1,000", contender,
	    [=](benchmark::State &state) { spawn(state, make, TASKS, 1); });
	add("table", "spawn a task, of 1,000,000", contender,
	    [=](benchmark::State &state) { spawn(state, make, MILLION, 1); });
	add("table", "spawn a task from the one before", contender,
	    [=](benchmark::State &state) { step(state, make, &Spawner::chain); });
	add("table", "wake a task, of 1,000 that were spawned", contender,
	    [=](benchmark::State &state) { spawn(state, make, TASKS, WAKE_UPS); });
	add("table", "wake a task, of two that wake each other", contender,
	    [=](benchmark::State &state) { step(state, make, &Spawner::ping_pong); });
}

void add_spawns()
{
	add_spawner("miniasync", [](size_t tasks) { return std::make_unique<Executor>(tasks); });
}

} // namespace bench
