/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/* mover_waits.c -- see mover_waits.h. */

#include "fuzz/mover_waits.h"

#include <errno.h>

#include <libminiasync/runtime.h>

#include "support/waker.h"

static struct runtime *runtime; /* may be NULL: then there is no set */
static size_t set_count;

void waits_begin(struct input *input)
{
	runtime = NULL;
	set_count = 0;
	if (input_below(input, 4) == 0)
		return;
	runtime = runtime_new();
	CHECK(runtime != NULL);
}

void waits_end(void)
{
	runtime_delete(runtime);
}

static uint64_t some_time(struct input *input)
{
	static const uint64_t times[] = {0, 1, 1000, 50000, UINT64_MAX};
	return INPUT_ONE_OF(input, times);
}

static struct future *future_of(struct call *call)
{
	return FUTURE_AS_RUNNABLE(call->future);
}

static bool is_complete(const struct call *call)
{
	return FUTURE_STATE(call->future) == FUTURE_STATE_COMPLETE;
}

/* Somebody else has polled it since. */
static void was_polled_by_a_runtime(struct call *call)
{
	call->is_promised = false;
	call_was_polled(call);
}

void wait_for_it(struct input *input, struct call *call)
{
	runtime_wait(input_below(input, 2) == 0 ? NULL : runtime, future_of(call));
	CHECK(is_complete(call));
	was_polled_by_a_runtime(call);
}

void wait_with_a_time(struct input *input, struct call *call)
{
	errno = 0;
	int result = runtime_wait_timeout(runtime, future_of(call), some_time(input));
	CHECK(result == (is_complete(call) ? 0 : -1));
	CHECK(result == 0 || errno == ETIMEDOUT);
	was_polled_by_a_runtime(call);
}

void wait_as_it_answers(struct input *input, struct call *call)
{
	(void)input;
	wait_as_answered(future_of(call));
	was_polled_by_a_runtime(call);
}

void add_to_the_set(struct input *input, struct call *call)
{
	(void)input;
	if (runtime == NULL)
		return;
	CHECK(runtime_add(runtime, future_of(call), call) == 0);
	CHECK(runtime_count(runtime) == ++set_count);
	call->in_set = true;
}

void take_out_of_the_set(struct call *call)
{
	CHECK(runtime_remove(runtime, future_of(call)) == 0);
	CHECK(runtime_count(runtime) == --set_count);
	call->in_set = false;
	was_polled_by_a_runtime(call);
}

void wait_for_next(struct input *input)
{
	void *cookie = NULL;
	if (runtime == NULL)
		return;
	errno = 0;
	struct future *next = runtime_next(runtime, some_time(input), &cookie);
	if (next == NULL) {
		CHECK(errno == (set_count == 0 ? ENOENT : ETIMEDOUT));
	} else {
		struct call *call = cookie;
		CHECK(call->in_set && next == future_of(call) && is_complete(call));
		CHECK(runtime_count(runtime) == --set_count);
		call->in_set = false;
	}
	for (struct call *call = calls; call < calls + CALLS; call++)
		if (call->kind != NULL && (call->in_set || call == cookie))
			was_polled_by_a_runtime(call);
}

/* Several calls, that may be polled together. */
struct several {
	struct call *calls[CALLS];
	struct future *futures[CALLS];
	size_t n;
};

static void choose_several(struct input *input, struct several *several)
{
	uint32_t left_out = input_below(input, 1 << CALLS);
	several->n = 0;
	for (size_t i = 0; i < CALLS; i++) {
		if (calls[i].kind == NULL || calls[i].in_set || (left_out >> i & 1) ||
		    !call_may_start(&calls[i]))
			continue;
		several->calls[several->n] = &calls[i];
		several->futures[several->n++] = future_of(&calls[i]);
	}
}

static void were_polled(const struct several *several)
{
	for (size_t i = 0; i < several->n; i++)
		was_polled_by_a_runtime(several->calls[i]);
}

void wait_for_several(struct input *input)
{
	struct several several;
	choose_several(input, &several);
	uint64_t time = some_time(input);
	errno = 0;
	int result = 0;
	if (input_below(input, 2) == 0)
		runtime_wait_multiple(runtime, several.futures, several.n);
	else
		result = runtime_wait_multiple_timeout(runtime, several.futures, several.n, time);

	bool all = true;
	for (size_t i = 0; i < several.n; i++) {
		CHECK(several.futures[i] == future_of(several.calls[i]));
		all &= is_complete(several.calls[i]);
	}
	CHECK(result == (all ? 0 : -1));
	CHECK(result == 0 || errno == ETIMEDOUT);
	were_polled(&several);
}

void wait_for_the_first(struct input *input)
{
	struct several several;
	choose_several(input, &several);
	size_t which = SIZE_MAX;
	errno = 0;
	int result =
		runtime_wait_any(runtime, several.futures, several.n, some_time(input), &which);
	if (several.n == 0)
		CHECK(result == -1 && errno == EINVAL);
	else if (result == 0)
		CHECK(which < several.n && is_complete(several.calls[which]));
	else
		CHECK(errno == ETIMEDOUT);
	were_polled(&several);
}

static void finish(struct call *call)
{
	if (call->kind == NULL)
		return;
	if (call->in_set)
		take_out_of_the_set(call);
	CHECK(call_may_start(call));
	runtime_wait(runtime, future_of(call));
	was_polled_by_a_runtime(call);
	memory_check();
}

void finish_all(void)
{
	for (struct call *call = calls; call < calls + CALLS; call++)
		if (call->owns) /* what others may want */
			finish(call);
	for (struct call *call = calls; call < calls + CALLS; call++)
		finish(call);
}
