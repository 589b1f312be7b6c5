/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/*
 * polling.cpp -- what a wait adds to each poll. The limit is a loop that polls each future in turn
 * and waits for nothing.
 *
 * No future wants more than 1,000 polls: a wait that was asked to poll soon, and was brought
 * nothing for longer than that, begins to sleep in between, as it should.
 */

#include "bench.h"
#include "futures.h"

#include <functional>
#include <memory>

namespace bench
{

namespace
{

/* Futures that are made anew for each iteration, which is not timed. */
class Crowd
{
      public:
	explicit Crowd(size_t n) : countdowns(n), futures(n)
	{
		for (size_t i = 0; i < n; i++)
			futures[i] = FUTURE_AS_RUNNABLE(&countdowns[i]);
	}

	void renew(future_task_fn task, uint64_t polls)
	{
		for (countdown &one : countdowns)
			one = make_countdown(task, polls);
	}

	std::vector<countdown> countdowns;
	std::vector<future *> futures;
};

void wait_for(Crowd &crowd)
{
	runtime_wait_multiple(nullptr, crowd.futures.data(), crowd.futures.size());
}

void wake_nobody(void *)
{
}

void poll_in_turn(Crowd &crowd)
{
	future_notifier notifier = {};
	notifier.waker.wake = wake_nobody;
	for (size_t pending = crowd.futures.size(); pending > 0;) {
		pending = 0;
		for (future *fut : crowd.futures)
			pending += future_poll(fut, &notifier) != FUTURE_STATE_COMPLETE;
	}
}

using Finish = void (*)(Crowd &crowd);

void poll_crowd(benchmark::State &state, size_t n, future_task_fn task, Finish finish)
{
	uint64_t polls = crowd_polls(n);
	Crowd crowd(n);
	for (auto _ : state) {
		crowd.renew(task, polls);
		uint64_t before = now();
		finish(crowd);
		state.SetIterationTime(double(now() - before) * 1e-9);
	}
	state.SetItemsProcessed(int64_t(state.iterations() * n * polls));
}

/* All are done at once, but for the last one. */
void poll_straggler(benchmark::State &state, Finish finish)
{
	Crowd crowd(STRAGGLER_CROWD);
	for (auto _ : state) {
		crowd.renew(countdown_soon, 1);
		crowd.countdowns.back().data.left = STRAGGLER_POLLS;
		uint64_t before = now();
		finish(crowd);
		state.SetIterationTime(double(now() - before) * 1e-9);
	}
}

/* As much as the loop can know without being told: which one is left. */
void poll_straggler_in_turn(Crowd &crowd)
{
	for (future *fut : crowd.futures)
		future_poll(fut, nullptr);
	while (future_poll(crowd.futures.back(), nullptr) != FUTURE_STATE_COMPLETE)
		continue;
}

void add_crowd(size_t n, const std::string &how, future_task_fn task)
{
	std::string load = crowd_load(how, n);
	for (auto finish : {wait_for, poll_in_turn})
		add_manual("table", load, finish == wait_for ? "miniasync" : "poll loop",
			   [=](benchmark::State &state) { poll_crowd(state, n, task, finish); });
}

/* A chain of so many entries, each of which wants as many polls as the others. */
template <size_t ENTRIES> struct Chain {
	static constexpr uint64_t POLLS = 1024 / ENTRIES;

	struct data_type {
		FUTURE_CHAIN_ENTRY(countdown, entries[ENTRIES]);
	};
	FUTURE(future_type, data_type, no_output);

	static void poll(benchmark::State &state)
	{
		auto chain = std::make_unique<future_type>();
		for (auto _ : state) {
			for (auto &entry : chain->data.entries)
				FUTURE_CHAIN_ENTRY_INIT(&entry,
							make_countdown(countdown_soon, POLLS),
							nullptr, nullptr);
			FUTURE_CHAIN_INIT(chain.get());
			uint64_t before = now();
			FUTURE_BUSY_POLL(chain.get());
			state.SetIterationTime(double(now() - before) * 1e-9);
		}
		/* The poll in which an entry completes begins the next one. */
		state.SetItemsProcessed(int64_t(state.iterations() * (1024 - (ENTRIES - 1))));
	}
};

void poll_one(benchmark::State &state)
{
	for (auto _ : state) {
		countdown one = make_countdown(countdown_soon, 1024);
		uint64_t before = now();
		FUTURE_BUSY_POLL(&one);
		state.SetIterationTime(double(now() - before) * 1e-9);
	}
	state.SetItemsProcessed(int64_t(state.iterations() * 1024));
}

template <size_t ENTRIES> void add_chain(const std::string &group, const std::string &load)
{
	add_manual(group, load, "miniasync", Chain<ENTRIES>::poll);
	add_manual(group, load, "poll loop", poll_one);
}

/*
 * Of many futures that are waited for, the first and the last one wake each other in turn. They
 * stamp the first and the last wake-up, so that what is timed is wake-ups alone.
 */
constexpr uint64_t WAKE_UPS = 1000;

struct game {
	explicit game(size_t players) : turn(players - 1), wakers(players)
	{
	}

