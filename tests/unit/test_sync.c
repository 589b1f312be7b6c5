/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/*
 * test_sync.c -- what the sync mover promises beyond the movers' suite: all is done in one poll.
 */

#include <libminiasync/data_mover_sync.h>

#include "support/test.h"

static int sync_set_up(void **state)
{
	*state = data_mover_sync_new();
	return *state == NULL;
}

static int sync_tear_down(void **state)
{
	data_mover_sync_delete(*state);
	return 0;
}

static void an_operation_is_complete_after_its_first_poll(void **state)
{
	static char source[100000] = "source", dest[100000];
	struct vdm *vdm = data_mover_sync_get_vdm(*state);
	struct vdm_operation_future copy = vdm_memcpy(vdm, dest, source, sizeof(dest), 0);
	assert_int_equal(dest[0], 0);

	assert_int_equal(future_poll(FUTURE_AS_RUNNABLE(&copy), NULL), FUTURE_STATE_COMPLETE);

	assert_memory_equal(dest, source, sizeof(dest));
}

static void call_nobody(void *data)
{
	(void)data;
	fail_msg("the sync mover called a waker");
}

static void no_waker_is_called(void **state)
{
	char source[8] = "source", dest[8];
	struct future_notifier notifier = {.waker = {NULL, call_nobody}};
	struct vdm_operation_future copy =
		vdm_memcpy(data_mover_sync_get_vdm(*state), dest, source, sizeof(dest), 0);
	assert_int_equal(future_poll(FUTURE_AS_RUNNABLE(&copy), &notifier), FUTURE_STATE_COMPLETE);
	assert_int_equal(notifier.notifier_used, FUTURE_NOTIFIER_NONE);
}

static void a_mover_has_one_vdm(void **state)
{
	assert_ptr_equal(data_mover_sync_get_vdm(*state), data_mover_sync_get_vdm(*state));
}

static void deleting_no_mover_does_nothing(void **state)
{
	(void)state;
	data_mover_sync_delete(NULL);
}

#define sync_test(_test) cmocka_unit_test_setup_teardown(_test, sync_set_up, sync_tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		sync_test(an_operation_is_complete_after_its_first_poll),
		sync_test(no_waker_is_called),
		sync_test(a_mover_has_one_vdm),
		cmocka_unit_test(deleting_no_mover_does_nothing),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
