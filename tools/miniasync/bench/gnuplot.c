/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/*
 * gnuplot.c -- see gnuplot.h. It draws on its standard output, so that no name needs quoting.
 */

#include "gnuplot.h"
#include "../message.h"
#include "../output.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdbool.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

const char *gnuplot_terminal(const char *path)
{
	const char *dot = strrchr(path, '.');
	if (dot != NULL && strcmp(dot, ".svg") == 0)
		return "svg";
	if (dot != NULL && strcmp(dot, ".png") == 0)
		return "pngcairo";
	return NULL;
}

/* An errno value. */
static int spawn(struct gnuplot *gnuplot, int input, int output)
{
	char name[] = "gnuplot";
	char *const arguments[] = {name, NULL};
	posix_spawn_file_actions_t actions;
	int error = posix_spawn_file_actions_init(&actions);
	if (error != 0)
		return error;
	error = posix_spawn_file_actions_adddup2(&actions, input, STDIN_FILENO);
	if (error == 0)
		error = posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO);
	if (error == 0)
		error = posix_spawnp(&gnuplot->process, name, &actions, NULL, arguments, environ);
	posix_spawn_file_actions_destroy(&actions);
	return error;
}

static int start(struct gnuplot *gnuplot, int output)
{
	int ends[2];
	if (pipe2(ends, O_CLOEXEC) != 0)
		return complain("gnuplot", "%s", strerror(errno));
	int error = spawn(gnuplot, ends[0], output);
	close(ends[0]);
	gnuplot->commands = error == 0 ? fdopen(ends[1], "w") : NULL;
	if (gnuplot->commands != NULL)
		return 0;
	close(ends[1]);
	if (error == ENOENT)
		return complain("--plot", "gnuplot draws it, and is not installed; on Debian and "
					  "Ubuntu: apt install gnuplot-nox");
	return complain("gnuplot", "%s", strerror(error != 0 ? error : errno));
}

int gnuplot_open(struct gnuplot *gnuplot, const char *path)
{
	int output = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
	if (output < 0)
		return complain(path, "%s", strerror(errno));
	gnuplot->path = path;
	int result = start(gnuplot, output);
	close(output);
	if (result != 0)
		output_remove(path);
	signal(SIGPIPE, SIG_IGN); /* if it ends early, its exit status says so */
	return result;
}

/* Whether it has read all commands, and met none that it could not follow. */
static bool end(struct gnuplot *gnuplot)
{
	int status = -1;
	bool told = fclose(gnuplot->commands) == 0;
	gnuplot->commands = NULL;
	waitpid(gnuplot->process, &status, 0);
	return told && status == 0;
}

int gnuplot_close(struct gnuplot *gnuplot)
{
	if (end(gnuplot))
		return 0;
	output_remove(gnuplot->path);
	return complain(gnuplot->path, "gnuplot could not draw it");
}

void gnuplot_discard(struct gnuplot *gnuplot)
{
	end(gnuplot);
	output_remove(gnuplot->path);
}
