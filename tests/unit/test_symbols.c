/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/* test_symbols.c -- the library says which version it is. */

#include <libminiasync/version.h>

#include "support/test.h"

static void the_library_is_of_the_version_of_its_headers(void **state)
{
	(void)state;
	assert_string_equal(miniasync_version(), MINIASYNC_VERSION_STRING);
	assert_ptr_equal(miniasync_version(), miniasync_version());
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_library_is_of_the_version_of_its_headers),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
