/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/*
 * runtime.c -- the functions of runtime.h. What a wait needs belongs to the thread that waits
 * (wait.c), so a runtime is but a name for the futures that are waited for together.
 */

#include <errno.h>

#include <libminiasync/runtime.h>

#include "platform/os.h"
#include "runtime/wait.h"

struct runtime {
	char nothing_yet;
};

struct runtime *runtime_new(void)
{
	struct runtime *runtime = os_allocate(sizeof(*runtime));
	if (runtime == NULL)
		errno = ENOMEM;
	return runtime;
}

void runtime_delete(struct runtime *runtime)
{
	os_free(runtime);
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
