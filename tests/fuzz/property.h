/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/*
 * property.h -- a property holds for every input, or the program aborts. Its one function has the
 * name that libFuzzer calls; seeded.c calls it as well, with inputs from a fixed seed.
 */

#ifndef MINIASYNC_TESTS_PROPERTY_H
#define MINIASYNC_TESTS_PROPERTY_H

#include <stddef.h>
#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

#endif
