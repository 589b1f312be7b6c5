/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/*
 * 10_coroutine.cpp -- C++20: a coroutine that fills a page, copies it and makes a pause; and one
 * that has two of those run at the same time, which it joins as it would join any C futures.
 */

#include <libminiasync.hpp>
#include <iostream>
#include <vector>

using page = std::vector<char>;

static miniasync::task<std::error_code> save(vdm *mover, page &from, page &to, char letter)
{
	if (auto error = co_await miniasync::set(mover, from.data(), letter, from.size()))
		co_return error;
	if (auto error = co_await miniasync::copy(mover, to.data(), from.data(), from.size()))
		co_return error;
	auto pause = future_sleep(1000000);
	co_await pause;
	co_return std::error_code();
}

static miniasync::task<bool> save_two(vdm *mover)
{
	page pages[2] = {page(100000), page(100000)}, store[2] = {pages[0], pages[1]};
	auto first = save(mover, pages[0], store[0], 'a');
	auto second = save(mover, pages[1], store[1], 'b');
	::future *both[] = {&first.runnable(), &second.runnable()};
	auto join = future_join(both, 2);
	co_await join;
	for (auto *saved : {&first, &second})
		if (auto error = saved->result())
			std::cerr << error.message() << "\n";
	co_return store[0].back() == 'a' && store[1].back() == 'b';
}

int main()
{
	auto mover = miniasync::make_threads();
	bool right = save_two(data_mover_threads_get_vdm(mover.get())).wait();
	std::cout << "both pages are " << (right ? "" : "not ") << "in the store\n";
	return right ? 0 : 1;
}
