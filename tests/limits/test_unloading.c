/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/*
 * test_unloading.c -- a plug-in that used everything of the library is closed: no thread stays
 * behind, and what threads and forks still call of the library is there.
 *
 * The plug-in is tests/cross/smoke.c, whose main is named use_everything; there is one linked to
 * the shared library, and one with the static library in it.
 */

#include <dirent.h>
#include <dlfcn.h>
#include <pthread.h>
#include <sched.h>
#include <semaphore.h>

#include "support/child.h"
#include "support/test.h"

struct guest {
	int (*use_everything)(void);
	int result;
	sem_t counted, used, closed;
};

static void wait_for(sem_t *semaphore)
{
	while (sem_wait(semaphore) != 0)
		continue;
}

/* It waits for futures, and ends when the plug-in is closed. */
static void *use_and_stay(void *arg)
{
	struct guest *guest = arg;
	wait_for(&guest->counted);
	guest->result = guest->use_everything();
	sem_post(&guest->used);
	wait_for(&guest->closed);
	return NULL;
}

static size_t threads(void)
{
	size_t count = 0;
	DIR *tasks = opendir("/proc/self/task");
	assert_non_null(tasks);
	for (struct dirent *entry; (entry = readdir(tasks)) != NULL;)
		count += entry->d_name[0] != '.';
	closedir(tasks);
	return count;
}

static void leave(void *arg)
{
	(void)arg;
	_Exit(0);
}

static void close_after_use(const char *path)
{
	void *plugin = dlopen(path, RTLD_NOW | RTLD_LOCAL);
	if (plugin == NULL)
		fail_msg("%s", dlerror());
	struct guest guest = {.result = -1};
	*(void **)(void *)&guest.use_everything = dlsym(plugin, "use_everything");
	assert_non_null(guest.use_everything);
	sem_init(&guest.counted, 0, 0);
	sem_init(&guest.used, 0, 0);
	sem_init(&guest.closed, 0, 0);
	pthread_t thread;
	assert_int_equal(pthread_create(&thread, NULL, use_and_stay, &guest), 0);
	size_t before = threads();
	sem_post(&guest.counted);
	wait_for(&guest.used);
	assert_int_equal(guest.result, 0);
	while (threads() > before) /* one that was joined is listed a moment longer */
		sched_yield();

	assert_int_equal(dlclose(plugin), 0);
	run_in_child(leave, NULL); /* which tells the library of the fork */
	sem_post(&guest.closed);
	pthread_join(thread, NULL); /* which gives something back to it */
}

static void a_plugin_with_the_shared_library_can_be_closed(void **state)
{
	(void)state;
	close_after_use(PLUGIN_SHARED);
	close_after_use(PLUGIN_SHARED);
}

static void a_plugin_with_the_static_library_can_be_closed(void **state)
{
	(void)state;
	close_after_use(PLUGIN_STATIC);
	close_after_use(PLUGIN_STATIC);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_plugin_with_the_shared_library_can_be_closed),
		cmocka_unit_test(a_plugin_with_the_static_library_can_be_closed),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