	size_t turn; /* whose it is: the one's that is polled last, first */
	uint64_t left = WAKE_UPS;
	uint64_t first = 0;
	uint64_t last = 0;
	std::vector<future_waker> wakers;
};

struct player_data {
	struct game *game;
	size_t number;
};
FUTURE(player, player_data, no_output);

future_state play(future_context *context, future_notifier *notifier)
{
	player_data *data = static_cast<player_data *>(future_context_get_data(context));
	game &game = *data->game;
	if (game.last != 0)
		return FUTURE_STATE_COMPLETE;
	game.wakers[data->number] = notifier->waker;
	notifier->notifier_used = FUTURE_NOTIFIER_WAKER;
	if (data->number != game.turn)
		return FUTURE_STATE_RUNNING;
	if (game.first == 0)
		game.first = now();
	if (game.left-- > 0) {
		game.turn = game.wakers.size() - 1 - game.turn;
		FUTURE_WAKER_WAKE(&game.wakers[game.turn]);
		return FUTURE_STATE_RUNNING;
	}
	game.last = now();
	for (future_waker &waker : game.wakers)
		FUTURE_WAKER_WAKE(&waker);
	return FUTURE_STATE_COMPLETE;
}

void wake_among(benchmark::State &state, size_t n)
{
	std::vector<player> players(n);
	std::vector<future *> futures(n);
	for (auto _ : state) {
		game game(n);
		for (size_t i = 0; i < n; i++) {
			FUTURE_INIT(&players[i], play);
			players[i].data = {&game, i};
			futures[i] = FUTURE_AS_RUNNABLE(&players[i]);
		}
		runtime_wait_multiple(nullptr, futures.data(), n);
		state.SetIterationTime(double(game.last - game.first) * 1e-9);
	}
	state.SetItemsProcessed(int64_t(state.iterations() * WAKE_UPS));
}

} // namespace

std::string crowd_load(const std::string &how, size_t n)
{
	return "poll, " + how + ", " + std::to_string(n) + (n == 1 ? " future" : " futures");
}

uint64_t crowd_polls(size_t n)
{
	return n <= 100 ? 1000 : 100;
}

void add_polls()
{
	for (size_t n : CROWDS) {
		add_crowd(n, "soon", countdown_soon);
		add_crowd(n, "woken", countdown_woken);
	}
	for (auto finish : {wait_for, poll_straggler_in_turn})
		add_manual("table", STRAGGLER_LOAD, finish == wait_for ? "miniasync" : "poll loop",
			   [=](benchmark::State &state) { poll_straggler(state, finish); });
	add_chain<32>("table", "chain of 32 entries, a poll");
}

void add_poll_sweeps()
{
	for (size_t n : {2, 10, 100, 1000, 10000, 100000})
		add_manual("futures", std::to_string(n), "wake-up",
			   [=](benchmark::State &state) { wake_among(state, n); });
	add_chain<4>("entries", "4");
	add_chain<32>("entries", "32");
	add_chain<256>("entries", "256");
}

} // namespace bench
