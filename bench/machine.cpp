/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/*
 * machine.cpp -- what things cost on this machine, which moves every other figure: a cache line
 * that goes to another CPU and back, reading the clock, waking nobody.
 */

#include "bench.h"

#include <atomic>
#include <thread>

#include <linux/futex.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace bench
{

namespace
{

constexpr uint64_t TRIPS = 100;  /* that are timed together */
constexpr uint64_t ROUNDS = 201; /* of so many trips, the first until both threads run */

/* Odd values are the server's to answer, even ones the client's. */
void serve(std::atomic<uint64_t> &ball)
{
	for (uint64_t i = 0; i < ROUNDS * TRIPS; i++) {
		while (ball.load(std::memory_order_acquire) != 2 * i + 1)
			continue;
		ball.store(2 * i + 2, std::memory_order_release);
	}
}

void play(std::atomic<uint64_t> &ball, Latencies &latencies)
{
	for (uint64_t i = 0; i < ROUNDS * TRIPS; i++) {
		if (i % TRIPS == 0)
			latencies.start();
		ball.store(2 * i + 1, std::memory_order_release);
		while (ball.load(std::memory_order_acquire) != 2 * i + 2)
			continue;
		if (i % TRIPS == TRIPS - 1 && i > TRIPS)
			latencies.stop(TRIPS);
	}
}

/* Both threads are new ones, so that the caller may go on using every CPU. */
void time_cache_line(benchmark::State &state)
{
	CpuPair cpus = cpu_pair();
	if (cpus.first == cpus.second) {
		state.SkipWithError("one CPU only");
		return;
	}
	Latencies latencies;
	for (auto _ : state) {
		alignas(64) std::atomic<uint64_t> ball{0};
		std::thread server([&] {
			pin_to(cpus.first);
			serve(ball);
		});
		std::thread client([&] {
			pin_to(cpus.second);
			play(ball, latencies);
		});
		server.join();
		client.join();
	}
	latencies.report(state);
}

void time_clock(benchmark::State &state)
{
	for (auto _ : state)
		benchmark::DoNotOptimize(now());
}

void time_futex_wake(benchmark::State &state)
{
	uint32_t word = 0;
	for (auto _ : state)
		syscall(SYS_futex, &word, FUTEX_WAKE_PRIVATE, 1, nullptr, nullptr, 0);
}

} // namespace

void add_machine()
{
	add("machine", "cache line to the other CPU and back", "machine", time_cache_line)
		->Iterations(1);
	add("machine", "reading the clock", "machine", time_clock);
	add("machine", "futex wake that finds nobody", "machine", time_futex_wake);
}

} // namespace bench
