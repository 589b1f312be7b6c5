/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/*
 * pmem2.c -- a real client: Debian's libpmem2, which was written for 0.2.1 and makes its futures of
 * its own compiled code, which ours polls. Copies, moves and sets over a map of a file: on each
 * mover of ours, and on libpmem2's own, a table of the six old functions.
 */

#define PMEM2_USE_MINIASYNC 1
#include <libminiasync.h>
#include <libpmem2.h>

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define SIZE ((size_t)1 << 20)

#define CHECK(condition)                                                                   \
	do {                                                                               \
		if (!(condition)) {                                                        \
			fprintf(stderr, "line %d: not so: %s: %s\n", __LINE__, #condition, \
				pmem2_errormsg());                                         \
			exit(1);                                                           \
		}                                                                          \
	} while (0)

static char *random_bytes(void)
{
	char *bytes = malloc(SIZE);
	CHECK(bytes != NULL);
	unsigned x = 1;
	for (size_t i = 0; i < SIZE; i++) {
		x = x * 1664525 + 1013904223;
		bytes[i] = (char)(x >> 24);
	}
	return bytes;
}

static struct pmem2_map *map_file(int fd, struct vdm *vdm)
{
	struct pmem2_config *config;
	struct pmem2_source *source;
	struct pmem2_map *map;
	CHECK(pmem2_config_new(&config) == 0);
	CHECK(pmem2_config_set_required_store_granularity(config, PMEM2_GRANULARITY_PAGE) == 0);
	if (vdm != NULL)
		CHECK(pmem2_config_set_vdm(config, vdm) == 0);
	CHECK(pmem2_source_from_fd(&source, fd) == 0);
	CHECK(pmem2_map_new(&map, config, source) == 0);
	pmem2_source_delete(&source);
	pmem2_config_delete(&config);
	return map;
}

static void check_file(int fd, const char *expected)
{
	char *found = malloc(SIZE);
	CHECK(found != NULL);
	CHECK(pread(fd, found, SIZE, 0) == (ssize_t)SIZE);
	CHECK(memcmp(found, expected, SIZE) == 0);
	free(found);
}

static void wait_for(struct runtime *runtime, struct pmem2_future *future, void *dest)
{
	runtime_wait(runtime, FUTURE_AS_RUNNABLE(future));
	CHECK(FUTURE_STATE(future) == FUTURE_STATE_COMPLETE);
	CHECK(FUTURE_OUTPUT(future)->dest == dest);
}

static void use(int fd, struct vdm *vdm)
{
	struct runtime *runtime = runtime_new();
	CHECK(runtime != NULL);
	struct pmem2_map *map = map_file(fd, vdm);
	char *mapped = pmem2_map_get_address(map);
	char *expected = random_bytes();

	struct pmem2_future future = pmem2_memcpy_async(map, mapped, expected, SIZE, 0);
	wait_for(runtime, &future, mapped);
	check_file(fd, expected);

	future = pmem2_memmove_async(map, mapped + 100, mapped, SIZE / 2, 0);
	memmove(expected + 100, expected, SIZE / 2);
	wait_for(runtime, &future, mapped + 100);
	check_file(fd, expected);

	future = pmem2_memset_async(map, mapped + 1, 'x', SIZE / 3, 0);
	memset(expected + 1, 'x', SIZE / 3);
	wait_for(runtime, &future, mapped + 1);
	check_file(fd, expected);

	free(expected);
	CHECK(pmem2_map_delete(&map) == 0);
	runtime_delete(runtime);
}

int main(void)
{
	char name[] = "pmem2-XXXXXX";
	int fd = mkstemp(name);
	CHECK(fd >= 0);
	CHECK(unlink(name) == 0);
	CHECK(ftruncate(fd, (off_t)SIZE) == 0);

	struct data_mover_sync *sync = data_mover_sync_new();
	CHECK(sync != NULL);
	use(fd, data_mover_sync_get_vdm(sync));
	data_mover_sync_delete(sync);

	struct data_mover_threads *threads = data_mover_threads_default();
	CHECK(threads != NULL);
	use(fd, data_mover_threads_get_vdm(threads));
	data_mover_threads_delete(threads);

	use(fd, NULL);

	puts("libpmem2 copied, moved and set on three movers");
	return 0;
}
