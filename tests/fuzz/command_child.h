/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/*
 * command_child.h -- the command in a child process, for it ends its process, and may be killed.
 *
 * main.c is linked as command_main. What the child reaches of the code counts as reached by the
 * parent, where libFuzzer looks.
 */

#ifndef MINIASYNC_TESTS_COMMAND_CHILD_H
#define MINIASYNC_TESTS_COMMAND_CHILD_H

#include <sys/types.h>

#include "fuzz/property.h"

int command_main(int argc, char **argv);

/* What a child came to, that ended by itself. */
struct child {
	int status;
	char output[8192]; /* of each the beginning, as a string */
	char errors[8192];
};

/*
 * Runs a function in a child that exits with what it returns; its input is empty. Neither signals
 * nor sanitizers may end it, nor may it take longer than some seconds.
 */
void child_run(struct child *child, int (*run)(void *arg), void *arg);

/* Waits for a child, and tells its status: libFuzzer's timer interrupts who waits. */
int child_wait(pid_t process);

/* CHECK, which says what the child had to say too. */
#define CHECK_CHILD(_child, _condition)                            \
	do {                                                       \
		if (!(_condition)) {                               \
			fputs((_child)->output, stderr);           \
			fputs((_child)->errors, stderr);           \
			fprintf(stderr, "%d\n", (_child)->status); \
			CHECK(_condition);                         \
		}                                                  \
	} while (0)

#endif
