/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/*
 * libminiasync.hpp -- miniasync for C++20: coroutines that are futures, and owners for what is
 * made.
 *
 *     miniasync::task<std::error_code> save(vdm *mover, char *log, char *page, size_t n)
 *     {
 *             if (std::error_code error = co_await miniasync::copy(mover, log, page, n))
 *                     co_return error;
 *             co_return co_await miniasync::flush(mover, log, n);
 *     }
 *
 * A task is a C future: it may be joined, raced, spawned, waited for; and a task awaits any C
 * future, by reference, so the two nest either way. It starts at its first poll. Its coroutine runs
 * in the polls, between two awaits, on whichever thread polls. Besides the coroutine's frame
 * nothing is allocated.
 *
 * Results are values, errors are std::error_code; an exception that leaves a coroutine is thrown by
 * whoever takes the task's result. To cancel a task (future_cancel) cancels what it awaits, now and
 * from then on; the coroutine itself runs on, and sees the results.
 */

#ifndef LIBMINIASYNC_HPP
#define LIBMINIASYNC_HPP 1

#include <libminiasync.h>

#include <cerrno>
#include <coroutine>
#include <exception>
#include <memory>
#include <optional>
#include <span>
#include <stop_token>
#include <system_error>
#include <type_traits>
#include <utility>

namespace miniasync
{

/* Owners: what the C functions make, deleted when it goes out of scope. */

template <auto Delete> struct deleter {
	template <typename T> void operator()(T *object) const noexcept
	{
		Delete(object);
	}
};

using runtime_ptr = std::unique_ptr<::runtime, deleter<::runtime_delete>>;
using executor_ptr = std::unique_ptr<::executor, deleter<::executor_delete>>;
using sync_ptr = std::unique_ptr<::data_mover_sync, deleter<::data_mover_sync_delete>>;
using threads_ptr = std::unique_ptr<::data_mover_threads, deleter<::data_mover_threads_delete>>;

/* owned -- takes what a constructor returned; NULL is thrown as the std::system_error of errno. */
template <typename Owner> Owner owned(typename Owner::pointer made)
{
	if (made == nullptr)
		throw std::system_error(errno, std::generic_category(), "miniasync");
	return Owner(made);
}

inline runtime_ptr make_runtime()
{
	return owned<runtime_ptr>(::runtime_new());
}

inline executor_ptr make_executor(size_t threads = 0)
{
	return owned<executor_ptr>(::executor_new(threads));
}

inline sync_ptr make_sync()
{
	return owned<sync_ptr>(::data_mover_sync_new());
}

inline threads_ptr make_threads()
{
	return owned<threads_ptr>(::data_mover_threads_default());
}

/* Errors: the results of operations as a category of std::error_code. */

class result_category final : public std::error_category
{
      public:
	const char *name() const noexcept override
	{
		return "miniasync";
	}

	std::string message(int result) const override
	{
		return ::vdm_result_string(static_cast<::vdm_operation_result>(result));
	}

	std::error_condition default_error_condition(int result) const noexcept override
	{
		switch (result) {
		case VDM_ERROR_OUT_OF_MEMORY:
			return std::errc::not_enough_memory;
		case VDM_ERROR_NOT_SUPPORTED:
			return std::errc::not_supported;
		case VDM_ERROR_INVALID_ARGUMENT:
			return std::errc::invalid_argument;
		case VDM_ERROR_CANCELED:
			return std::errc::operation_canceled;
		default:
			return {result, *this};
		}
	}
};

inline const std::error_category &category() noexcept
{
	static const result_category the_category;
	return the_category;
}

} /* namespace miniasync */

template <> struct std::is_error_code_enum<::vdm_operation_result> : std::true_type {
};

/* Found where the enum was declared. */
inline std::error_code make_error_code(::vdm_operation_result result) noexcept
{
	return {static_cast<int>(result), miniasync::category()};
}

namespace miniasync
{

/* A future made by FUTURE: one with a base and an output. */
template <typename T>
concept c_future = requires(T &future)
{
	requires std::is_same_v<decltype(future.base), ::future>;
	future.output;
};

namespace detail
{

struct task_data {
	void *frame;
};
struct task_output {
	char unused;
};
FUTURE(task_future, task_data, task_output);

/* What a coroutine knows of its poller: the future that it waits for. */
struct promise_base {
	::future *awaited = nullptr;
	std::exception_ptr exception;

