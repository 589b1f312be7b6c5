/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/*
 * libminiasync/vdm.h -- the virtual data mover: memory operations as futures.
 *
 * A struct vdm is a table of functions behind which an engine copies, moves, sets or flushes
 * memory: this thread, a pool of threads, a DMA engine. vdm_memcpy and its siblings make a future
 * of one operation on any of them:
 *
 *     struct vdm_operation_future copy = vdm_memcpy(vdm, dest, src, n, 0);
 *     runtime_wait(runtime, FUTURE_AS_RUNNABLE(&copy));
 *     if (FUTURE_OUTPUT(&copy)->result != VDM_SUCCESS) ...
 *
 * Making an operation fills a struct: it allocates nothing, takes nothing from the mover and starts
 * nothing, so dropping it unpolled leaks nothing. Its first poll starts it; from then until the
 * poll that answers COMPLETE, the memory it works on belongs to it, and the mover must live. An
 * engine whose queue is full refuses the start: the future stays IDLE and tries again when polled.
 * What went wrong is told in the output, as a result. Results of two operations that run at the
 * same time do not depend on each other's order: chain them, or wait, where one needs the other.
 */

#ifndef LIBMINIASYNC_VDM_H
#define LIBMINIASYNC_VDM_H 1

#include <libminiasync/future.h>

MINIASYNC_BEGIN_DECLARATIONS

/* Flags of an operation. An engine refuses what it does not know: VDM_ERROR_INVALID_ARGUMENT. */

/* When the operation is complete, the destination has reached persistent memory. */
#define VDM_F_MEM_DURABLE (1U << 0)
/* The destination will not be read soon: keep it out of the cache. */
#define VDM_F_NO_CACHE_HINT (1U << 1)
#define VDM_F_VALID_FLAGS (VDM_F_MEM_DURABLE | VDM_F_NO_CACHE_HINT)

enum vdm_operation_type {
	VDM_OPERATION_MEMCPY = 0,
	VDM_OPERATION_MEMMOVE = 1,
	VDM_OPERATION_MEMSET = 2,
	VDM_OPERATION_FLUSH = 3,
	VDM_OPERATION_MEMCPYV = 4,
};

enum vdm_operation_result {
	VDM_SUCCESS = 0,
	VDM_ERROR_OUT_OF_MEMORY = 1,    /* the engine had no memory for the operation */
	VDM_ERROR_JOB_CORRUPTED = 2,    /* the engine lost or refused it; dest is undefined */
	VDM_ERROR_NOT_SUPPORTED = 3,    /* this engine, or this machine, cannot do that */
	VDM_ERROR_INVALID_ARGUMENT = 4, /* an unknown flag or operation; nothing was touched */
	VDM_ERROR_CANCELED = 5,         /* by future_cancel; any part of dest may be written */
};

/* vdm_result_string -- a result in words, such as "success". A constant string, never NULL. */
MINIASYNC_API const char *vdm_result_string(enum vdm_operation_result result);

struct vdm_operation_data_memcpy {
	void *dest;
	void *src;
	size_t n;
	uint64_t flags;
};

struct vdm_operation_data_memmove {
	void *dest;
	void *src;
	size_t n;
	uint64_t flags;
};

struct vdm_operation_data_memset {
	void *str;
	int c;
	size_t n;
	uint64_t flags;
};

struct vdm_operation_data_flush {
	void *dest;
	size_t n;
	uint64_t flags;
};

/* One of many copies that are one operation. */
struct vdm_segment {
	void *dest;
	void *src;
	size_t n;
};

struct vdm_operation_data_memcpyv {
	struct vdm_segment *segments;
	size_t count;
	size_t n; /* bytes to be copied in all: the first so many of the segments */
	uint64_t flags;
};

#define VDM_OPERATION_DATA_MAX_SIZE 40

struct vdm_operation {
	union {
		struct vdm_operation_data_memcpy memcpy;
		struct vdm_operation_data_memmove memmove;
		struct vdm_operation_data_memset memset;
		struct vdm_operation_data_flush flush;
		struct vdm_operation_data_memcpyv memcpyv;
		uint8_t data[VDM_OPERATION_DATA_MAX_SIZE];
	} data;
	enum vdm_operation_type type;
	MINIASYNC_EXTENSION union {
		uint32_t progress; /* the engine's own: 0 until it has started the operation */
		uint32_t padding;  /* its name in 0.2.1 */
	};
};

struct vdm_operation_output_memcpy {
	void *dest;
};

struct vdm_operation_output_memmove {
	void *dest;
};

