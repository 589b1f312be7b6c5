/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/*
 * operation.c -- the table of operations.
 */

#include "operation.h"

#include <string.h>

const struct operation_kind operation_kinds[OPERATION_KINDS + 1] = {
	{"copy", "between ranges that do not overlap", "memcpy", VDM_OPERATION_MEMCPY,
	 VDM_CAPABILITY_MEMCPY},
	{"move", "between ranges that may overlap", "memmove", VDM_OPERATION_MEMMOVE,
	 VDM_CAPABILITY_MEMMOVE},
	{"set", "every byte to the same value", "memset", VDM_OPERATION_MEMSET,
	 VDM_CAPABILITY_MEMSET},
	{"flush", "cache lines back to memory", NULL, VDM_OPERATION_FLUSH, VDM_CAPABILITY_FLUSH},
	{NULL, NULL, NULL, VDM_OPERATION_MEMCPY, 0},
};

const struct operation_kind *operation_find(const char *name)
{
	for (const struct operation_kind *kind = operation_kinds; kind->name != NULL; kind++) {
		if (strcmp(kind->name, name) == 0)
			return kind;
	}
	return NULL;
}
