/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/*
 * operation.h -- what movers do, by name.
 */

#ifndef MINIASYNC_OPERATION_H
#define MINIASYNC_OPERATION_H

#include <libminiasync/vdm.h>

struct operation_kind {
	const char *name;
	const char *summary;
	const char *function; /* of the language, that does the same; NULL: there is none */
	enum vdm_operation_type type;
	unsigned capability;
};

#define OPERATION_KINDS 4

/* All of them, ended by one without a name. */
extern const struct operation_kind operation_kinds[OPERATION_KINDS + 1];

/* operation_find -- the kind of that name, or NULL. */
const struct operation_kind *operation_find(const char *name);

#endif
