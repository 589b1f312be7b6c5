/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/* child.c -- see child.h. */

#include "support/child.h"

#include <stdbool.h>
#include <sys/wait.h>
#include <unistd.h>

#include "support/test.h"

#define HANGS_AFTER 60 /* seconds */

static int status_of(pid_t child)
{
	int status;
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_false(WIFSIGNALED(status)); /* SIGALRM: it hung */
	return WEXITSTATUS(status);
}

int child_ran(void (*run)(void *arg), void *arg)
{
	fflush(NULL);
	pid_t child = fork();
	assert_true(child >= 0);
	if (child == 0) {
		alarm(HANGS_AFTER);
		run(arg);
		exit(0); /* which looks for leaks, in builds that do */
	}
	int status = status_of(child);
	assert_true(status == 0 || status == CHILD_SKIPPED);
	return status == 0;
}

void run_in_child(void (*run)(void *arg), void *arg)
{
	assert_true(child_ran(run, arg));
}