struct vdm_operation_output_memset {
	void *str;
};

struct vdm_operation_output_flush {
	uint64_t unused;
};

struct vdm_operation_output_memcpyv {
	struct vdm_segment *segments;
};

/* Before an operation starts: its type, VDM_SUCCESS, and a NULL pointer. */
struct vdm_operation_output {
	enum vdm_operation_type type;
	enum vdm_operation_result result;
	union {
		struct vdm_operation_output_memcpy memcpy;
		struct vdm_operation_output_memmove memmove;
		struct vdm_operation_output_memset memset;
		struct vdm_operation_output_flush flush;
		struct vdm_operation_output_memcpyv memcpyv;
	} output;
};

struct vdm;

struct vdm_operation_data {
	void *data; /* what op_new returned; NULL before */
	struct vdm *vdm;
	struct vdm_operation operation;
};

FUTURE(vdm_operation_future, struct vdm_operation_data, struct vdm_operation_output);

/*
 * What an engine of one's own implements: six members, and no more of a table is ever read unless
 * it is the library's own.
 *
 *   op_new     what the engine needs for one operation; NULL: out of memory
 *   op_start   starts it; anything but 0: no room now, it is called again at the next poll. A
 *              notifier (or NULL) is to be answered as a poll does, and its waker is to be called
 *              when op_check has something new to say
 *   op_check   COMPLETE, RUNNING, or IDLE to be started again at the next poll
 *   op_delete  fills the output, and ends what op_new began
 *
 * capabilities holds the flags that the engine honours (VDM_F_*) and the operations that it can do
 * (VDM_CAPABILITY_*). It is not asked before the first four operations, but a memcpyv ends as
 * VDM_ERROR_NOT_SUPPORTED unless it is among them. has_property may be NULL.
 */
typedef void *(*vdm_operation_new)(struct vdm *vdm, const enum vdm_operation_type type);
typedef int (*vdm_operation_start)(void *data, const struct vdm_operation *operation,
				   struct future_notifier *notifier);
typedef enum future_state (*vdm_operation_check)(void *data, const struct vdm_operation *operation);
typedef void (*vdm_operation_delete)(void *data, const struct vdm_operation *operation,
				     struct vdm_operation_output *output);

struct vdm {
	vdm_operation_new op_new;
	vdm_operation_delete op_delete;
	vdm_operation_start op_start;
	vdm_operation_check op_check;
	unsigned capabilities;
	future_has_property_fn has_property;
};

/* The operations among a vdm's capabilities, above the flags. */
#define VDM_CAPABILITY_MEMCPY (1U << 16)
#define VDM_CAPABILITY_MEMMOVE (1U << 17)
#define VDM_CAPABILITY_MEMSET (1U << 18)
#define VDM_CAPABILITY_FLUSH (1U << 19)
#define VDM_CAPABILITY_MEMCPYV (1U << 20)

/* vdm_is_supported -- 1 when the vdm has every one of these flags and operations, otherwise 0. */
MINIASYNC_INLINE int vdm_is_supported(struct vdm *vdm, unsigned capability);

/*
 * vdm_memcpy, vdm_memmove, vdm_memset, vdm_flush -- one operation as a future; nothing starts yet.
 *
 * memcpy's ranges may not overlap, memmove's may. flush writes a range's cache lines back to
 * memory. flags: VDM_F_*, or whatever an engine of one's own understands. The output names the
 * destination.
 */
MINIASYNC_INLINE struct vdm_operation_future vdm_memcpy(struct vdm *vdm, void *dest, void *src,
							size_t n, uint64_t flags);
MINIASYNC_INLINE struct vdm_operation_future vdm_memmove(struct vdm *vdm, void *dest, void *src,
							 size_t n, uint64_t flags);
MINIASYNC_INLINE struct vdm_operation_future vdm_memset(struct vdm *vdm, void *str, int c, size_t n,
							uint64_t flags);
MINIASYNC_INLINE struct vdm_operation_future vdm_flush(struct vdm *vdm, void *dest, size_t n,
						       uint64_t flags);

/*
 * vdm_memcpyv -- many copies as one operation: the segments of an array, count of them.
 *
 * One operation costs once what each copy would cost by itself: one place in the engine's queue,
 * one wake-up, one result. The segments are copied in any order; no destination may overlap another
 * segment. Like the memory that it names, the array stays the caller's, unchanged and where it is,
 * until the operation is complete. The output names the array. Making one adds up the lengths.
 */
