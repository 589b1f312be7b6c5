/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/* mover_memory.c -- see mover_memory.h. */

#include "fuzz/mover_memory.h"

#include <string.h>

#include "support/guard.h"

#define MARGIN 128                       /* bytes at the beginning that no call is given */
#define MEMORY_MOST ((size_t)1300 << 10) /* several pieces of work for the threads mover */

struct call calls[CALLS];
struct called_mover called;
struct tally tally;

static unsigned char *memory; /* the last bytes of a mapping */
static unsigned char *last_page_end;
static size_t memory_size;
static unsigned char expected[MEMORY_MOST], left[MEMORY_MOST];

void memory_begin(struct input *input)
{
	static const size_t sizes[] = {2000, 20000, 20000, 90000, 300000, MEMORY_MOST};
	if (last_page_end == NULL)
		last_page_end = (unsigned char *)guard_allocate(MEMORY_MOST) + MEMORY_MOST;
	memory_size = INPUT_ONE_OF(input, sizes);
	memory = last_page_end - memory_size;
	for (size_t i = 0; i < memory_size; i++)
		expected[i] = (unsigned char)((i * UINT32_C(2654435761)) >> 24);
	memcpy(memory, expected, memory_size);
	memset(calls, 0, sizeof(calls));
	tally = (struct tally){0};
}

/* Which ranges. */

static size_t some_size(struct input *input, size_t most)
{
	static const uint32_t sizes[] = {1, 17, 65, 300, 4100, 40000, 140000, 1300000};
	size_t n = input_below(input, INPUT_ONE_OF(input, sizes));
	return n < most ? n : most;
}

static struct range some_range(struct input *input)
{
	size_t room = memory_size - MARGIN;
	size_t n = some_size(input, room);
	switch (input_below(input, 4)) {
	case 0:
		return (struct range){memory_size - n, n};
	case 1:
		return (struct range){MARGIN, n};
	default:
		return (struct range){MARGIN + input_below(input, (uint32_t)(room - n + 1)), n};
	}
}

/* Two of the same size, apart from each other. */
static void choose_apart(struct input *input, struct call *call)
{
	size_t room = memory_size - MARGIN;
	size_t n = some_size(input, room / 2);
	size_t free = room - 2 * n;
	size_t before = input_below(input, (uint32_t)free + 1);
	size_t between = input_below(input, (uint32_t)(free - before) + 1);
	struct range first = {MARGIN + before, n}, second = {MARGIN + before + n + between, n};
	bool forwards = input_below(input, 2) == 0;
	call->read = forwards ? first : second;
	call->written = forwards ? second : first;
}

static void choose_anyhow(struct input *input, struct call *call)
{
	if (input_below(input, 3) == 0) {
		choose_apart(input, call);
		return;
	}
	struct range one = some_range(input), other = one;
	size_t slack = one.at - MARGIN < 300 ? one.at - MARGIN : 300;
	other.at -= input_below(input, (uint32_t)slack + 1);
	bool forwards = input_below(input, 2) == 0;
	call->read = forwards ? one : other;
	call->written = forwards ? other : one;
}

static void choose_written(struct input *input, struct call *call)
{
	call->written = some_range(input);
	call->byte = (int)input_below(input, 4) * 0x155 - 1;
}

/*
 * Sizes that take turns, until there is no more room: what follows is empty. The sources lie one
 * behind the other, last to first.
 */
static void choose_segments(struct input *input, struct call *call)
{
	static const uint32_t counts[] = {1, 2, 20, 20, 1000};
	size_t sizes[4], turns = 1 + input_below(input, 4);
	choose_apart(input, call);
	for (size_t i = 0; i < turns; i++)
		sizes[i] = some_size(input, call->written.n);
	size_t gap = input_below(input, 3);
	call->count = input_below(input, INPUT_ONE_OF(input, counts) + 1);
	call->segments = guard_allocate(call->count * sizeof(*call->segments));

	unsigned char *dest = memory + call->written.at, *end = dest + call->written.n;
	unsigned char *source = memory + call->read.at + call->read.n;
	for (size_t i = 0; i < call->count; i++) {
		size_t room = (size_t)(end - dest);
		size_t n = sizes[i % turns] < room ? sizes[i % turns] : room;
		source -= n;
		call->segments[i] = n == 0 ? (struct vdm_segment){NULL, NULL, 0}
					   : (struct vdm_segment){dest, source, n};
		call->n += n;
		dest += n + (room - n < gap ? room - n : gap);
	}
	if (input_below(input, 3) == 0)
		call->withheld = some_size(input, call->n);
	call->n -= call->withheld;
}

static void choose_read(struct input *input, struct call *call)
{
	call->read = some_range(input);
}

/* What is called. */

static struct vdm_operation_future make_memcpy(struct vdm *vdm, const struct call *call)
{
	return vdm_memcpy(vdm, memory + call->written.at, memory + call->read.at, call->written.n,
			  call->flags);
}

