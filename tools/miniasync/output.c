/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/*
 * output.c -- see output.h.
 */

#include "output.h"
#include "message.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

int output_close(FILE *file, const char *name)
{
	int lost = ferror(file); /* what was printed before; closing does not tell of it */
	if (fclose(file) != 0)
		return complain(name, "%s", strerror(errno));
	return lost ? complain(name, "not all of it could be written") : 0;
}

void output_remove(const char *path)
{
	struct stat status;
	if (lstat(path, &status) == 0 && S_ISREG(status.st_mode))
		unlink(path);
}
