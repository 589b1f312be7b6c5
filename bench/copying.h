/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/*
 * copying.h -- who copies: a plain loop, miniasync, or one of its peers, all through one call.
 */

#ifndef MINIASYNC_BENCH_COPYING_H
#define MINIASYNC_BENCH_COPYING_H

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include <libminiasync.h>

namespace bench
{

class Copier
{
      public:
	virtual ~Copier() = default;

	/*
	 * Copies count pieces of size bytes, which lie one behind the other, each as an operation
	 * of its own: all are submitted, then all are waited for.
	 */
	virtual void copy(char *dest, char *src, size_t size, size_t count) = 0;
};

/* Makes a copier that is good for count operations at a time; NULL: not on this machine. */
using MakeCopier = std::function<std::unique_ptr<Copier>(size_t count)>;

std::unique_ptr<Copier> make_memcpy_loop(size_t count);
std::unique_ptr<Copier> make_miniasync_sync(size_t count);
std::unique_ptr<Copier> make_miniasync_threads(size_t count, size_t workers, uint64_t flags);
/* All pieces as one operation of the threads mover: a memcpyv. */
std::unique_ptr<Copier> make_miniasync_batch(size_t count);

/* Adds one contender's benchmarks to every load of copying that the tables have. */
void add_copier(const std::string &contender, const MakeCopier &make);

/* count copies of size bytes together: operations and bytes a second. */
void add_copies_together(const std::string &group, const std::string &load,
			 const std::string &contender, const MakeCopier &make, size_t size,
			 size_t count);

} // namespace bench

#endif