static struct vdm_operation_future make_memmove(struct vdm *vdm, const struct call *call)
{
	return vdm_memmove(vdm, memory + call->written.at, memory + call->read.at, call->written.n,
			   call->flags);
}

static struct vdm_operation_future make_memset(struct vdm *vdm, const struct call *call)
{
	return vdm_memset(vdm, memory + call->written.at, call->byte, call->written.n, call->flags);
}

static struct vdm_operation_future make_flush(struct vdm *vdm, const struct call *call)
{
	return vdm_flush(vdm, memory + call->read.at, call->read.n, call->flags);
}

static struct vdm_operation_future make_memcpyv(struct vdm *vdm, const struct call *call)
{
	struct vdm_operation_future future =
		vdm_memcpyv(vdm, call->segments, call->count, call->flags);
	CHECK(future.data.operation.data.memcpyv.n == call->n + call->withheld);
	future.data.operation.data.memcpyv.n = call->n;
	return future;
}

static struct vdm_operation_future make_unknown(struct vdm *vdm, const struct call *call)
{
	struct vdm_operation_future future = make_memset(vdm, call);
	future.data.operation.type = (enum vdm_operation_type)99;
	vdm_generic_operation(vdm, &future);
	return future;
}

static void leave_copy(const struct call *call, unsigned char *bytes)
{
	memcpy(bytes, expected + call->read.at, call->read.n);
}

static void leave_byte(const struct call *call, unsigned char *bytes)
{
	memset(bytes, call->byte, call->written.n);
}

/* So many bytes of a segment are to be copied when no more than the rest are, of it and others. */
static size_t bytes_of(const struct vdm_segment *segment, size_t *rest)
{
	size_t n = segment->n < *rest ? segment->n : *rest;
	*rest -= n;
	return n;
}

static void leave_copies(const struct call *call, unsigned char *bytes)
{
	size_t rest = call->n;
	memcpy(bytes, expected + call->written.at, call->written.n);
	for (size_t i = 0; rest > 0; i++) {
		const struct vdm_segment *segment = &call->segments[i];
		const unsigned char *dest = segment->dest, *source = segment->src;
		size_t n = bytes_of(segment, &rest);
		if (n > 0)
			memcpy(bytes + (dest - memory) - call->written.at,
			       expected + (source - memory), n);
	}
}

static const struct call_kind kinds[] = {
	{VDM_OPERATION_MEMCPY, VDM_CAPABILITY_MEMCPY, choose_apart, make_memcpy, leave_copy},
	{VDM_OPERATION_MEMMOVE, VDM_CAPABILITY_MEMMOVE, choose_anyhow, make_memmove, leave_copy},
	{VDM_OPERATION_MEMSET, VDM_CAPABILITY_MEMSET, choose_written, make_memset, leave_byte},
	{VDM_OPERATION_FLUSH, VDM_CAPABILITY_FLUSH, choose_read, make_flush, NULL},
	{VDM_OPERATION_MEMCPYV, VDM_CAPABILITY_MEMCPYV, choose_segments, make_memcpyv,
	 leave_copies},
	{(enum vdm_operation_type)99, 0, choose_written, make_unknown, NULL},
};

void call_make(struct input *input, struct call *call)
{
	static const uint64_t flags[] = {0,
					 0,
					 0,
					 0,
					 VDM_F_NO_CACHE_HINT,
					 VDM_F_MEM_DURABLE,
					 VDM_F_VALID_FLAGS,
					 VDM_F_VALID_FLAGS + 1,
					 UINT64_C(1) << 31,
					 UINT64_C(1) << 63,
					 UINT64_MAX};
	*call = (struct call){.kind = &INPUT_ONE_OF(input, kinds)};
	call->kind->choose(input, call);
	call->flags = INPUT_ONE_OF(input, flags);
	call->future = malloc(sizeof(*call->future));
	CHECK(call->future != NULL);
	*call->future = call->kind->make(called.vdm, call);
}

void call_drop(struct call *call)
{
	free(call->future);
	if (call->segments != NULL)
		guard_free(call->segments, call->count * sizeof(*call->segments));
	call->kind = NULL;
}

/* Who owns what. */

static bool meet(struct range one, struct range other)
{
	size_t one_end = one.at + one.n, other_end = other.at + other.n;
	return (one.at > other.at ? one.at : other.at) <
	       (one_end < other_end ? one_end : other_end);
}

static bool conflict(const struct call *one, const struct call *other)
{
	return meet(one->written, other->written) || meet(one->written, other->read) ||
	       meet(one->read, other->written);
}

bool call_may_start(struct call *call)
{
	for (const struct call *other = calls; !call->owns && other < calls + CALLS; other++)
		if (other->kind != NULL && other->owns && conflict(call, other))
			return false;
	call->owns = !call->ended;
	return true;
}

void memory_write(struct input *input)
{
	struct call program = {.written = some_range(input)};
	if (!call_may_start(&program))
		return;
	for (size_t i = 0; i < program.written.n; i++)
		expected[program.written.at + i] ^= 0x5A;
	memcpy(memory + program.written.at, expected + program.written.at, program.written.n);
}

