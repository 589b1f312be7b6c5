/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/* main.cpp -- bench_peers: miniasync, its limits, and every peer that this machine has. */

#include "../bench.h"
#include "peers.h"

int main(int argc, char **argv)
{
	bench::add_machine();
	bench::add_copies();
	bench::add_polls();
	bench::add_waits();
	bench::add_spawns();
#ifdef HAVE_TBB
	bench::add_copier("oneTBB", bench::make_tbb);
#endif
#ifdef HAVE_OPENMP
	bench::add_copier("OpenMP", bench::make_openmp);
#endif
#ifdef HAVE_LIBUV
	bench::add_copier("libuv", bench::make_libuv);
#endif
#ifdef HAVE_GLIB
	bench::add_copier("GLib", bench::make_glib);
#endif
#ifdef HAVE_DPDK
	bench::add_copier("DPDK", bench::make_dpdk);
#endif
#ifdef HAVE_RUST
	bench::add_rust();
#endif
	benchmark::Initialize(&argc, argv);
	if (benchmark::ReportUnrecognizedArguments(argc, argv))
		return 2;
	return benchmark::RunSpecifiedBenchmarks() > 0 ? 0 : 1;
}
