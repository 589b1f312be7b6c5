/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/* record.c -- see record.h. */

#include "soak/record.h"

#include "soak/faults.h"
#include "soak/process.h"

#define SHARE 8 /* of what there is, that may be more without being growth */

struct moment moment_now(size_t threads)
{
	return (struct moment){
		.threads = process_threads_settled(threads),
		.memory = process_memory(),
		.held = faults_bytes_held(),
	};
}

size_t moment_memory(const struct moment *moment)
{
	return moment->memory;
}

size_t moment_held(const struct moment *moment)
{
	return moment->held;
}

static size_t peak(const struct record *record, size_t from, size_t to,
		   size_t (*of)(const struct moment *moment))
{
	size_t most = 0;
	for (size_t i = from; i < to; i++)
		if (of(&record->moments[i]) > most)
			most = of(&record->moments[i]);
	return most;
}

bool record_grows(const struct record *record, size_t (*of)(const struct moment *moment),
		  size_t anyway)
{
	size_t half = record->n / 2;
	size_t before = peak(record, 0, half, of);
	size_t after = peak(record, half, record->n, of);
	return record->n >= RECORD_ENOUGH && after > before + before / SHARE + anyway;
}
