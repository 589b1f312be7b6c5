/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/*
 * test.h -- cmocka, with what its header expects to find. Its assertions jump out of the test, so
 * only the thread that runs the test may use them.
 */

#ifndef MINIASYNC_TESTS_TEST_H
#define MINIASYNC_TESTS_TEST_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define COUNT_OF(_array) (sizeof(_array) / sizeof((_array)[0]))

#endif
