/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/*
 * bench.h -- what the benchmarks share: how they are named, the memory they work on, the clock.
 *
 * A benchmark's name is "group/load/contender". report.py sets the contenders of a load side by
 * side, so whoever runs the same load gives the same name to it.
 */

#ifndef MINIASYNC_BENCH_H
#define MINIASYNC_BENCH_H

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include <benchmark/benchmark.h>

namespace bench
{

/* Registers a benchmark that is timed by the wall's clock. */
template <typename Function>
benchmark::internal::Benchmark *add(const std::string &group, const std::string &load,
				    const std::string &contender, Function function)
{
	std::string name = group + "/" + load + "/" + contender;
	return benchmark::RegisterBenchmark(name.c_str(), function)->UseRealTime();
}

/* The same, for one that says itself how long each iteration took. */
template <typename Function>
benchmark::internal::Benchmark *add_manual(const std::string &group, const std::string &load,
					   const std::string &contender, Function function)
{
	std::string name = group + "/" + load + "/" + contender;
	return benchmark::RegisterBenchmark(name.c_str(), function)->UseManualTime();
}

/* "64 B", "4 KiB": a size by its name. */
std::string size_name(size_t bytes);

/*
 * Memory to copy from and to, the same at each call and already backed by pages. Pages are the
 * ordinary ones that malloc would give.
 */
char *source(size_t bytes);
char *destination(size_t bytes);

/* The time in nanoseconds: the clock that all threads share, 20 ns or so to read. */
uint64_t now();

/* CPU time that all threads of this process have used, in nanoseconds. */
uint64_t cpu_time();

/* Two CPUs that this process may use, or the same one twice where it has no more. */
struct CpuPair {
	int first;
	int second;
};
CpuPair cpu_pair();

/* Keeps the calling thread on a CPU. */
void pin_to(int cpu);

/*
 * Times of single operations. What reading the clock takes is measured and subtracted. Keeps the
 * latest of them, so many that a 99th percentile means something.
 */
class Latencies
{
      public:
	Latencies();
	void start();
	void stop(size_t operations = 1);
	void add(double nanoseconds);

	/* Adds the percentiles as counters "p50" and "p99", in nanoseconds. */
	void report(benchmark::State &state);

      private:
	uint64_t started = 0;
	double step = 0; /* in which the clock advances */
	size_t next = 0;
	std::vector<double> kept;
};

/* Loads of polling that miniasync and its peers share. */
constexpr size_t CROWDS[] = {1, 100, 10000};
std::string crowd_load(const std::string &how, size_t n);
uint64_t crowd_polls(size_t n); /* that each future wants */

constexpr char STRAGGLER_LOAD[] = "20,000 futures, one needs 500 polls";
constexpr size_t STRAGGLER_CROWD = 20000;
constexpr uint64_t STRAGGLER_POLLS = 500;

void add_copies();
void add_copy_sweeps();
void add_polls();
void add_poll_sweeps();
void add_waits();
void add_spawns();
void add_machine();

} // namespace bench

#endif
