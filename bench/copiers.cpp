/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/* copiers.cpp -- the plain loop, which is the limit of one thread, and miniasync's movers. */

#include "copying.h"

#include <cstring>
#include <new>
#include <vector>

namespace bench
{

namespace
{

class MemcpyLoop : public Copier
{
      public:
	void copy(char *dest, char *src, size_t size, size_t count) override
	{
		for (size_t i = 0; i < count; i++)
			memcpy(dest + i * size, src + i * size, size);
	}
};

/* Copies as a program would that was written with miniasync, whichever mover it has. */
class Miniasync : public Copier
{
      public:
	Miniasync(size_t count, uint64_t flags)
	    : flags(flags), operations(count), futures(count), runtime(runtime_new())
	{
		if (runtime == nullptr)
			throw std::bad_alloc();
		for (size_t i = 0; i < count; i++)
			futures[i] = FUTURE_AS_RUNNABLE(&operations[i]);
	}

	~Miniasync() override
	{
		runtime_delete(runtime);
	}

	void copy(char *dest, char *src, size_t size, size_t count) override
	{
		for (size_t i = 0; i < count; i++)
			operations[i] =
				vdm_memcpy(vdm, dest + i * size, src + i * size, size, flags);
		if (count == 1)
			runtime_wait(runtime, futures[0]);
		else
			runtime_wait_multiple(runtime, futures.data(), count);
	}

      protected:
	struct vdm *vdm = nullptr;

      private:
	uint64_t flags;
	std::vector<vdm_operation_future> operations;
	std::vector<future *> futures;
	struct runtime *runtime;
};

class MiniasyncSync : public Miniasync
{
      public:
	explicit MiniasyncSync(size_t count) : Miniasync(count, 0), mover(data_mover_sync_new())
	{
		if (mover == nullptr)
			throw std::bad_alloc();
		vdm = data_mover_sync_get_vdm(mover);
	}

	~MiniasyncSync() override
	{
		data_mover_sync_delete(mover);
	}

      private:
	struct data_mover_sync *mover;
};

class MiniasyncThreads : public Miniasync
{
      public:
	MiniasyncThreads(size_t count, size_t workers, uint64_t flags)
	    : Miniasync(count, flags), mover(make(count, workers))
	{
		if (mover == nullptr)
			throw std::bad_alloc();
		vdm = data_mover_threads_get_vdm(mover);
	}

	~MiniasyncThreads() override
	{
		data_mover_threads_delete(mover);
	}

      private:
	static struct data_mover_threads *make(size_t count, size_t workers)
	{
		if (workers == 0 && count <= 1024)
			return data_mover_threads_default();
		return data_mover_threads_new(workers, count, FUTURE_NOTIFIER_WAKER);
	}

	struct data_mover_threads *mover;
};

/* The same program, if it says all that it wants copied at once. */
class MiniasyncBatch : public MiniasyncThreads
{
      public:
	explicit MiniasyncBatch(size_t count) : MiniasyncThreads(1, 0, 0), segments(count)
	{
	}

	void copy(char *dest, char *src, size_t size, size_t count) override
	{
		for (size_t i = 0; i < count; i++)
			segments[i] = {dest + i * size, src + i * size, size};
		struct vdm_operation_future batch = vdm_memcpyv(vdm, segments.data(), count, 0);
		runtime_wait(nullptr, FUTURE_AS_RUNNABLE(&batch));
	}

      private:
	std::vector<vdm_segment> segments;
};

} // namespace

std::unique_ptr<Copier> make_memcpy_loop(size_t)
{
	return std::make_unique<MemcpyLoop>();
}

std::unique_ptr<Copier> make_miniasync_sync(size_t count)
{
	return std::make_unique<MiniasyncSync>(count);
}

std::unique_ptr<Copier> make_miniasync_threads(size_t count, size_t workers, uint64_t flags)
{
	return std::make_unique<MiniasyncThreads>(count, workers, flags);
}

std::unique_ptr<Copier> make_miniasync_batch(size_t count)
{
	return std::make_unique<MiniasyncBatch>(count);
}

} // namespace bench
