/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/*
 * movers.h -- the library's movers, by name.
 */

#ifndef MINIASYNC_MOVERS_H
#define MINIASYNC_MOVERS_H

#include <libminiasync/vdm.h>

#include <stdbool.h>
#include <stdio.h>

struct mover_kind {
	const char *name;
	const char *summary;
	bool has_threads;              /* whether it makes sense to say how many */
	void *(*make)(size_t threads); /* NULL: not in this build */
	struct vdm *(*get_vdm)(void *engine);
	void (*end)(void *engine);
};

/* All of them, ended by one without a name; the first is the default. */
extern const struct mover_kind mover_kinds[];

/* mover_find -- the kind of that name, or NULL. */
const struct mover_kind *mover_find(const char *name);

struct mover {
	const struct mover_kind *kind;
	void *engine;
	struct vdm *vdm;
};

/* mover_make -- makes a mover; threads: how many, 0 for as many as pay. -1 with errno. */
int mover_make(struct mover *mover, const struct mover_kind *kind, size_t threads);

/* mover_reason -- why mover_make failed, from its errno. */
const char *mover_reason(void);

/* mover_is_absent -- whether that is for want of a part of this build or this machine. */
bool mover_is_absent(void);

/* mover_open -- the same, and complains when it fails. */
int mover_open(struct mover *mover, const struct mover_kind *kind, size_t threads);
void mover_close(struct mover *mover);

/* mover_operations, mover_flags -- what a mover can do here by name, into names; ended by NULL. */
#define MOVER_NAMES_MAX 6
const char **mover_operations(const struct mover *mover, const char *names[MOVER_NAMES_MAX]);
const char **mover_flags(const struct mover *mover, const char *names[MOVER_NAMES_MAX]);

/* What --help says of the movers: a line for each. */
void movers_list(FILE *stream);

#endif
