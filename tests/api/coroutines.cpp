/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/*
 * coroutines.cpp -- libminiasync.hpp: coroutines await C futures and each other, are awaited by C
 * futures, fail, are cancelled, moved and dropped.
 */

#include <libminiasync.hpp>

#include <cstdio>
#include <cstdlib>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#define CHECK(condition)                                                                \
	do {                                                                            \
		if (!(condition)) {                                                     \
			std::fprintf(stderr, "%s:%d: not so: %s\n", __FILE__, __LINE__, \
				     #condition);                                       \
			std::exit(1);                                                   \
		}                                                                       \
	} while (0)

using miniasync::task;

constexpr std::uint64_t never = UINT64_MAX;

static task<std::error_code> set_and_copy(vdm *mover, std::vector<char> &from,
					  std::vector<char> &to)
{
	if (auto error = co_await miniasync::set(mover, from.data(), 'c', from.size()))
		co_return error;
	co_return co_await miniasync::copy(mover, to.data(), from.data(), from.size());
}

static task<std::error_code> copy_in_segments(vdm *mover, std::vector<char> &from,
					      std::vector<char> &to)
{
	std::vector<vdm_segment> segments;
	for (std::size_t done = 0; done < from.size(); done += 1000)
		segments.push_back({&to[done], &from[done], 1000});
	co_return co_await miniasync::copy(mover, segments);
}

static task<int> answer()
{
	co_return 42;
}

static task<> fail(std::string words)
{
	auto yield = future_yield();
	co_await yield;
	throw std::runtime_error(words);
}

static task<std::string> catch_it()
{
	try {
		co_await fail("thrown in a coroutine");
	} catch (const std::runtime_error &error) {
		co_return error.what();
	}
	co_return "";
}

static task<int> sleep_once(std::uint64_t nanoseconds)
{
	auto sleep = future_sleep(nanoseconds);
	auto &output = co_await sleep;
	co_return output.canceled;
}

static void results_are_values()
{
	auto threads = miniasync::make_threads();
	auto sync = miniasync::make_sync();
	for (vdm *mover :
	     {data_mover_threads_get_vdm(threads.get()), data_mover_sync_get_vdm(sync.get())}) {
		std::vector<char> from(300000), to(from.size());
		CHECK(!set_and_copy(mover, from, to).wait());
		CHECK(to == std::vector<char>(to.size(), 'c'));
		to.assign(to.size(), 'x');
		CHECK(!copy_in_segments(mover, from, to).wait());
		CHECK(to == from);
	}
	CHECK(answer().wait() == 42);
	CHECK(catch_it().wait() == "thrown in a coroutine");
	CHECK(sleep_once(1000).wait() == 0);
}

static task<std::error_code> misuse(vdm *mover)
{
	char byte = 0;
	co_return co_await miniasync::copy(mover, &byte, &byte, 1, ~std::uint64_t{0});
}

static void errors_are_error_codes()
{
	auto mover = miniasync::make_sync();
	std::error_code error = misuse(data_mover_sync_get_vdm(mover.get())).wait();
	CHECK(error == VDM_ERROR_INVALID_ARGUMENT);
	CHECK(error == std::errc::invalid_argument);
	CHECK(error.category() == miniasync::category());
	CHECK(error.message() == "invalid argument");
	CHECK(std::error_code(VDM_ERROR_CANCELED) == std::errc::operation_canceled);
	CHECK(!std::error_code(VDM_SUCCESS));
}

/* Either way: tasks in a C join, which a task awaits. */
static task<std::size_t> join_them(task<int> &one, task<int> &other)
{
	::future *both[] = {&one.runnable(), &other.runnable()};
	auto join = future_join(both, 2);
	auto &output = co_await join;
	co_return output.completed;
}

static void tasks_and_futures_nest_either_way()
{
	auto one = sleep_once(1000), other = answer();
	CHECK(join_them(one, other).wait() == 2);
	CHECK(one.result() == 0 && other.result() == 42);

	auto executor = miniasync::make_executor(2);
	std::vector<task<int>> many;
	for (int i = 0; i < 100; i++)
		many.push_back(sleep_once(1000));
	for (auto &each : many)
		CHECK(executor_spawn(executor.get(), &each.runnable(), nullptr, nullptr) == 0);
	CHECK(executor_drain(executor.get()) == 0);
	for (auto &each : many)
		CHECK(each.complete() && each.result() == 0);
}

static void tasks_move_between_polls()
{
	auto first = sleep_once(1000);
	future_poll(&first.runnable(), nullptr);
	auto second = std::move(first);
	future_poll(&second.runnable(), nullptr);
	first = std::move(second);
	CHECK(first.wait() == 0);
}

static task<int> sleep_twice()
{
	int canceled = co_await sleep_once(never);
	canceled += co_await sleep_once(never);
	co_return canceled;
}

static void cancelling_reaches_what_is_awaited_now_and_then()
{
	auto sleeper = sleep_twice();
	future_poll(&sleeper.runnable(), nullptr);
	future_cancel(&sleeper.runnable());
	CHECK(sleeper.wait() == 2);
}

struct witness {
	bool *gone;
	explicit witness(bool *where) : gone(where)
	{
	}
	witness(const witness &) = delete;
	witness &operator=(const witness &) = delete;
	~witness()
	{
		*gone = true;
	}
};

static task<> wait_for(future_event *event, bool *gone, bool *ran_on)
{
	witness here(gone);
	auto wait = future_event_wait(event);
	co_await wait;
	*ran_on = true;
}

static void a_pending_task_that_is_dropped_is_drained()
{
	future_event event;
	future_event_init(&event);
	bool gone = false, ran_on = false;
	{
		auto dropped = wait_for(&event, &gone, &ran_on);
		future_poll(&dropped.runnable(), nullptr);
	}
	CHECK(gone && ran_on);
	gone = ran_on = false;
	{
		auto never_polled = wait_for(&event, &gone, &ran_on);
	}
	CHECK(!gone && !ran_on);
	future_event_set(&event); /* calls nobody */
}

/* An engine of the program's own, which needs some checks, and counts what it holds. */
struct slow_engine {
	::vdm table;
	int refusals, checks, held;
};

static slow_engine make_slow_engine(int refusals, int checks)
{
	slow_engine engine = {};
	engine.refusals = refusals;
	engine.checks = checks;
	engine.table.op_new = [](vdm *self, const vdm_operation_type) -> void * {
		reinterpret_cast<slow_engine *>(self)->held++;
		return self;
	};
	engine.table.op_start = [](void *self, const vdm_operation *, future_notifier *) {
		return static_cast<slow_engine *>(self)->refusals-- > 0 ? -1 : 0;
	};
	engine.table.op_check = [](void *self, const vdm_operation *) {
		return static_cast<slow_engine *>(self)->checks-- > 0 ? FUTURE_STATE_RUNNING
								      : FUTURE_STATE_COMPLETE;
	};
	engine.table.op_delete = [](void *self, const vdm_operation *, vdm_operation_output *) {
		static_cast<slow_engine *>(self)->held--;
	};
	return engine;
}

static void a_pending_operation_that_is_dropped_is_drained()
{
	for (int refusals : {0, 1000}) {
		slow_engine engine = make_slow_engine(refusals, 5);
		{
			auto dropped = miniasync::copy(&engine.table, nullptr, nullptr, 0);
			future_poll(&dropped.runnable(), nullptr);
			auto moved = std::move(dropped);
			CHECK(engine.held == 1);
			moved = miniasync::copy(&engine.table, nullptr, nullptr, 0);
			CHECK(engine.held == 0);
			future_poll(&moved.runnable(), nullptr);
			CHECK(engine.held == (refusals > 0));
		}
		CHECK(engine.held == 0);
	}
}

static task<bool> race_then_await(vdm *mover)
{
	auto copy = miniasync::copy(mover, nullptr, nullptr, 0);
	auto yield = future_yield();
	::future *both[] = {&copy.runnable(), &yield.base};
	auto race = future_race(both, 2);
	co_await race;
	CHECK(!co_await copy);
	co_return copy.runnable().context.state == FUTURE_STATE_COMPLETE;
}

static void an_operation_is_awaited_in_its_place()
{
	slow_engine engine = make_slow_engine(0, 5);
	CHECK(race_then_await(&engine.table).wait());
	CHECK(engine.held == 0);
}

static void a_stop_token_cancels()
{
	for (int early = 0; early < 2; early++) {
		std::stop_source source;
		auto sleeper = miniasync::stoppable(source.get_token(), sleep_once(never));
		if (early)
			source.request_stop();
		std::thread stopper([&] { source.request_stop(); });
		CHECK(sleeper.wait() == 1);
		stopper.join();
	}
	std::stop_source unused;
	CHECK(miniasync::stoppable(unused.get_token(), answer()).wait() == 42);
	auto cancelled = miniasync::stoppable(unused.get_token(), sleep_once(never));
	future_poll(&cancelled.runnable(), nullptr);
	future_cancel(&cancelled.runnable());
	CHECK(cancelled.wait() == 1);
}

static void owners_own()
{
	auto runtime = miniasync::make_runtime();
	CHECK(answer().wait(runtime.get()) == 42);
	try {
		miniasync::owned<miniasync::threads_ptr>(
			data_mover_threads_new(1, SIZE_MAX, FUTURE_NOTIFIER_WAKER));
		CHECK(false);
	} catch (const std::system_error &error) {
		CHECK(error.code().category() == std::generic_category());
	}
}

int main()
{
	results_are_values();
	errors_are_error_codes();
	tasks_and_futures_nest_either_way();
	tasks_move_between_polls();
	cancelling_reaches_what_is_awaited_now_and_then();
	a_pending_task_that_is_dropped_is_drained();
	a_pending_operation_that_is_dropped_is_drained();
	an_operation_is_awaited_in_its_place();
	a_stop_token_cancels();
	owners_own();
	return 0;
}
