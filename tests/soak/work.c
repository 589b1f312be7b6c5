/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/*
 * work.c -- see work.h.
 */

#include "soak/work.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define POOL_SIZE ((size_t)8 << 20)
#define AROUND_MAX 256          /* bytes on either side of a destination, at most */
#define UNKNOWN_FLAG (1U << 20) /* to every engine that validates */

static unsigned char *pool;
static XXH64_hash_t pool_hash;

int pool_begin_random(uint32_t seed)
{
	struct random random = {seed};
	pool = malloc(POOL_SIZE);
	if (pool == NULL)
		return -1;
	for (size_t i = 0; i < POOL_SIZE; i += sizeof(uint32_t)) {
		uint32_t next = random_next(&random);
		memcpy(pool + i, &next, sizeof(next));
	}
	pool_hash = XXH3_64bits(pool, POOL_SIZE);
	return 0;
}

bool pool_is_unharmed(void)
{
	return XXH3_64bits(pool, POOL_SIZE) == pool_hash;
}

void pool_end_random(void)
{
	free(pool);
}

static unsigned char *some_of_pool(size_t n, struct random *random)
{
	return pool + random_below(random, (uint32_t)(POOL_SIZE - n));
}

unsigned char *arena_take(struct arena *arena, size_t size)
{
	if (size > arena->size - arena->used)
		return NULL;
	unsigned char *area = arena->memory + arena->used;
	arena->used += size;
	return area;
}

/* Nothing, small ones most of all, those that are queued, those that are cut into pieces. */
static size_t some_size(struct random *random)
{
	static const uint32_t limits[] = {1, 256, 256, 4096, 4096, 4096, 64 << 10, 256 << 10};
	uint32_t kind = random_below(random, 8 * 4);
	return kind == 0 ? WORK_LARGEST - random_below(random, 1 << 20)
			 : random_below(random, limits[kind % 8]);
}

/* Cuts an area for n bytes, fewer if there is no more room, and fills it. */
static void take_area(struct work *work, size_t n, struct arena *arena, struct random *random)
{
	size_t room = arena->size - arena->used;
	work->before = random_below(random, AROUND_MAX);
	work->behind = random_below(random, AROUND_MAX);
	if (room < work->before + work->behind)
		work->before = work->behind = 0;
	room -= work->before + work->behind;
	work->n = n < room ? n : room;
	size_t size = work->before + work->n + work->behind;
	work->area = arena_take(arena, size);
	memcpy(work->area, some_of_pool(size, random), size);
}

static unsigned char *destination(const struct work *work)
{
	return work->area + work->before;
}

static const unsigned char *behind(const struct work *work)
{
	return destination(work) + work->n;
}

static void hash_what_is(struct work *work)
{
	work->hash_before = XXH3_64bits(work->area, work->before);
	work->hash_old = XXH3_64bits(destination(work), work->n);
	work->hash_behind = XXH3_64bits(behind(work), work->behind);
}

static uint64_t some_flags(const struct work *work, struct random *random)
{
	uint64_t flags = 0;
	if (random_below(random, 4) == 0)
		flags |= VDM_F_NO_CACHE_HINT;
	if (random_below(random, 16) == 0 && vdm_is_supported(work->engine->vdm, VDM_F_MEM_DURABLE))
		flags |= VDM_F_MEM_DURABLE;
	if (work->misuse == WORK_UNKNOWN_FLAG)
		flags |= UNKNOWN_FLAG;
	return flags;
}

static void make_copy(struct work *work, unsigned char *source, uint64_t flags)
{
	work->hash_new = XXH3_64bits(source, work->n);
	work->future = vdm_memcpy(work->engine->vdm, destination(work), source, work->n, flags);
}

/* Within the area: from anywhere in it, most often from where it overlaps itself. */
static void make_move(struct work *work, uint64_t flags, struct random *random)
{
	size_t from = random_below(random, (uint32_t)(work->before + work->behind + 1));
	unsigned char *source = work->area + from;
	work->hash_new = XXH3_64bits(source, work->n);
	work->future = vdm_memmove(work->engine->vdm, destination(work), source, work->n, flags);
}

/* What is to be there, of which the checksum is taken. */
static unsigned char *image_begin(const struct work *work)
{
	unsigned char *image = malloc(work->n + 1);
	if (image == NULL)
		abort();
	return image;
}

static void image_end(struct work *work, unsigned char *image)
{
	work->hash_new = XXH3_64bits(image, work->n);
	free(image);
}

static void make_set(struct work *work, uint64_t flags, struct random *random)
{
	int c = (int)random_below(random, 256);
	unsigned char *image = image_begin(work);
	memset(image, c, work->n);
	image_end(work, image);
	work->future = vdm_memset(work->engine->vdm, destination(work), c, work->n, flags);
}

