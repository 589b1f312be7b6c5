/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/*
 * runtime.c -- the functions of runtime.h. What a wait needs belongs to the thread that waits
 * (wait.c); what a runtime holds is its growing set (set.c).
 */

#include <errno.h>

#include <libminiasync/runtime.h>

#include "platform/os.h"
#include "runtime/set.h"
#include "runtime/wait.h"

struct runtime {
	struct set set;
};

struct runtime *runtime_new(void)
{
	struct runtime *runtime = os_allocate_zeroed(sizeof(*runtime));
	if (runtime == NULL)
		errno = ENOMEM;
	return runtime;
}

void runtime_delete(struct runtime *runtime)
{
	if (runtime == NULL)
		return;
	set_end(&runtime->set);
	os_free(runtime);
}

/* When a time-out ends; one of 0 has ended always. */
static uint64_t deadline_of(uint64_t timeout)
{
	if (timeout == 0 || timeout == OS_NEVER)
		return timeout;
	uint64_t now = os_now();
	return timeout < OS_NEVER - now ? now + timeout : OS_NEVER;
}

/* 0, or -1 with errno. */
static int result_of(int error)
{
	if (error == 0)
		return 0;
	errno = error;
	return -1;
}

void runtime_wait(struct runtime *runtime, struct future *fut)
{
	(void)runtime;
	wait_for_all(&fut, 1, OS_NEVER);
}

void runtime_wait_multiple(struct runtime *runtime, struct future *futs[], size_t n)
{
	(void)runtime;
	wait_for_all(futs, n, OS_NEVER);
}

int runtime_wait_timeout(struct runtime *runtime, struct future *fut, uint64_t timeout)
{
	return runtime_wait_multiple_timeout(runtime, &fut, 1, timeout);
}

int runtime_wait_multiple_timeout(struct runtime *runtime, struct future *futs[], size_t n,
				  uint64_t timeout)
{
	(void)runtime;
	return result_of(wait_for_all(futs, n, deadline_of(timeout)) ? 0 : ETIMEDOUT);
}

int runtime_wait_any(struct runtime *runtime, struct future *futs[], size_t n, uint64_t timeout,
		     size_t *index)
{
	(void)runtime;
	if (n == 0)
		return result_of(EINVAL);
	return result_of(wait_for_any(futs, n, deadline_of(timeout), index) ? 0 : ETIMEDOUT);
}

int runtime_add(struct runtime *runtime, struct future *fut, void *cookie)
{
	return result_of(set_add(&runtime->set, fut, cookie));
}

struct future *runtime_next(struct runtime *runtime, uint64_t timeout, void **cookie)
{
	struct future *fut = set_next(&runtime->set, deadline_of(timeout), cookie);
	if (fut == NULL)
		errno = runtime->set.count == 0 ? ENOENT : ETIMEDOUT;
	return fut;
}

size_t runtime_count(struct runtime *runtime)
{
	return runtime->set.count;
}

int runtime_remove(struct runtime *runtime, struct future *fut)
{
	return result_of(set_remove(&runtime->set, fut));
}

int runtime_fd(struct runtime *runtime)
{
	int descriptor = set_descriptor(&runtime->set);
	return descriptor >= 0 ? descriptor : result_of(-descriptor);
}
