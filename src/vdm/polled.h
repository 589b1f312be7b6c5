/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/*
 * polled.h -- what the library's movers share. A mover writes one function, op_poll; the six of the
 * old table, which programs compiled against 0.2.1 call, are made of it here.
 *
 * The life of an operation, as its progress tells it:
 *
 *   0               not started: whoever holds the future may drop it
 *   the mover's     started: the number by which the mover finds it, anything but 0 and not DONE
 *   DONE | result   complete and released: the mover holds nothing of it any more
 */

#ifndef MINIASYNC_VDM_POLLED_H
#define MINIASYNC_VDM_POLLED_H

#include <libminiasync/vdm.h>

/* What every mover can do, where the machine can; memcpyv only some can. */
#define VDM_CAPABILITY_OPERATIONS                                                 \
	(VDM_CAPABILITY_MEMCPY | VDM_CAPABILITY_MEMMOVE | VDM_CAPABILITY_MEMSET | \
	 VDM_CAPABILITY_FLUSH)

/* Makes a mover's table. */
void vdm_polled_init(struct vdm_polled *polled, vdm_operation_poll op_poll, unsigned capabilities,
		     future_has_property_fn has_property);

/* The parts that every type of operation has, most of them in one place. */
#define VDM_SAME_PLACE(_type, _member, _as)                      \
	(offsetof(struct vdm_operation_data_##_type, _member) == \
	 offsetof(struct vdm_operation_data_memcpy, _as))
_Static_assert(VDM_SAME_PLACE(memmove, dest, dest) && VDM_SAME_PLACE(memset, str, dest) &&
		       VDM_SAME_PLACE(flush, dest, dest) && VDM_SAME_PLACE(memmove, src, src) &&
		       VDM_SAME_PLACE(memmove, n, n) && VDM_SAME_PLACE(memset, n, n) &&
		       VDM_SAME_PLACE(memcpyv, n, n) && VDM_SAME_PLACE(memmove, flags, flags) &&
		       VDM_SAME_PLACE(memset, flags, flags) &&
		       VDM_SAME_PLACE(memcpyv, flags, flags),
	       "what these return is read where a copy has it");

static inline void *vdm_operation_destination(const struct vdm_operation *operation)
{
	return operation->data.memcpy.dest;
}

static inline size_t vdm_operation_size(const struct vdm_operation *operation)
{
	return operation->type == VDM_OPERATION_FLUSH ? operation->data.flush.n
						      : operation->data.memcpy.n;
}

static inline uint64_t vdm_operation_flags(const struct vdm_operation *operation)
{
	return operation->type == VDM_OPERATION_FLUSH ? operation->data.flush.flags
						      : operation->data.memcpy.flags;
}

/*
 * Whether an operation may be started under these capabilities: VDM_SUCCESS, INVALID_ARGUMENT for a
 * type or flag that does not exist, NOT_SUPPORTED for one that this machine or engine lacks.
 */
static inline enum vdm_operation_result vdm_operation_validate(
	const struct vdm_operation *operation, unsigned capabilities)
{
	if ((unsigned)operation->type > VDM_OPERATION_MEMCPYV)
		return VDM_ERROR_INVALID_ARGUMENT;
	uint64_t flags = vdm_operation_flags(operation);
	if (flags & ~(uint64_t)VDM_F_VALID_FLAGS)
		return VDM_ERROR_INVALID_ARGUMENT;
	unsigned needed = VDM_CAPABILITY_MEMCPY << (unsigned)operation->type;
	needed |= (unsigned)flags & VDM_F_MEM_DURABLE; /* the other flag is a hint */
	return (capabilities & needed) == needed ? VDM_SUCCESS : VDM_ERROR_NOT_SUPPORTED;
}

/* Ends an operation: what op_poll returns when it is done with it. */
static inline enum future_state vdm_operation_complete(struct vdm_operation *operation,
						       enum vdm_operation_result result)
{
	operation->progress = VDM_PROGRESS_DONE | (uint32_t)result;
	return FUTURE_STATE_COMPLETE;
}

#endif