	std::suspend_always initial_suspend() noexcept
	{
		return {};
	}

	std::suspend_always final_suspend() noexcept
	{
		return {};
	}

	void unhandled_exception() noexcept
	{
		exception = std::current_exception();
	}
};

template <typename T> struct promise_result : promise_base {
	std::optional<T> result;

	template <typename U> void return_value(U &&value)
	{
		result.emplace(std::forward<U>(value));
	}

	T take()
	{
		if (exception)
			std::rethrow_exception(exception);
		return std::move(*result);
	}
};

template <> struct promise_result<void> : promise_base {
	void return_void() noexcept
	{
	}

	void take()
	{
		if (exception)
			std::rethrow_exception(exception);
	}
};

/* What is pending is cancelled and waited for, before its memory goes. */
inline void drain(::future &fut) noexcept
{
	::future_cancel(&fut);
	::runtime_wait(nullptr, &fut);
}

/* Suspends a coroutine until a future is complete: the task's poll polls it. */
struct await_future {
	::future *fut;

	bool await_ready() const noexcept
	{
		return fut->context.state == FUTURE_STATE_COMPLETE;
	}

	template <typename Promise>
	void await_suspend(std::coroutine_handle<Promise> frame) noexcept
	{
		frame.promise().awaited = fut;
	}

	void await_resume() const noexcept
	{
	}
};

/* What comes back is an operation's error, if any. */
struct await_operation : await_future {
	const ::vdm_operation_output *output;

	std::error_code await_resume() const noexcept
	{
		return output->result;
	}
};

/* By reference: what comes back is the future's output, in its place. */
template <typename Future> struct await_output : await_future {
	Future *whole;

	auto &await_resume() const noexcept
	{
		return whole->output;
	}
};

} /* namespace detail */

/*
 * An operation on its way to be awaited; what comes back is its error, if any. It may move between
 * polls. One that is destroyed while it is pending is cancelled and waited for first, as a task is.
 */
class operation
{
      public:
	explicit operation(const ::vdm_operation_future &made) noexcept : future(made)
	{
	}

	operation(operation &&other) noexcept : future(other.future)
	{
		other.future.base.context.state = FUTURE_STATE_COMPLETE;
	}

	operation &operator=(operation &&other) noexcept
	{
		if (this != &other) {
			end();
			future = other.future;
			other.future.base.context.state = FUTURE_STATE_COMPLETE;
		}
		return *this;
	}

	~operation()
	{
		end();
	}

	/* As compositions take it; what they made of it is told by a co_await behind them. */
	::future &runnable() noexcept
	{
		return future.base;
	}

	/* As co_await takes it. It names the operation, for g++ copies an awaiter itself. */
	detail::await_operation awaiter() noexcept
	{
		return {{&future.base}, &future.output};
	}

      private:
	/* An engine of one's own that has refused the start so far may hold something for it. */
	void end() noexcept
	{
		::future_state state = future.base.context.state;
		if (state == FUTURE_STATE_RUNNING ||
		    (state == FUTURE_STATE_IDLE && future.data.data != nullptr))
			detail::drain(future.base);
	}

