/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/* bench.cpp -- see bench.h. */

#include "bench.h"

#include <algorithm>
#include <cstring>
#include <ctime>
#include <new>
#include <numeric>

#include <pthread.h>
#include <sched.h>
#include <sys/mman.h>

#if defined(__x86_64__)
#include <x86intrin.h>
#endif

namespace bench
{

namespace
{

constexpr size_t ARENA = size_t(1) << 30;
/*
 * Caches find lines by some bits of their address: two that lie a power of two apart, as two arenas
 * would, drive each other out, and a copy of 4 KiB takes three times as long. A load whose last
 * twelve bits are those of a store under way waits for it: hence half a page.
 */
constexpr size_t APART = 37 * 4096 + 2048;
constexpr size_t SAMPLES = size_t(1) << 16;

/* Memory of which as much as was asked for has pages. */
class Arena
{
      public:
	Arena(int content, size_t offset) : content(content)
	{
		void *mapped = mmap(nullptr, ARENA + offset, PROT_READ | PROT_WRITE,
				    MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
		if (mapped == MAP_FAILED)
			throw std::bad_alloc();
		start = static_cast<char *>(mapped) + offset;
	}

	char *get(size_t bytes)
	{
		if (bytes > ARENA)
			throw std::bad_alloc();
		if (bytes > touched) {
			memset(start + touched, content, bytes - touched);
			touched = bytes;
		}
		return start;
	}

      private:
	int content; /* not 0: pages of zeros may all be the same one */
	char *start;
	size_t touched = 0;
};

uint64_t clock_ns(clockid_t clock)
{
	timespec time;
	clock_gettime(clock, &time);
	return uint64_t(time.tv_sec) * 1000000000 + uint64_t(time.tv_nsec);
}

/* Some CPUs' counter of time is cheaper to read than any clock; fenced, it cannot run ahead. */
uint64_t ticks()
{
#if defined(__x86_64__)
	_mm_lfence();
	uint64_t time = __rdtsc();
	_mm_lfence();
	return time;
#else
	return now();
#endif
}

double measure_tick()
{
	uint64_t ticks_before = ticks();
	uint64_t before = now();
	while (now() - before < 20000000)
		continue;
	return double(now() - before) / double(ticks() - ticks_before);
}

double tick_ns()
{
	static const double length = measure_tick();
	return length;
}

/* The counter may advance by more than one at a time. */
double measure_step()
{
	uint64_t step = 0;
	uint64_t before = ticks();
	for (int i = 0; i < 1000; i++) {
		uint64_t after = ticks();
		step = std::gcd(step, after - before);
		before = after;
	}
	return double(step) * tick_ns();
}

double step_ns()
{
	static const double length = measure_step();
	return length;
}

/*
 * The value below which a part of the samples lies. Equal samples stand
 * for any length within a step of the clock, and are taken as spread over it evenly.
 */
double percentile(std::vector<double> samples, double part, double step)
{
	std::sort(samples.begin(), samples.end());
	double rank = part * double(samples.size());
	double value = samples[std::min(size_t(rank), samples.size() - 1)];
	auto equal = std::equal_range(samples.begin(), samples.end(), value);
	double before = double(equal.first - samples.begin());
	return value - step / 2 + step * (rank - before) / double(equal.second - equal.first);
}

double measure_empty()
{
	std::vector<double> empty(1001);
	for (double &sample : empty) {
		uint64_t before = ticks();
		sample = double(ticks() - before) * tick_ns();
	}
	return percentile(empty, 0.5, step_ns());
}

double empty_ns()
{
	static const double length = measure_empty();
	return length;
}

} // namespace

std::string size_name(size_t bytes)
{
	static const char *const units[] = {" B", " KiB", " MiB", " GiB"};
	size_t unit = 0;
	while (bytes >= 1024 && bytes % 1024 == 0 && unit < 3) {
		bytes /= 1024;
		unit++;
	}
	return std::to_string(bytes) + units[unit];
}

char *source(size_t bytes)
{
	static Arena arena(1, 0);
	return arena.get(bytes);
}

char *destination(size_t bytes)
{
	static Arena arena(2, APART);
	return arena.get(bytes);
}

uint64_t now()
{
	return clock_ns(CLOCK_MONOTONIC);
}

uint64_t cpu_time()
{
	return clock_ns(CLOCK_PROCESS_CPUTIME_ID);
}

CpuPair cpu_pair()
{
	cpu_set_t usable;
	CPU_ZERO(&usable);
	sched_getaffinity(0, sizeof(usable), &usable);
	CpuPair pair = {-1, -1};
	for (int cpu = 0; cpu < CPU_SETSIZE && pair.second < 0; cpu++) {
		if (!CPU_ISSET(cpu, &usable))
			continue;
		(pair.first < 0 ? pair.first : pair.second) = cpu;
	}
	if (pair.second < 0)
		pair.second = pair.first;
	return pair;
}

void pin_to(int cpu)
{
	cpu_set_t only;
	CPU_ZERO(&only);
	CPU_SET(cpu, &only);
	pthread_setaffinity_np(pthread_self(), sizeof(only), &only);
}

Latencies::Latencies()
{
	kept.reserve(SAMPLES);
	tick_ns(); /* measured here, and not while something is timed */
	empty_ns();
}

void Latencies::start()
{
	started = ticks();
}

void Latencies::stop(size_t operations)
{
	uint64_t stopped = ticks();
	step = step_ns() / double(operations);
	add((double(stopped - started) * tick_ns() - empty_ns()) / double(operations));
}

void Latencies::add(double nanoseconds)
{
	if (kept.size() < SAMPLES)
		kept.push_back(nanoseconds);
	else
		kept[next++ % SAMPLES] = nanoseconds;
}

void Latencies::report(benchmark::State &state)
{
	if (kept.empty())
		return;
	state.counters["p50"] = percentile(kept, 0.5, step);
	state.counters["p99"] = percentile(kept, 0.99, step);
}

} // namespace bench
