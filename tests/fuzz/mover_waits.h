/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/* mover_waits.h -- the ways to wait for calls of a mover, each a step that an input can take. */

#ifndef MINIASYNC_TESTS_MOVER_WAITS_H
#define MINIASYNC_TESTS_MOVER_WAITS_H

#include "fuzz/mover_memory.h"

void waits_begin(struct input *input);

/* For one call that may be polled. */
void wait_for_it(struct input *input, struct call *call);
void wait_with_a_time(struct input *input, struct call *call);
void wait_as_it_answers(struct input *input, struct call *call);
void add_to_the_set(struct input *input, struct call *call);

/* For several of those that may be polled; for the next one of the set. */
void wait_for_several(struct input *input);
void wait_for_the_first(struct input *input);
void wait_for_next(struct input *input);

void take_out_of_the_set(struct call *call);

/* All calls are complete, and out of the set. */
void finish_all(void);

/* What is left in the set goes on without it. */
void waits_end(void);

#endif
