/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/*
 * gate.h -- a future that is complete once its gate is open; until then it answers as a test says.
 */

#ifndef MINIASYNC_TESTS_GATE_H
#define MINIASYNC_TESTS_GATE_H

#include <stddef.h>
#include <stdint.h>

#include <libminiasync.h>

#include "concurrent/lock.h"

#define FOREVER UINT64_MAX
#define MILLISECOND UINT64_C(1000000)

struct gate {
	_Atomic int open;
	enum future_notifier_type notifier_used;
	uint32_t poll_within_us;
	struct future_waker waker;
	_Atomic int watched; /* the waker is there */
	struct lock lock;    /* over the waker, which each poll brings anew */
	size_t polls;
};

struct gate_data {
	struct gate *gate;
};
struct gate_output {
	char unused;
};
FUTURE(gate_future, struct gate_data, struct gate_output);

struct gate_future gate_future(struct gate *gate);

/* One whose future answers that it will wake. */
struct gate waking_gate(void);

/* Opens it, and wakes whoever was told to wait for that. */
void open_gate(struct gate *gate);

/* As a thread: opens it once its future was polled. */
void *open_from_thread(void *gate);

#endif
