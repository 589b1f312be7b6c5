/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/* main.cpp -- bench_miniasync: miniasync beside its limits, and what its costs depend on. */

#include "bench.h"

int main(int argc, char **argv)
{
	bench::add_machine();
	bench::add_copies();
	bench::add_polls();
	bench::add_waits();
	bench::add_spawns();
	bench::add_copy_sweeps();
	bench::add_poll_sweeps();
	benchmark::Initialize(&argc, argv);
	if (benchmark::ReportUnrecognizedArguments(argc, argv))
		return 2;
	return benchmark::RunSpecifiedBenchmarks() > 0 ? 0 : 1;
}
