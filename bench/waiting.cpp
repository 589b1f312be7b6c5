/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/*
 * waiting.cpp -- a wait of 20 ms for something that another thread does: what CPU time the process
 * uses meanwhile, and how soon the waiter runs again. The limit is a thread that sleeps on a bare
 * futex.
 *
 * The other thread takes orders one by one: it sleeps, stamps the time, and wakes.
 */

#include "waiting.h"

#include "bench.h"

#include <atomic>
#include <thread>

#include <linux/futex.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <libminiasync.h>

namespace bench
{

namespace
{

constexpr int WAITS = 10;

void futex_sleep(std::atomic<uint32_t> &word, uint32_t expected)
{
	syscall(SYS_futex, &word, FUTEX_WAIT_PRIVATE, expected, nullptr, nullptr, 0);
}

void futex_wake(std::atomic<uint32_t> &word)
{
	syscall(SYS_futex, &word, FUTEX_WAKE_PRIVATE, 1, nullptr, nullptr, 0);
}

class BareFutex : public Waiter
{
      public:
	void prepare() override
	{
		happened = 0;
	}

	void wait() override
	{
		while (happened.load(std::memory_order_acquire) == 0)
			futex_sleep(happened, 0);
	}

	void happen() override
	{
		happened.store(1, std::memory_order_release);
		futex_wake(happened);
	}

      private:
	std::atomic<uint32_t> happened{0};
};

/*
 * A future that waits for an event, as the contract of future.h wants it: after the poll that says
 * COMPLETE its waker is not called, and not being called. The thread that waits writes the waker
 * before it sets WAITING, and the other one reads it after it saw that.
 */
enum { IDLE, WAITING, HAPPENING, HAPPENED };

struct event {
	std::atomic<int> state{IDLE};
	future_waker waker;
};

struct event_wait_data {
	struct event *event;
};

struct event_wait_output {
	char nothing;
};

FUTURE(event_wait, event_wait_data, event_wait_output);

future_state wait_for_event(future_context *context, future_notifier *notifier)
{
	struct event *event =
		static_cast<event_wait_data *>(future_context_get_data(context))->event;
	int state = event->state.load(std::memory_order_acquire);
	if (state == HAPPENED)
		return FUTURE_STATE_COMPLETE;
	if (state == HAPPENING)
		return FUTURE_STATE_RUNNING; /* in that very call of the waker: soon */
	if (state == IDLE) {
		event->waker = notifier->waker;
		event->state.store(WAITING, std::memory_order_release);
	}
	notifier->notifier_used = FUTURE_NOTIFIER_WAKER;
	return FUTURE_STATE_RUNNING;
}

class Miniasync : public Waiter
{
      public:
	Miniasync() : runtime(runtime_new())
	{
	}

	~Miniasync() override
	{
		runtime_delete(runtime);
	}

	void prepare() override
	{
		event.state = IDLE;
	}

	void wait() override
	{
		event_wait waiting;
		FUTURE_INIT(&waiting, wait_for_event);
		waiting.data.event = &event;
		runtime_wait(runtime, FUTURE_AS_RUNNABLE(&waiting));
	}

	void happen() override
	{
		while (event.state.load(std::memory_order_acquire) != WAITING)
			std::this_thread::yield();
		event.state.store(HAPPENING, std::memory_order_release);
		FUTURE_WAKER_WAKE(&event.waker);
		event.state.store(HAPPENED, std::memory_order_release);
	}

      private:
	struct runtime *runtime;
	struct event event;
};

/* The thread that makes things happen. */
class Other
{
      public:
	explicit Other(Waiter &waiter) : waiter(waiter), thread([this] { run(); })
	{
	}

	~Other()
	{
		order(LEAVE);
		thread.join();
	}

	void order_event()
	{
		order(ACT);
	}

	uint64_t happened = 0; /* when: written before the waiter is woken */

      private:
	enum { NOTHING, ACT, LEAVE };

	void order(uint32_t what)
	{
		orders.store(what, std::memory_order_release);
		futex_wake(orders);
	}

	void run()
	{
		for (;;) {
			uint32_t what;
			while ((what = orders.exchange(NOTHING)) == NOTHING)
				futex_sleep(orders, NOTHING);
			if (what == LEAVE)
				return;
			std::this_thread::sleep_for(std::chrono::milliseconds(20));
			happened = now();
			waiter.happen();
		}
	}

	Waiter &waiter;
	std::atomic<uint32_t> orders{NOTHING};
	std::thread thread;
};

void wait_20_ms(benchmark::State &state, const MakeWaiter &make)
{
	std::unique_ptr<Waiter> waiter = make();
	Other other(*waiter);
	Latencies latencies;
	uint64_t cpu_before = cpu_time();
	uint64_t before = now();
	for (auto _ : state) {
		waiter->prepare();
		other.order_event();
		waiter->wait();
		latencies.add(double(now() - other.happened));
	}
	state.counters["cpu"] = double(cpu_time() - cpu_before) / double(now() - before);
	latencies.report(state);
}

} // namespace

void add_waiter(const std::string &contender, const MakeWaiter &make)
{
	add("table", "waiting 20 ms", contender, [=](benchmark::State &state) {
		wait_20_ms(state, make);
	})->Iterations(WAITS);
}

void add_waits()
{
	add_waiter("futex", [] { return std::make_unique<BareFutex>(); });
	add_waiter("miniasync", [] { return std::make_unique<Miniasync>(); });
}

} // namespace bench