MINIASYNC_INLINE struct vdm_operation_future vdm_memcpyv(struct vdm *vdm,
							 struct vdm_segment *segments, size_t count,
							 uint64_t flags);

/*
 * vdm_generic_operation -- makes a future of whatever operation its data holds: set type and data
 * first. The others are this, with those filled in.
 */
MINIASYNC_INLINE void vdm_generic_operation(struct vdm *vdm, struct vdm_operation_future *future);

/* vdm_set_has_property_fn -- gives one operation another answer to future_has_property. */
MINIASYNC_INLINE void vdm_set_has_property_fn(struct vdm_operation_future *future,
					      int (*has_property)(void *future,
								  enum future_property property));

/* vdm_operation_impl -- the task of every operation. */
MINIASYNC_INLINE enum future_state vdm_operation_impl(struct future_context *context,
						      struct future_notifier *notifier);

/*
 * The library's own movers share one op_new, which is how a table of theirs is known, and carry one
 * more function behind the six. op_poll starts, checks and cancels in one call, and takes the waker
 * of every poll, where op_start knows only the first one. When it answers COMPLETE, the operation
 * is released and its result is in the low bits of its progress.
 */
#define VDM_POLL_CANCEL (1U << 0)        /* end early if possible */
#define VDM_POLL_KEEP_NOTIFIER (1U << 1) /* the notifier given before stays in force */
#define VDM_PROGRESS_DONE (UINT32_C(1) << 31)

typedef enum future_state (*vdm_operation_poll)(struct vdm *vdm, struct vdm_operation *operation,
						struct future_notifier *notifier, unsigned flags);

struct vdm_polled {
	struct vdm vdm;
	vdm_operation_poll op_poll;
};

/* vdm_operation_new_polled -- the op_new of every struct vdm_polled: returns the table itself. */
MINIASYNC_API void *vdm_operation_new_polled(struct vdm *vdm, const enum vdm_operation_type type);

/* Bodies of what is inline. */

MINIASYNC_INLINE int vdm_is_supported(struct vdm *vdm, unsigned capability)
{
	return (vdm->capabilities & capability) == capability;
}

/* The future's output, for an operation that ended without its engine writing one. */
static inline void vdm_operation_output_set(struct vdm_operation_output *output,
					    const struct vdm_operation *operation,
					    enum vdm_operation_result result)
{
	output->type = operation->type;
	output->result = result;
	if (operation->type == VDM_OPERATION_FLUSH)
		output->output.flush.unused = 0;
	else /* what it names comes first in each of the others, here and there */
		output->output.memcpy.dest = operation->data.memcpy.dest;
}

static inline enum future_state vdm_operation_impl_polled(struct future_context *context,
							  struct vdm_operation_data *data,
							  struct future_notifier *notifier)
{
	struct vdm_polled *polled = (struct vdm_polled *)(void *)data->vdm;
	struct vdm_operation *operation = &data->operation;
	enum future_state state =
		polled->op_poll(data->vdm, operation, notifier,
				future_context_is_canceled(context) ? VDM_POLL_CANCEL : 0);
	if (state == FUTURE_STATE_COMPLETE)
		vdm_operation_output_set(
			(struct vdm_operation_output *)future_context_get_output(context),
			operation,
			(enum vdm_operation_result)(operation->progress & ~VDM_PROGRESS_DONE));
	return state;
}

/* Through the six functions of a table that is not the library's. */
MINIASYNC_OUT_OF_LINE enum future_state vdm_operation_impl_by_table(
	struct future_context *context, struct vdm_operation_data *data,
	struct future_notifier *notifier)
{
	struct vdm *vdm = data->vdm;
	struct vdm_operation_output *output =
		(struct vdm_operation_output *)future_context_get_output(context);
	if (context->state == FUTURE_STATE_IDLE) {
		if (future_context_is_canceled(context)) {
			if (data->data != NULL)
				vdm->op_delete(data->data, &data->operation, output);
			vdm_operation_output_set(output, &data->operation, VDM_ERROR_CANCELED);
			return FUTURE_STATE_COMPLETE;
		}
		if (data->operation.type == VDM_OPERATION_MEMCPYV &&
		    !vdm_is_supported(vdm, VDM_CAPABILITY_MEMCPYV)) {
			vdm_operation_output_set(output, &data->operation, VDM_ERROR_NOT_SUPPORTED);
			return FUTURE_STATE_COMPLETE;
		}
		if (data->data == NULL)
			data->data = vdm->op_new(vdm, data->operation.type);
		if (data->data == NULL) {
			vdm_operation_output_set(output, &data->operation, VDM_ERROR_OUT_OF_MEMORY);
			return FUTURE_STATE_COMPLETE;
		}
		if (vdm->op_start(data->data, &data->operation, notifier) != 0)
			return FUTURE_STATE_IDLE;
	}
	enum future_state state = vdm->op_check(data->data, &data->operation);
	if (state == FUTURE_STATE_COMPLETE)
		vdm->op_delete(data->data, &data->operation, output);
	return state;
}

