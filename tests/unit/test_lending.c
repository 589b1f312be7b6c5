/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/*
 * test_lending.c -- a thread that waits for a composition lends itself to the mover behind it, as
 * if it waited for the operations themselves. The only worker is kept busy, so who else should do
 * it?
 *
 * An offer that is lost on its way hangs the test, and ctest ends it.
 */

#include <semaphore.h>
#include <stdlib.h>
#include <string.h>

#include <libminiasync.h>

#include "support/pattern.h"
#include "support/test.h"

static sem_t gate;

static void *copy_behind_the_gate(void *dest, const void *source, size_t n, unsigned flags)
{
	(void)flags;
	while (sem_wait(&gate) != 0)
		; /* a signal came */
	return memcpy(dest, source, n);
}

#define N ((size_t)1 << 20)

static void operations_in_compositions_are_done_by_the_thread_that_waits(void **state)
{
	(void)state;
	static unsigned char set[4][N];
	char from = 1, to;
	sem_init(&gate, 0, 0);
	struct data_mover_threads *mover = data_mover_threads_new(1, 16, FUTURE_NOTIFIER_WAKER);
	assert_non_null(mover);
	data_mover_threads_set_memcpy_fn(mover, copy_behind_the_gate);
	struct vdm *vdm = data_mover_threads_get_vdm(mover);
	struct vdm_operation_future busy = vdm_memcpy(vdm, &to, &from, 1, 0);
	future_poll(FUTURE_AS_RUNNABLE(&busy), NULL);

	struct vdm_operation_future sets[4];
	struct future *futs[4];
	for (size_t i = 0; i < 4; i++) {
		sets[i] = vdm_memset(vdm, set[i], 'a' + (int)i, N, 0);
		futs[i] = FUTURE_AS_RUNNABLE(&sets[i]);
	}
	struct future_join pairs[] = {future_join(futs, 2), future_join(futs + 2, 2)};
	struct future_timeout timeout = future_timeout(FUTURE_AS_RUNNABLE(&pairs[0]), UINT64_MAX);
	struct future *both[] = {FUTURE_AS_RUNNABLE(&timeout), FUTURE_AS_RUNNABLE(&pairs[1])};
	struct future_join join = future_join(both, 2);
	struct future *only[] = {FUTURE_AS_RUNNABLE(&join)};
	struct future_race race = future_race(only, 1);
	runtime_wait(NULL, FUTURE_AS_RUNNABLE(&race));

	assert_int_equal(FUTURE_OUTPUT(&join)->completed, 2);
	for (size_t i = 0; i < 4; i++)
		assert_true(all_bytes_are(set[i], N, (unsigned char)('a' + i)));
	assert_int_not_equal(FUTURE_STATE(&busy), FUTURE_STATE_COMPLETE);
	sem_post(&gate);
	runtime_wait(NULL, FUTURE_AS_RUNNABLE(&busy));
	data_mover_threads_delete(mover);
	sem_destroy(&gate);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(operations_in_compositions_are_done_by_the_thread_that_waits),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