static void make_flush(struct work *work, uint64_t flags)
{
	work->hash_new = work->hash_old;
	work->future = vdm_flush(work->engine->vdm, destination(work), work->n, flags);
}

/* From all over the pool; some are empty. */
static void make_copies(struct work *work, uint64_t flags, struct random *random)
{
	unsigned char *image = image_begin(work);
	size_t begin = 0, count = 1 + random_below(random, WORK_SEGMENTS);
	for (size_t i = 0; i < count; i++) {
		size_t rest = work->n - begin;
		size_t n = i + 1 < count ? random_below(random, (uint32_t)rest + 1) : rest;
		unsigned char *source = some_of_pool(n, random);
		work->segments[i] = (struct vdm_segment){destination(work) + begin, source, n};
		memcpy(image + begin, source, n);
		begin += n;
	}
	image_end(work, image);
	work->future = vdm_memcpyv(work->engine->vdm, work->segments, count, flags);
}

void work_make(struct work *work, const struct engine *engine, struct arena *arena,
	       struct random *random)
{
	*work = (struct work){.engine = engine};
	if (engine->validates && random_below(random, 32) == 0)
		work->misuse = WORK_UNKNOWN_FLAG;
	take_area(work, some_size(random), arena, random);
	hash_what_is(work);
	uint64_t flags = some_flags(work, random);
	switch (random_below(random, 9)) {
	case 0:
		if (vdm_is_supported(engine->vdm, VDM_CAPABILITY_FLUSH)) {
			make_flush(work, flags);
			break;
		}
		/* fallthrough */
	case 1:
	case 2:
		make_move(work, flags, random);
		break;
	case 3:
	case 4:
		make_set(work, flags, random);
		break;
	case 5:
		make_copies(work, flags, random);
		break;
	default:
		make_copy(work, some_of_pool(work->n, random), flags);
	}
}

void work_make_copy_of(struct work *work, const struct work *source, const struct engine *engine,
		       struct arena *arena, struct random *random)
{
	*work = (struct work){.engine = engine, .source = source};
	take_area(work, source->n, arena, random);
	hash_what_is(work);
	work->future = vdm_memcpy(engine->vdm, destination(work), destination(source), work->n,
				  some_flags(work, random));
	/* Of less than all, for lack of room, the checksum is not known before. */
	work->hash_new = work->n == source->n ? source->hash_new : 0;
}

static bool is_canceled(const struct work *work)
{
	return future_context_is_canceled(&work->future.base.context);
}

static bool content_is(const struct work *work, XXH64_hash_t hash)
{
	return XXH3_64bits(destination(work), work->n) == hash;
}

/* Whether what it copied was not as expected itself. */
static bool has_odd_source(const struct work *work)
{
	return work->source != NULL &&
	       (work->source->future.output.result != VDM_SUCCESS || work->source->n != work->n);
}

static bool has_right_content(const struct work *work)
{
	switch (work->future.output.result) {
	case VDM_SUCCESS:
		return work->misuse == WORK_PROPER &&
		       (has_odd_source(work) || content_is(work, work->hash_new));
	case VDM_ERROR_CANCELED:
		return is_canceled(work);
	case VDM_ERROR_INVALID_ARGUMENT:
		return work->misuse == WORK_UNKNOWN_FLAG && content_is(work, work->hash_old);
	case VDM_ERROR_OUT_OF_MEMORY: /* as an injected fault has it */
		return content_is(work, work->hash_old);
	default:
		return false;
	}
}

bool work_is_right(const struct work *work)
{
	return work->future.base.context.state == FUTURE_STATE_COMPLETE &&
	       work->future.output.type == work->future.data.operation.type &&
	       XXH3_64bits(work->area, work->before) == work->hash_before &&
	       XXH3_64bits(behind(work), work->behind) == work->hash_behind &&
	       has_right_content(work);
}

void work_complain(const struct work *work, const char *scenario)
{
	const struct vdm_operation *operation = &work->future.data.operation;
	uint64_t flags = operation->type == VDM_OPERATION_FLUSH ? operation->data.flush.flags
								: operation->data.memcpy.flags;
	fprintf(stderr,
		"soak: wrong: %s on %s: operation %d, %zu bytes at %p, flags %#jx%s: state %d, "
		"%s\n",
		scenario, work->engine->name, (int)operation->type, work->n,
		(void *)destination(work), (uintmax_t)flags, is_canceled(work) ? ", cancelled" : "",
		(int)work->future.base.context.state,
		vdm_result_string(work->future.output.result));
}