MINIASYNC_INLINE enum future_state vdm_operation_impl(struct future_context *context,
						      struct future_notifier *notifier)
{
	struct vdm_operation_data *data =
		(struct vdm_operation_data *)future_context_get_data(context);
	if (data->vdm->op_new == vdm_operation_new_polled)
		return vdm_operation_impl_polled(context, data, notifier);
	return vdm_operation_impl_by_table(context, data, notifier);
}

MINIASYNC_INLINE void vdm_set_has_property_fn(struct vdm_operation_future *future,
					      int (*has_property)(void *future,
								  enum future_property property))
{
	future->base.has_property = has_property;
}

MINIASYNC_INLINE void vdm_generic_operation(struct vdm *vdm, struct vdm_operation_future *future)
{
	FUTURE_INIT_EXT(future, vdm_operation_impl,
			vdm->has_property ? vdm->has_property : future_has_property_default);
	future->data.data = NULL;
	future->data.vdm = vdm;
	future->data.operation.progress = 0;
	future->output.type = future->data.operation.type;
	future->output.result = VDM_SUCCESS;
	future->output.output.memcpy.dest = NULL;
}

MINIASYNC_INLINE struct vdm_operation_future vdm_memcpy(struct vdm *vdm, void *dest, void *src,
							size_t n, uint64_t flags)
{
	struct vdm_operation_future future;
	future.data.operation.type = VDM_OPERATION_MEMCPY;
	future.data.operation.data.memcpy.dest = dest;
	future.data.operation.data.memcpy.src = src;
	future.data.operation.data.memcpy.n = n;
	future.data.operation.data.memcpy.flags = flags;
	vdm_generic_operation(vdm, &future);
	return future;
}

MINIASYNC_INLINE struct vdm_operation_future vdm_memmove(struct vdm *vdm, void *dest, void *src,
							 size_t n, uint64_t flags)
{
	struct vdm_operation_future future;
	future.data.operation.type = VDM_OPERATION_MEMMOVE;
	future.data.operation.data.memmove.dest = dest;
	future.data.operation.data.memmove.src = src;
	future.data.operation.data.memmove.n = n;
	future.data.operation.data.memmove.flags = flags;
	vdm_generic_operation(vdm, &future);
	return future;
}

MINIASYNC_INLINE struct vdm_operation_future vdm_memset(struct vdm *vdm, void *str, int c, size_t n,
							uint64_t flags)
{
	struct vdm_operation_future future;
	future.data.operation.type = VDM_OPERATION_MEMSET;
	future.data.operation.data.memset.str = str;
	future.data.operation.data.memset.c = c;
	future.data.operation.data.memset.n = n;
	future.data.operation.data.memset.flags = flags;
	vdm_generic_operation(vdm, &future);
	return future;
}

MINIASYNC_INLINE struct vdm_operation_future vdm_flush(struct vdm *vdm, void *dest, size_t n,
						       uint64_t flags)
{
	struct vdm_operation_future future;
	future.data.operation.type = VDM_OPERATION_FLUSH;
	future.data.operation.data.flush.dest = dest;
	future.data.operation.data.flush.n = n;
	future.data.operation.data.flush.flags = flags;
	vdm_generic_operation(vdm, &future);
	return future;
}

MINIASYNC_INLINE struct vdm_operation_future vdm_memcpyv(struct vdm *vdm,
							 struct vdm_segment *segments, size_t count,
							 uint64_t flags)
{
	struct vdm_operation_future future;
	size_t n = 0;
	for (size_t i = 0; i < count; i++)
		n += segments[i].n;
	future.data.operation.type = VDM_OPERATION_MEMCPYV;
	future.data.operation.data.memcpyv.segments = segments;
	future.data.operation.data.memcpyv.count = count;
	future.data.operation.data.memcpyv.n = n;
	future.data.operation.data.memcpyv.flags = flags;
	vdm_generic_operation(vdm, &future);
	return future;
}

MINIASYNC_END_DECLARATIONS

#endif /* LIBMINIASYNC_VDM_H */
