/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/*
 * waiting.h -- who waits for an event of another thread: a bare futex, miniasync, or a peer.
 */

#ifndef MINIASYNC_BENCH_WAITING_H
#define MINIASYNC_BENCH_WAITING_H

#include <functional>
#include <memory>
#include <string>

namespace bench
{

class Waiter
{
      public:
	virtual ~Waiter() = default;
	virtual void prepare() = 0; /* before each event; nobody waits */
	virtual void wait() = 0;    /* returns when it has happened */
	virtual void happen() = 0;  /* called by the other thread, once */
};

using MakeWaiter = std::function<std::unique_ptr<Waiter>()>;

void add_waiter(const std::string &contender, const MakeWaiter &make);

} // namespace bench

#endif
