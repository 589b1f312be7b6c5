/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/*
 * layout.c -- the layouts and values that programs compiled against 0.2.1 have in them.
 *
 * The layouts are those of a 64-bit machine; elsewhere there are no such programs.
 */

#include <libminiasync.h>

#define HAS(name, condition)                                           \
	struct name {                                                  \
		MINIASYNC_STATIC_ASSERT(condition, "0.2.1 has it so"); \
		int unused;                                            \
	}

#define SIZE(type, size) HAS(size_of_##type, sizeof(struct type) == (size))
#define AT(type, member, offset) \
	HAS(offset_of_##type##_##member, offsetof(struct type, member) == (offset))
#define VALUE(name, value) HAS(value_of_##name, (name) == (value))

#if UINTPTR_MAX == UINT64_MAX
SIZE(future_context, 24);
AT(future_context, data_size, 0);
AT(future_context, output_size, 8);
AT(future_context, state, 16);
AT(future_context, padding, 20);

SIZE(future, 40);
AT(future, task, 0);
AT(future, has_property, 8);
AT(future, context, 16);

SIZE(future_waker, 16);
AT(future_waker, data, 0);
AT(future_waker, wake, 8);

SIZE(future_notifier, 32);
AT(future_notifier, waker, 0);
AT(future_notifier, poller, 16);
AT(future_notifier, notifier_used, 24);
AT(future_notifier, padding, 28);

SIZE(future_chain_entry, 80);
AT(future_chain_entry, map, 0);
AT(future_chain_entry, map_arg, 8);
AT(future_chain_entry, init, 16);
AT(future_chain_entry, init_arg, 24);
AT(future_chain_entry, flags, 32);
AT(future_chain_entry, future, 40);

SIZE(vdm_operation, 48);
AT(vdm_operation, data, 0);
AT(vdm_operation, type, 40);
AT(vdm_operation, padding, 44);

SIZE(vdm_operation_data_memcpy, 32);
AT(vdm_operation_data_memcpy, dest, 0);
AT(vdm_operation_data_memcpy, src, 8);
AT(vdm_operation_data_memcpy, n, 16);
AT(vdm_operation_data_memcpy, flags, 24);
SIZE(vdm_operation_data_memmove, 32);
AT(vdm_operation_data_memmove, dest, 0);
AT(vdm_operation_data_memmove, src, 8);
AT(vdm_operation_data_memmove, n, 16);
AT(vdm_operation_data_memmove, flags, 24);
SIZE(vdm_operation_data_memset, 32);
AT(vdm_operation_data_memset, str, 0);
AT(vdm_operation_data_memset, c, 8);
AT(vdm_operation_data_memset, n, 16);
AT(vdm_operation_data_memset, flags, 24);
SIZE(vdm_operation_data_flush, 24);
AT(vdm_operation_data_flush, dest, 0);
AT(vdm_operation_data_flush, n, 8);
AT(vdm_operation_data_flush, flags, 16);

SIZE(vdm_operation_data, 64);
AT(vdm_operation_data, data, 0);
AT(vdm_operation_data, vdm, 8);
AT(vdm_operation_data, operation, 16);

SIZE(vdm_operation_output, 16);
AT(vdm_operation_output, type, 0);
AT(vdm_operation_output, result, 4);
AT(vdm_operation_output, output, 8);
SIZE(vdm_operation_output_memcpy, 8);
SIZE(vdm_operation_output_memmove, 8);
SIZE(vdm_operation_output_memset, 8);
SIZE(vdm_operation_output_flush, 8);

SIZE(vdm_operation_future, 120);
AT(vdm_operation_future, base, 0);
AT(vdm_operation_future, data, 40);
AT(vdm_operation_future, output, 104);

SIZE(vdm, 48);
AT(vdm, op_new, 0);
AT(vdm, op_delete, 8);
AT(vdm, op_start, 16);
AT(vdm, op_check, 24);
AT(vdm, capabilities, 32);
AT(vdm, has_property, 40);
#endif

VALUE(FUTURE_STATE_IDLE, 0);
VALUE(FUTURE_STATE_COMPLETE, 1);
VALUE(FUTURE_STATE_RUNNING, 2);
VALUE(FUTURE_NOTIFIER_NONE, 0);
VALUE(FUTURE_NOTIFIER_WAKER, 1);
VALUE(FUTURE_NOTIFIER_POLLER, 2);
VALUE(FUTURE_PROPERTY_ASYNC, 0);
VALUE(FUTURE_CHAIN_ENTRY_REGULAR, 1);
VALUE(FUTURE_CHAIN_ENTRY_LAST, 2);
VALUE(FUTURE_CHAIN_FLAG_ENTRY_LAST, 1);
VALUE(FUTURE_CHAIN_FLAG_ENTRY_PROCESSED, 2);
VALUE(FUTURE_CHAIN_VALID_FLAGS, 3);
HAS(width_of_chain_flags, sizeof(FUTURE_CHAIN_VALID_FLAGS) == 8);

VALUE(VDM_OPERATION_MEMCPY, 0);
VALUE(VDM_OPERATION_MEMMOVE, 1);
VALUE(VDM_OPERATION_MEMSET, 2);
VALUE(VDM_OPERATION_FLUSH, 3);
VALUE(VDM_OPERATION_DATA_MAX_SIZE, 40);
VALUE(VDM_SUCCESS, 0);
VALUE(VDM_ERROR_OUT_OF_MEMORY, 1);
VALUE(VDM_ERROR_JOB_CORRUPTED, 2);
VALUE(VDM_F_MEM_DURABLE, 1);
VALUE(VDM_F_NO_CACHE_HINT, 2);
VALUE(VDM_F_VALID_FLAGS, 3);

/* Added since. */
#if UINTPTR_MAX == UINT64_MAX
SIZE(vdm_segment, 24);
AT(vdm_segment, dest, 0);
AT(vdm_segment, src, 8);
AT(vdm_segment, n, 16);
SIZE(vdm_operation_data_memcpyv, 32);
AT(vdm_operation_data_memcpyv, segments, 0);
AT(vdm_operation_data_memcpyv, count, 8);
AT(vdm_operation_data_memcpyv, n, 16);
AT(vdm_operation_data_memcpyv, flags, 24);
SIZE(vdm_operation_output_memcpyv, 8);
#endif
VALUE(VDM_OPERATION_MEMCPYV, 4);
VALUE(VDM_CAPABILITY_MEMCPYV, 0x100000);
VALUE(VDM_ERROR_NOT_SUPPORTED, 3);
VALUE(VDM_ERROR_INVALID_ARGUMENT, 4);
VALUE(VDM_ERROR_CANCELED, 5);
VALUE(FUTURE_CONTEXT_CANCELED, 0x80000000);

int main(void)
{
	return 0;
}
