/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/* command_child.c -- see command_child.h. */

#include "fuzz/command_child.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

enum { SECONDS_MOST = 30 };

/*
 * Clang's counters of what this program, shared libraries aside, has reached; where it was not
 * compiled to count, there are none. This file itself does not count: in those that do, clang wants
 * these names for itself.
 */
extern uint8_t __start___sancov_cntrs[] __attribute__((weak, visibility("hidden")));
extern uint8_t __stop___sancov_cntrs[] __attribute__((weak, visibility("hidden")));

static uint8_t *reached; /* the child's counters, shared with the parent */

static size_t counters(void)
{
	return (size_t)(__stop___sancov_cntrs - __start___sancov_cntrs);
}

/* The last that is done at exit before what libFuzzer, or a sanitizer, wants done. */
static void leave(int status, void *arg)
{
	(void)arg;
	if (reached != NULL)
		memcpy(reached, __start___sancov_cntrs, counters());
	_exit(status);
}

static void be_the_child(int output, int errors, int (*run)(void *), void *arg)
{
	int input = open("/dev/null", O_RDONLY);
	if (dup2(input, STDIN_FILENO) < 0 || dup2(output, STDOUT_FILENO) < 0 ||
	    dup2(errors, STDERR_FILENO) < 0)
		abort();
	signal(SIGABRT, SIG_DFL);
	signal(SIGALRM, SIG_DFL);
	alarm(SECONDS_MOST);
	on_exit(leave, NULL);
	exit(run(arg));
}

static void read_string(int file, char *string, size_t size)
{
	ssize_t length = pread(file, string, size - 1, 0);
	string[length > 0 ? length : 0] = '\0';
	close(file);
}

int child_wait(pid_t process)
{
	int status;
	pid_t ended;
	do
		ended = waitpid(process, &status, 0);
	while (ended < 0 && errno == EINTR);
	CHECK(ended == process);
	return status;
}

void child_run(struct child *child, int (*run)(void *), void *arg)
{
	if (reached == NULL && counters() > 0) {
		reached = mmap(NULL, counters(), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS,
			       -1, 0);
		CHECK(reached != MAP_FAILED);
	}
	int output = memfd_create("output", MFD_CLOEXEC);
	int errors = memfd_create("errors", MFD_CLOEXEC);
	CHECK(output >= 0 && errors >= 0);
	fflush(NULL);

	pid_t process = fork();
	CHECK(process >= 0);
	if (process == 0)
		be_the_child(output, errors, run, arg);
	int status = child_wait(process);
	read_string(output, child->output, sizeof(child->output));
	read_string(errors, child->errors, sizeof(child->errors));
	child->status = WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
	CHECK_CHILD(child, WIFEXITED(status));
	if (reached != NULL)
		memcpy(__start___sancov_cntrs, reached, counters());
}
