/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/*
 * copying.cpp -- copies: many together, which shows what an operation costs and how fast memory
 * gets full, and one at a time, which shows how long a caller waits.
 *
 * Each benchmark makes its copier and ends it, so that the threads of one are not there while
 * another one is timed, and looks afterwards whether it copied at all.
 */

#include "copying.h"

#include "bench.h"

namespace bench
{

namespace
{

constexpr size_t KIB = 1024;
constexpr size_t MIB = 1024 * KIB;
constexpr size_t GIB = 1024 * MIB;

struct Load {
	size_t size;
	size_t count;
};

constexpr Load TOGETHER[] = {
	{64, 256}, {4 * KIB, 256}, {64 * KIB, 64}, {1 * MIB, 32}, {256 * MIB, 1},
};
constexpr size_t ONE_AT_A_TIME[] = {4 * KIB, 64 * KIB};

/* What differs between the source and the destination until the pieces were copied. */
class Mark
{
      public:
	Mark(char *dest, char *src, size_t size, size_t count)
	    : dest(dest), src(src), size(size), count(count)
	{
		for (size_t i = 0; i < count; i++)
			dest[i * size] = dest[(i + 1) * size - 1] = char(~src[i * size]);
	}

	bool is_gone() const
	{
		for (size_t i = 0; i < count; i++)
			if (dest[i * size] != src[i * size] ||
			    dest[(i + 1) * size - 1] != src[(i + 1) * size - 1])
				return false;
		return true;
	}

      private:
	char *dest, *src;
	size_t size, count;
};

void copy_together(benchmark::State &state, const MakeCopier &make, size_t size, size_t count)
{
	std::unique_ptr<Copier> copier = make(count);
	if (copier == nullptr) {
		state.SkipWithError("not on this machine");
		return;
	}
	char *src = source(size * count);
	char *dest = destination(size * count);
	Mark mark(dest, src, size, count);
	for (auto _ : state) {
		copier->copy(dest, src, size, count);
		benchmark::ClobberMemory();
	}
	if (!mark.is_gone())
		state.SkipWithError("did not copy");
	state.SetItemsProcessed(int64_t(state.iterations() * count));
	state.SetBytesProcessed(int64_t(state.iterations() * count * size));
}

void copy_one_at_a_time(benchmark::State &state, const MakeCopier &make, size_t size)
{
	std::unique_ptr<Copier> copier = make(1);
	if (copier == nullptr) {
		state.SkipWithError("not on this machine");
		return;
	}
	char *src = source(size);
	char *dest = destination(size);
	Mark mark(dest, src, size, 1);
	Latencies latencies;
	for (auto _ : state) {
		latencies.start();
		copier->copy(dest, src, size, 1);
		latencies.stop();
		benchmark::ClobberMemory();
	}
	if (!mark.is_gone())
		state.SkipWithError("did not copy");
	latencies.report(state);
}

/* The sync mover's whole life of an operation, without a wait around it. */
void poll_sync_mover(benchmark::State &state)
{
	struct data_mover_sync *mover = data_mover_sync_new();
	struct vdm *vdm = data_mover_sync_get_vdm(mover);
	char *src = source(64);
	char *dest = destination(64);
	for (auto _ : state) {
		struct vdm_operation_future copy = vdm_memcpy(vdm, dest, src, 64, 0);
		FUTURE_BUSY_POLL(&copy);
		benchmark::ClobberMemory();
	}
	data_mover_sync_delete(mover);
}

void add_sync_mover()
{
	add("table", "sync mover, 64 B", "miniasync", poll_sync_mover);
	add("table", "sync mover, 64 B", "memcpy", [](benchmark::State &state) {
		size_t size = 64;
		char *src = source(size);
		char *dest = destination(size);
		for (auto _ : state) {
			benchmark::DoNotOptimize(size); /* a size that the compiler knows is no
							   call to memcpy */
			__builtin_memcpy(dest, src, size);
			benchmark::ClobberMemory();
		}
	});
}

MakeCopier miniasync_threads(size_t workers, uint64_t flags)
{
	return [=](size_t count) { return make_miniasync_threads(count, workers, flags); };
}

} // namespace

void add_copies_together(const std::string &group, const std::string &load,
			 const std::string &contender, const MakeCopier &make, size_t size,
			 size_t count)
{
	add(group, load, contender,
	    [=](benchmark::State &state) { copy_together(state, make, size, count); });
}

void add_copier(const std::string &contender, const MakeCopier &make)
{
	for (const Load &load : TOGETHER) {
		std::string name = size_name(load.size) + " x" + std::to_string(load.count);
		add_copies_together("table", name, contender, make, load.size, load.count);
	}
	for (size_t size : ONE_AT_A_TIME)
		add("table", size_name(size) + " at a time", contender,
		    [=](benchmark::State &state) { copy_one_at_a_time(state, make, size); });
}

void add_copies()
{
	add_copier("memcpy", make_memcpy_loop);
	add_copier("miniasync", miniasync_threads(0, 0));
	add_copies_together("table", "1 MiB x32, no cache hint", "miniasync",
			    miniasync_threads(0, VDM_F_NO_CACHE_HINT), MIB, 32);
	add_copies_together("table", "1 MiB x32, no cache hint", "memcpy", make_memcpy_loop, MIB,
			    32);
	for (size_t size : {size_t(64), 4 * KIB}) {
		std::string name = size_name(size) + " x256, one memcpyv";
		add_copies_together("table", name, "miniasync", make_miniasync_batch, size, 256);
		add_copies_together("table", name, "memcpy", make_memcpy_loop, size, 256);
	}
	add_sync_mover();
}

void add_copy_sweeps()
{
	for (size_t size = 64; size <= GIB; size *= 4) {
		std::string name = size_name(size);
		add_copies_together("size", name, "memcpy", make_memcpy_loop, size, 1);
		add_copies_together("size", name, "sync mover", make_miniasync_sync, size, 1);
		add_copies_together("size", name, "threads mover", miniasync_threads(0, 0), size,
				    1);
	}
	for (size_t workers : {1, 2, 4, 8}) {
		std::string name = std::to_string(workers);
		MakeCopier make = miniasync_threads(workers, 0);
		add_copies_together("workers", name, "64 KiB x64", make, 64 * KIB, 64);
		add_copies_together("workers", name, "1 MiB x32", make, MIB, 32);
	}
	for (size_t count = 1; count <= 1024; count *= 4) {
		std::string name = std::to_string(count);
		add_copies_together("in flight", name, "memcpy, 4 KiB", make_memcpy_loop, 4 * KIB,
				    count);
		add_copies_together("in flight", name, "4 KiB", miniasync_threads(0, 0), 4 * KIB,
				    count);
		add_copies_together("in flight", name, "memcpy, 64 KiB", make_memcpy_loop, 64 * KIB,
				    count);
		add_copies_together("in flight", name, "64 KiB", miniasync_threads(0, 0), 64 * KIB,
				    count);
	}
}

} // namespace bench
