/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/*
 * system_text.c -- see system_text.h. What is not there must not be taken for what could not be
 * read: a CPU's features would be missing that it has.
 */

#include "system_text.h"
#include "message.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <string.h>
#include <unistd.h>

static bool is_not_shown(int error)
{
	return error == ENOENT || error == ENOTDIR || error == EACCES || error == EPERM;
}

/* The system hands it out in pieces. */
static int read_pieces(int fd, char *text, size_t size)
{
	size_t length = 0;
	ssize_t got = 1;
	while (got > 0 && length + 1 < size) {
		got = read(fd, text + length, size - 1 - length);
		if (got > 0)
			length += (size_t)got;
	}
	text[length] = '\0';
	return got < 0 ? -1 : 0;
}

int system_text(const char *path, char *text, size_t size)
{
	*text = '\0';
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return is_not_shown(errno) ? 0 : complain(path, "%s", strerror(errno));
	int result = read_pieces(fd, text, size);
	if (result != 0)
		complain(path, "%s", strerror(errno));
	close(fd);
	return result;
}