	::vdm_operation_future future;
};

inline operation copy(::vdm *mover, void *dest, const void *source, size_t n, uint64_t flags = 0)
{
	return operation(::vdm_memcpy(mover, dest, const_cast<void *>(source), n, flags));
}

/* Many copies as one operation; what the span is of stays where it is until that is complete. */
inline operation copy(::vdm *mover, std::span<::vdm_segment> segments, uint64_t flags = 0)
{
	return operation(::vdm_memcpyv(mover, segments.data(), segments.size(), flags));
}

inline operation move(::vdm *mover, void *dest, const void *source, size_t n, uint64_t flags = 0)
{
	return operation(::vdm_memmove(mover, dest, const_cast<void *>(source), n, flags));
}

inline operation set(::vdm *mover, void *dest, int c, size_t n, uint64_t flags = 0)
{
	return operation(::vdm_memset(mover, dest, c, n, flags));
}

inline operation flush(::vdm *mover, void *dest, size_t n, uint64_t flags = 0)
{
	return operation(::vdm_flush(mover, dest, n, flags));
}

/*
 * A coroutine as a future. It may move until its first poll and between polls, as C futures may; it
 * cannot be copied. One that is destroyed while it is pending is cancelled and waited for first.
 */
template <typename T = void> class [[nodiscard]] task
{
      public:
	struct promise_type : detail::promise_result<T> {
		task get_return_object() noexcept
		{
			return task(std::coroutine_handle<promise_type>::from_promise(*this));
		}

		detail::await_future await_transform(::future &fut) noexcept
		{
			return {&fut};
		}

		template <c_future Future>
		detail::await_output<Future> await_transform(Future &whole) noexcept
		{
			return {{&whole.base}, &whole};
		}

		detail::await_operation await_transform(operation &made) noexcept
		{
			return made.awaiter();
		}

		detail::await_operation await_transform(operation &&made) noexcept
		{
			return made.awaiter(); /* alive until the awaiting expression ends */
		}

		/* Another task, which the awaiting expression keeps until it is complete. */
		template <typename U> auto await_transform(task<U> &&inner) noexcept
		{
			struct await_task {
				task<U> inner;

				bool await_ready() const noexcept
				{
					return false;
				}

				void await_suspend(
					std::coroutine_handle<promise_type> frame) noexcept
				{
					frame.promise().awaited = &inner.runnable();
				}

				U await_resume()
				{
					return inner.result();
				}
			};
			return await_task{std::move(inner)};
		}
	};

	task(task &&other) noexcept : future(other.future)
	{
		other.future.data.frame = nullptr;
	}

	task &operator=(task &&other) noexcept
	{
		if (this != &other) {
			end();
			future = other.future;
			other.future.data.frame = nullptr;
		}
		return *this;
	}

	~task()
	{
		end();
	}

	/* The task as polls, waits and compositions take it; its address is good until it moves. */
	::future &runnable() noexcept
	{
		return future.base;
	}

	operator ::future &() noexcept
	{
		return future.base;
	}

	bool complete() const noexcept
	{
		return future.base.context.state == FUTURE_STATE_COMPLETE;
	}

	/* What the coroutine returned, or threw. Once, when it is complete. */
	T result()
	{
		return frame(future.data.frame).promise().take();
	}

	/* Waits, and takes the result. */
	T wait(::runtime *runtime = nullptr)
	{
		::runtime_wait(runtime, &future.base);
		return result();
	}

      private:
	using handle = std::coroutine_handle<promise_type>;

	explicit task(handle made) noexcept
	{
		FUTURE_INIT(&future, poll);
		future.data.frame = made.address();
	}

	static handle frame(void *address) noexcept
	{
		return handle::from_address(address);
	}

	/* Polls what the coroutine waits for, and runs it on each time that is complete. */
	static ::future_state poll(::future_context *context, ::future_notifier *notifier)
	{
		auto *data = static_cast<detail::task_data *>(::future_context_get_data(context));
		handle coroutine = frame(data->frame);
		::future *&awaited = coroutine.promise().awaited;
		for (;;) {
			if (awaited != nullptr) {
				if (::future_context_is_canceled(context))
					::future_cancel(awaited);
				if (::future_poll(awaited, notifier) != FUTURE_STATE_COMPLETE)
					return FUTURE_STATE_RUNNING;
				awaited = nullptr;
			}
			coroutine.resume();
			if (coroutine.done())
				return FUTURE_STATE_COMPLETE;
		}
	}

	void end() noexcept
	{
		if (future.data.frame == nullptr)
			return;
		if (future.base.context.state == FUTURE_STATE_RUNNING)
			detail::drain(future.base);
		frame(future.data.frame).destroy();
	}

	detail::task_future future;
};

/* stoppable -- a task that is cancelled when the token's stop is requested, by any thread. */
template <typename T> task<T> stoppable(std::stop_token token, task<T> inner)
{
	::future_event event;
	::future_event_init(&event);
	auto stopped = ::future_event_wait(&event);
	{
		std::stop_callback callback(token, [&event] { ::future_event_set(&event); });
		::future *both[] = {&inner.runnable(), &stopped.base};
		auto race = ::future_race(both, 2);
		co_await race;
	}
	::future_cancel(inner.complete() ? &stopped.base : &inner.runnable());
	co_await stopped;
	co_return co_await std::move(inner);
}

} /* namespace miniasync */

#endif /* LIBMINIASYNC_HPP */
