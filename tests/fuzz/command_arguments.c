/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/*
 * command_arguments.c -- a property: the command understands its arguments as its manual page says.
 *
 * The bytes of an input say which words are on the line. Those that are right by the page begin
 * what they ask for, with the values that they name; one that is wrong ends the command with the
 * status 2, a message, and nothing begun; and with words of any bytes it does one of these.
 *
 * What begins is looked at, and not done: no file is copied and nothing measured.
 */

#include "fuzz/command_child.h"
#include "fuzz/command_words.h"

#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "arguments.h"
#include "bench/bench_run.h"
#include "copy_file.h"
#include "message.h"
#include "movers.h"

static struct words words;
static bool fail_what_begins;
static bool *begun; /* shared with the child */

/* What the command calls when it has understood. */

static void check_string(const char *string, const char *wanted)
{
	CHECK(wanted == NULL || strcmp(string, wanted) == 0);
}

static int begin(const char *command)
{
	CHECK(!*begun);
	*begun = true;
	CHECK(words.verdict != BAD);
	CHECK(words.verdict == UNKNOWN || strcmp(words.command, command) == 0);
	return fail_what_begins ? complain(command, "it was told to fail") : 0;
}

int __wrap_mover_open(struct mover *mover, const struct mover_kind *kind, size_t threads);
int __real_mover_open(struct mover *mover, const struct mover_kind *kind, size_t threads);
int __wrap_copy_file(const struct copy_request *request, struct copy_report *report);
int __wrap_bench_run(const struct bench_request *request);

/* However many threads are asked for, few are enough to have a mover. */
int __wrap_mover_open(struct mover *mover, const struct mover_kind *kind, size_t threads)
{
	CHECK(threads <= THREADS_MAX && (threads == 0 || kind->has_threads));
	if (words.verdict == GOOD) {
		CHECK(threads == words.copy.threads);
		check_string(kind->name, words.copy.mover);
	}
	return __real_mover_open(mover, kind, threads % 2);
}

int __wrap_copy_file(const struct copy_request *request, struct copy_report *report)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE);
	(void)report;
	CHECK(request->source != NULL && request->destination != NULL && request->vdm != NULL);
	CHECK(*request->source != '\0' && *request->destination != '\0');
	CHECK(request->depth >= 1 && request->depth <= DEPTH_MAX);
	CHECK(request->chunk > 0 && request->chunk % page == 0);
	CHECK(request->chunk <= SIZE_MAX / request->depth);
	if (words.verdict == GOOD) {
		const struct copy_words *copy = &words.copy;
		check_string(request->source, copy->source);
		check_string(request->destination, copy->destination);
		CHECK(request->chunk == (copy->chunk + page - 1) / page * page);
		CHECK(request->depth == copy->depth);
		CHECK(request->verify == copy->verify && request->durable == copy->durable);
	}
	return begin("copy");
}

int __wrap_bench_run(const struct bench_request *request)
{
	const struct sweep *sweep = &request->sweep;
	CHECK(request->mover_count <= BENCH_MOVERS_MAX && request->threads <= THREADS_MAX);
	for (size_t i = 0; i < request->mover_count; i++)
		CHECK(mover_find(request->movers[i]->name) == request->movers[i]);
	CHECK(sweep->size_count >= 1 && sweep->size_count <= SWEEP_SIZES_MAX);
	for (size_t i = 0; i < sweep->size_count; i++)
		CHECK(sweep->sizes[i] > (i == 0 ? 0 : sweep->sizes[i - 1]) &&
		      sweep->sizes[i] <= SWEEP_SIZE_MAX);
	CHECK(sweep->depth_count >= 1 && sweep->depth_count <= SWEEP_DEPTHS_MAX);
	for (size_t i = 0; i < sweep->depth_count; i++)
		CHECK(sweep->depths[i] >= 1 && sweep->depths[i] <= DEPTH_MAX);
	CHECK(sweep->operation_count >= 1 && sweep->operation_count <= OPERATION_KINDS);
	for (size_t i = 0; i < sweep->operation_count; i++)
		CHECK(operation_find(sweep->operations[i]->name) == sweep->operations[i]);
	return begin("bench");
}

/* What it came to. */

static bool begins(const char *string, const char *with)
{
	return strncmp(string, with, strlen(with)) == 0;
}

static bool has_mover(const char *name)
{
	return mover_find(name)->make != NULL;
}

/* Of the words that are all good. */
static int status_wanted(void)
{
	bool copies = strcmp(words.command, "copy") == 0;
	if (copies && !has_mover(words.copy.mover))
		return EXIT_FAILURE;
	return *begun && fail_what_begins ? EXIT_FAILURE : EXIT_SUCCESS;
}

static void check_messages(const struct child *child)
{
	switch (child->status) {
	case EXIT_SUCCESS:
		CHECK_CHILD(child, child->errors[0] == '\0');
		CHECK_CHILD(child, *begun || child->output[0] != '\0');
		break;
	case EXIT_FAILURE:
		CHECK_CHILD(child, begins(child->errors, "miniasync: "));
		break;
	default:
		CHECK_CHILD(child, child->status == 2);
		CHECK_CHILD(child, !*begun);
		CHECK_CHILD(child, child->errors[0] != '\0' && child->output[0] == '\0');
	}
}

static int run(void *arg)
{
	(void)arg;
	return command_main(words.argc, words.argv);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	struct input input = {bytes, size};
	struct child child;
	if (begun == NULL)
		begun = mmap(NULL, sizeof(*begun), PROT_READ | PROT_WRITE,
			     MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	CHECK(begun != MAP_FAILED);
	*begun = false;
	fail_what_begins = input_below(&input, 8) == 7;
	words_make(&words, &input);

	child_run(&child, run, NULL);
	if (words.verdict == GOOD)
		CHECK_CHILD(&child, child.status == status_wanted());
	if (words.verdict == BAD)
		CHECK_CHILD(&child, child.status == 2);
	check_messages(&child);
	return 0;
}
