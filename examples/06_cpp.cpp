/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/*
 * 06_cpp.cpp -- the same headers from C++: a mover that a unique_ptr owns, a future of one's own,
 * and a chain that copies a vector and then sums the copy up.
 */

#include <libminiasync.h>
#include <iostream>
#include <memory>
#include <numeric>
#include <vector>

FUTURE(sum_future, const std::vector<int> *, long);

static future_state sum_poll(future_context *context, future_notifier *)
{
	auto *numbers = *static_cast<std::vector<int> **>(future_context_get_data(context));
	auto *sum = static_cast<long *>(future_context_get_output(context));
	*sum = std::accumulate(numbers->begin(), numbers->end(), 0L);
	return FUTURE_STATE_COMPLETE;
}

struct copy_and_sum_data {
	FUTURE_CHAIN_ENTRY(vdm_operation_future, copy);
	FUTURE_CHAIN_ENTRY_LAST(sum_future, sum);
};
FUTURE(copy_and_sum_future, copy_and_sum_data, long);

/* Behind the last entry, results are carried into the output of the chain itself. */
static void sum_map(future_context *sum, future_context *chain, void *)
{
	auto *from = static_cast<long *>(future_context_get_output(sum));
	*static_cast<long *>(future_context_get_output(chain)) = *from;
}

int main()
{
	std::unique_ptr<data_mover_threads, decltype(&data_mover_threads_delete)> mover(
		data_mover_threads_default(), data_mover_threads_delete);
	if (!mover)
		return 1;
	vdm *engine = data_mover_threads_get_vdm(mover.get());
	std::vector<int> source(100000, 3), dest(source.size());

	sum_future sum;
	sum.data = &dest;
	FUTURE_INIT(&sum, sum_poll);
	auto copy = vdm_memcpy(engine, dest.data(), source.data(), source.size() * sizeof(int), 0);
	copy_and_sum_future both;
	FUTURE_CHAIN_ENTRY_INIT(&both.data.copy, copy, nullptr, nullptr);
	FUTURE_CHAIN_ENTRY_INIT(&both.data.sum, sum, sum_map, nullptr);
	FUTURE_CHAIN_INIT(&both);
	runtime_wait(nullptr, FUTURE_AS_RUNNABLE(&both));

	std::cout << "the sum is " << *FUTURE_OUTPUT(&both) << "\n";
	return *FUTURE_OUTPUT(&both) == 300000 ? 0 : 1;
}
