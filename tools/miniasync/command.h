/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/*
 * command.h -- the subcommands, each a function in a file of its own. A new one is declared here
 * and gets a line in main.c's table.
 *
 * A subcommand is given its own arguments, of which the first is its name as usage messages show
 * it. It returns the exit status: 0, or EXIT_FAILURE once it has complained. A wrong argument ends
 * the process with EXIT_USAGE.
 */

#ifndef MINIASYNC_COMMAND_H
#define MINIASYNC_COMMAND_H

#define EXIT_USAGE 2

int command_info(int argc, char **argv);
int command_bench(int argc, char **argv);
int command_copy(int argc, char **argv);

#endif
