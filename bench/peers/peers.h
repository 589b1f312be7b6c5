/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/*
 * peers.h -- what one would use instead of miniasync, behind the benchmarks' own interfaces. Each
 * peer is set up as its manual says and otherwise as it comes; an operation is one task of it.
 */

#ifndef MINIASYNC_BENCH_PEERS_H
#define MINIASYNC_BENCH_PEERS_H

#include "../copying.h"

namespace bench
{

std::unique_ptr<Copier> make_tbb(size_t count);
std::unique_ptr<Copier> make_openmp(size_t count);
std::unique_ptr<Copier> make_libuv(size_t count);
std::unique_ptr<Copier> make_glib(size_t count);
std::unique_ptr<Copier> make_dpdk(size_t count);

/* Copies, polls and waits. */
void add_rust();

} // namespace bench

#endif
