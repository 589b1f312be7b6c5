/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/*
 * movers.c -- the library's movers, by name. A new one is a row of the table.
 */

#include "movers.h"
#include "message.h"
#include "operation.h"

#include <libminiasync/data_mover_sync.h>
#include <libminiasync/data_mover_threads.h>

#ifdef WITH_DML
#include <libminiasync-vdm-dml.h>
#endif

#include <errno.h>
#include <string.h>

static void *threads_make(size_t threads)
{
	struct data_mover_threads_options options = DATA_MOVER_THREADS_OPTIONS_INIT;
	options.threads = threads;
	return data_mover_threads_new_with(&options);
}

static struct vdm *threads_vdm(void *engine)
{
	return data_mover_threads_get_vdm(engine);
}

static void threads_end(void *engine)
{
	data_mover_threads_delete(engine);
}

static void *sync_make(size_t threads)
{
	(void)threads;
	return data_mover_sync_new();
}

static struct vdm *sync_vdm(void *engine)
{
	return data_mover_sync_get_vdm(engine);
}

static void sync_end(void *engine)
{
	data_mover_sync_delete(engine);
}

#ifdef WITH_DML
static void *dml_make(size_t threads)
{
	(void)threads;
	return data_mover_dml_new(DATA_MOVER_DML_AUTO);
}

static struct vdm *dml_vdm(void *engine)
{
	return data_mover_dml_get_vdm(engine);
}

static void dml_end(void *engine)
{
	data_mover_dml_delete(engine);
}
#endif

const struct mover_kind mover_kinds[] = {
	{"threads", "a pool of threads", true, threads_make, threads_vdm, threads_end},
	{"sync", "this thread", false, sync_make, sync_vdm, sync_end},
#ifdef WITH_DML
	{"dml", "Intel's Data Mover Library", false, dml_make, dml_vdm, dml_end},
#else
	{"dml", "Intel's Data Mover Library", false, NULL, NULL, NULL},
#endif
	{NULL, NULL, false, NULL, NULL, NULL},
};

const struct mover_kind *mover_find(const char *name)
{
	for (const struct mover_kind *kind = mover_kinds; kind->name != NULL; kind++) {
		if (strcmp(kind->name, name) == 0)
			return kind;
	}
	return NULL;
}

int mover_make(struct mover *mover, const struct mover_kind *kind, size_t threads)
{
	errno = ENOSYS;
	void *engine = kind->make != NULL ? kind->make(threads) : NULL;
	if (engine == NULL)
		return -1;
	*mover = (struct mover){kind, engine, kind->get_vdm(engine)};
	return 0;
}

int mover_open(struct mover *mover, const struct mover_kind *kind, size_t threads)
{
	if (mover_make(mover, kind, threads) != 0)
		return complain(kind->name, "cannot make this mover: %s", mover_reason());
	return 0;
}

const char *mover_reason(void)
{
	switch (errno) {
	case ENOSYS:
		return "this command was built without it";
	case ENODEV:
		return "there is no device that it can use";
	default:
		return strerror(errno);
	}
}

bool mover_is_absent(void)
{
	return errno == ENOSYS || errno == ENODEV;
}

void mover_close(struct mover *mover)
{
	mover->kind->end(mover->engine);
}

const char **mover_operations(const struct mover *mover, const char *names[MOVER_NAMES_MAX])
{
	size_t found = 0;
	for (const struct operation_kind *kind = operation_kinds; kind->name != NULL; kind++) {
		if (vdm_is_supported(mover->vdm, kind->capability))
			names[found++] = kind->name;
	}
	if (vdm_is_supported(mover->vdm, VDM_CAPABILITY_MEMCPYV))
		names[found++] = "batch of copies"; /* none that bench has */
	names[found] = NULL;
	return names;
}

const char **mover_flags(const struct mover *mover, const char *names[MOVER_NAMES_MAX])
{
	size_t found = 0;
	if (vdm_is_supported(mover->vdm, VDM_F_MEM_DURABLE))
		names[found++] = "durable";
	if (vdm_is_supported(mover->vdm, VDM_F_NO_CACHE_HINT))
		names[found++] = "no cache hint";
	names[found] = NULL;
	return names;
}

void movers_list(FILE *stream)
{
	for (const struct mover_kind *kind = mover_kinds; kind->name != NULL; kind++)
		fprintf(stream, "  %-10s %s\n", kind->name, kind->summary);
}
