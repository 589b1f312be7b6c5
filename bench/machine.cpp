/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/*
 * machine.cpp -- what things cost on this machine, which moves every other figure: a cache line
 * that goes to another CPU and back, reading the clock, waking nobody; and what a copy costs while
 * the other CPU copies too, for two CPUs of a virtual machine may be one core's at times.
 */

#include "bench.h"

#include <atomic>
#include <cstring>
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

constexpr size_t COPY = size_t(64) << 10;
constexpr size_t COPIES = 64;

/* Copies what is one thread's own, once. */
void copy_all(size_t owner)
{
	size_t share = COPY * COPIES;
	char *src = source(2 * share) + owner * share;
	char *dest = destination(2 * share) + owner * share;
	for (size_t i = 0; i < COPIES; i++)
		memcpy(dest + i * COPY, src + i * COPY, COPY);
}

void time_copy(benchmark::State &state, bool beside_another)
{
	CpuPair cpus = cpu_pair();
	if (cpus.first == cpus.second) {
		state.SkipWithError("one CPU only");
		return;
	}
	copy_all(1); /* so that there are pages */
	std::atomic<bool> over{!beside_another};
	std::thread other([&] {
		pin_to(cpus.second);
		while (!over.load(std::memory_order_relaxed))
			copy_all(1);
	});
	Latencies latencies;
	std::thread timed([&] {
		pin_to(cpus.first);
		for (auto _ : state) {
			latencies.start();
			copy_all(0);
			latencies.stop(COPIES);
		}
		over.store(true, std::memory_order_relaxed);
	});
	timed.join();
	other.join();
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
	for (bool beside : {false, true})
		add("machine",
		    beside ? "copying 64 KiB while the other CPU does" : "copying 64 KiB",
		    "machine", [=](benchmark::State &state) { time_copy(state, beside); });
	add("machine", "reading the clock", "machine", time_clock);
	add("machine", "futex wake that finds nobody", "machine", time_futex_wake);
}

} // namespace bench
