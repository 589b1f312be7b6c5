/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/*
 * rust.cpp -- Rust's futures and tokio (rust/peers.rs), beside miniasync in polling, waking and
 * waiting; tokio in copying, too.
 *
 * Rust's futures know wakers only. One that wants to be polled soon wakes itself, so what is
 * measured for "soon" is what is measured for "woken".
 */

#include "../bench.h"
#include "../spawning.h"
#include "../waiting.h"
#include "peers.h"

#include <thread>

extern "C" {
struct rust_crowd;
struct rust_runtime;
struct rust_event;

rust_crowd *rust_crowd_new(size_t n, uint64_t polls, uint64_t last_polls);
void rust_futures_wait(rust_crowd *crowd);
rust_runtime *rust_tokio_new(size_t threads);
void rust_tokio_delete(rust_runtime *runtime);
void rust_tokio_wait(rust_runtime *runtime, rust_crowd *crowd);
void rust_tokio_spawn(rust_runtime *runtime, size_t n, uint64_t polls);
void rust_tokio_chain(rust_runtime *runtime, uint64_t tasks);
void rust_tokio_ping_pong(rust_runtime *runtime, uint64_t steps);
void rust_tokio_copy(rust_runtime *runtime, char *dest, const char *src, size_t size, size_t count);
rust_event *rust_event_new(void);
void rust_event_delete(rust_event *event);
void rust_event_happen(rust_event *event);
void rust_futures_wait_for_event(rust_event *event);
void rust_tokio_wait_for_event(rust_runtime *runtime, rust_event *event);
}

namespace bench
{

namespace
{

/* A tokio runtime of so many threads, or, with 0, of the caller's alone. */
class Runtime
{
      public:
	explicit Runtime(size_t threads) : runtime(rust_tokio_new(threads))
	{
	}

	~Runtime()
	{
		rust_tokio_delete(runtime);
	}

	Runtime(const Runtime &) = delete;
	Runtime &operator=(const Runtime &) = delete;

	rust_runtime *const runtime;
};

class TokioCopier : public Copier
{
      public:
	void copy(char *dest, char *src, size_t size, size_t count) override
	{
		rust_tokio_copy(tokio.runtime, dest, src, size, count);
	}

      private:
	Runtime tokio{std::thread::hardware_concurrency()};
};

class TokioSpawner : public Spawner
{
      public:
	void run(size_t n, uint64_t polls) override
	{
		rust_tokio_spawn(tokio.runtime, n, polls);
	}

	void chain(uint64_t tasks) override
	{
		rust_tokio_chain(tokio.runtime, tasks);
	}

	void ping_pong(uint64_t steps) override
	{
		rust_tokio_ping_pong(tokio.runtime, steps);
	}

      private:
	Runtime tokio{std::thread::hardware_concurrency()};
};

class Event : public Waiter
{
      public:
	~Event() override
	{
		if (event != nullptr)
			rust_event_delete(event);
	}

	void prepare() override
	{
		if (event != nullptr)
			rust_event_delete(event);
		event = rust_event_new();
	}

	void happen() override
	{
		rust_event_happen(event);
	}

      protected:
	rust_event *event = nullptr;
};

class FuturesWaiter : public Event
{
      public:
	void wait() override
	{
		rust_futures_wait_for_event(event);
	}
};

class TokioWaiter : public Event
{
      public:
	void wait() override
	{
		rust_tokio_wait_for_event(tokio.runtime, event);
	}

      private:
	Runtime tokio{0};
};

void poll_crowd(benchmark::State &state, size_t n, uint64_t polls, uint64_t last_polls,
		bool in_tokio)
{
	Runtime tokio(0);
	for (auto _ : state) {
		rust_crowd *crowd = rust_crowd_new(n, polls, last_polls);
		uint64_t before = now();
		if (in_tokio)
			rust_tokio_wait(tokio.runtime, crowd);
		else
			rust_futures_wait(crowd);
		state.SetIterationTime(double(now() - before) * 1e-9);
	}
	state.SetItemsProcessed(int64_t(state.iterations() * n * polls));
}

void add_crowd(const std::string &load, size_t n, uint64_t polls, uint64_t last_polls)
{
	for (bool in_tokio : {false, true})
		add_manual("table", load, in_tokio ? "tokio" : "Rust futures",
			   [=](benchmark::State &state) {
				   poll_crowd(state, n, polls, last_polls, in_tokio);
			   });
}

} // namespace

void add_rust()
{
	add_copier("tokio", [](size_t) { return std::make_unique<TokioCopier>(); });
	for (size_t n : CROWDS)
		for (const char *how : {"soon", "woken"})
			add_crowd(crowd_load(how, n), n, crowd_polls(n), crowd_polls(n));
	add_crowd(STRAGGLER_LOAD, STRAGGLER_CROWD, 1, STRAGGLER_POLLS);
	add_spawner("tokio", [](size_t) { return std::make_unique<TokioSpawner>(); });
	add_waiter("Rust futures", [] { return std::make_unique<FuturesWaiter>(); });
	add_waiter("tokio", [] { return std::make_unique<TokioWaiter>(); });
}

} // namespace bench