static struct range next_in_doubt(size_t from)
{
	struct range next = {memory_size, 0};
	for (const struct call *call = calls; call < calls + CALLS; call++)
		if (call->kind != NULL && call->owns && call->written.n > 0 &&
		    call->written.at >= from && call->written.at < next.at)
			next = call->written;
	return next;
}

void memory_check(void)
{
	for (size_t at = 0; at < memory_size;) {
		struct range in_doubt = next_in_doubt(at);
		CHECK(memcmp(memory + at, expected + at, in_doubt.at - at) == 0);
		at = in_doubt.at + in_doubt.n;
	}
}

/* What it came to. */

static bool is_users_own(const struct call *call)
{
	return (unsigned)call->kind->type < TYPES && called.users_own[call->kind->type];
}

/* Its result, unless it is cancelled. */
static enum vdm_operation_result due(const struct call *call)
{
	if (is_users_own(call))
		return VDM_SUCCESS;
	if (call->kind->capability == 0 || (call->flags & ~(uint64_t)VDM_F_VALID_FLAGS) != 0)
		return VDM_ERROR_INVALID_ARGUMENT;
	unsigned needed = call->kind->capability | ((unsigned)call->flags & VDM_F_MEM_DURABLE);
	return vdm_is_supported(called.vdm, needed) ? VDM_SUCCESS : VDM_ERROR_NOT_SUPPORTED;
}

static void now_it_is_written(const struct call *call)
{
	if (call->kind->leave == NULL)
		return;
	call->kind->leave(call, left);
	memcpy(expected + call->written.at, left, call->written.n);
}

/* Of what it was to write any part may be written, perhaps all, and no byte be anything else. */
static void now_part_of_it_is_written(const struct call *call, bool may_be_all)
{
	const unsigned char *now = memory + call->written.at;
	unsigned char *before = expected + call->written.at;
	if (call->kind->leave == NULL)
		return;
	call->kind->leave(call, left);
	for (size_t i = 0; i < call->written.n; i++) {
		CHECK(now[i] == before[i] || now[i] == left[i]);
		may_be_all |= now[i] != left[i] || before[i] == left[i];
	}
	CHECK(may_be_all);
	memcpy(before, now, call->written.n);
}

static size_t size_of(const struct call *call)
{
	if (call->segments != NULL)
		return call->n;
	return call->kind->leave != NULL ? call->written.n : call->read.n;
}

/* How often a function of the program's is called for it: not for nothing of a segment. */
static unsigned calls_of(const struct call *call)
{
	unsigned copies = 0;
	size_t rest = call->n;
	for (size_t i = 0; rest > 0; i++)
		copies += bytes_of(&call->segments[i], &rest) > 0;
	return call->segments != NULL ? copies : 1;
}

static void count(const struct call *call, enum vdm_operation_result result)
{
	tally.canceled += result == VDM_ERROR_CANCELED;
	if (result != VDM_SUCCESS)
		return;
	tally.successes[call->kind->type]++;
	tally.bytes[call->kind->type] += size_of(call);
	if (!is_users_own(call))
		return;
	tally.users_own += calls_of(call);
	tally.flags += calls_of(call) * (unsigned)call->flags;
}

static void end(struct call *call)
{
	const struct vdm_operation_output *output = FUTURE_OUTPUT(call->future);
	CHECK(output->type == call->kind->type);
	if (call->kind->type == VDM_OPERATION_MEMCPYV)
		CHECK(output->output.memcpyv.segments == call->segments);
	else if (call->kind->type != VDM_OPERATION_FLUSH)
		CHECK(output->output.memcpy.dest == memory + call->written.at);

	CHECK(output->result == (call->never_started ? VDM_ERROR_CANCELED : due(call)) ||
	      (call->canceled && output->result == VDM_ERROR_CANCELED));
	if (output->result == VDM_SUCCESS)
		now_it_is_written(call);
	else if (output->result == VDM_ERROR_CANCELED && !call->never_started)
		now_part_of_it_is_written(call, call->written.n == 0); /* all: not cancelled */
	count(call, output->result);
	call->ended = true;
	call->owns = false;
	if (call->segments != NULL) /* whoever reads the array from now on is seen */
		guard_forbid(call->segments, call->count * sizeof(*call->segments));
}

void call_was_polled(struct call *call)
{
	enum future_state state = FUTURE_STATE(call->future);
	if (state == FUTURE_STATE_COMPLETE && !call->ended)
		end(call);
	else if (state == FUTURE_STATE_IDLE && !call->in_set)
		call->owns = false; /* not started: there was no room, or it was not polled */
}

void call_was_left(struct call *call)
{
	if (FUTURE_STATE(call->future) == FUTURE_STATE_RUNNING) {
		if (call->canceled)
			now_part_of_it_is_written(call, true);
		else
			now_it_is_written(call);
	}
	call->owns = false;
}
