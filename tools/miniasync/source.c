/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/*
 * source.c -- chunks of a file, out of a mapping or read one after another.
 */

#include "source.h"
#include "interrupt.h"
#include "message.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

int source_open(struct source *source, const char *path)
{
	*source = (struct source){.path = path};
	source->fd = open(path, O_RDONLY | O_CLOEXEC);
	if (source->fd < 0)
		return complain(path, "%s", strerror(errno));

	int status = 0;
	if (fstat(source->fd, &source->status) != 0)
		status = complain(path, "%s", strerror(errno));
	else if (S_ISDIR(source->status.st_mode))
		status = complain(path, "is a directory; only files are copied");
	if (status != 0) {
		close(source->fd);
		return status;
	}
	source->mapped = S_ISREG(source->status.st_mode) && source->status.st_size > 0 &&
			 windows_can_map(source->fd, PROT_READ);
	return 0;
}

void source_close(struct source *source)
{
	windows_release(&source->windows);
	close(source->fd);
}

int source_prepare(struct source *source, size_t count, size_t chunk)
{
	if (windows_reserve(&source->windows, count, chunk, source->fd, PROT_READ) != 0 ||
	    (!source->mapped && windows_use_buffers(&source->windows) != 0))
		return complain(source->path, "no memory for %zu chunks of %zu bytes: %s", count,
				chunk, strerror(errno));
	return 0;
}

/* The end of the chunk that begins at the position, unless the source ends first. */
static off_t chunk_end(const struct source *source)
{
	off_t size = (off_t)source->windows.chunk;
	return source->position - source->position % size + size;
}

static int next_mapped(struct source *source, struct chunk *chunk)
{
	if (source->position >= source->extent.end) {
		if (!extent_next(source->fd, source->position, source->status.st_size,
				 &source->extent))
			return 0;
		source->position = source->extent.start;
	}
	off_t end = chunk_end(source);
	if (end > source->extent.end)
		end = source->extent.end;
	chunk->offset = source->position;
	chunk->n = (size_t)(end - source->position);
	chunk->bytes = windows_at(&source->windows, source->position);
	if (chunk->bytes == NULL)
		return complain(source->path, "cannot map it: %s", strerror(errno));
	source->position = end;
	return 1;
}

/* Reads until the chunk is whole, or the source ends, or an interruption comes. */
static int next_read(struct source *source, struct chunk *chunk)
{
	char *bytes = windows_at(&source->windows, source->position);
	size_t n = 0;
	while (n < source->windows.chunk) {
		interrupt_or_readable(source->fd);
		if (interrupted())
			break;
		ssize_t got = read(source->fd, bytes + n, source->windows.chunk - n);
		if (got == 0)
			break;
		if (got > 0)
			n += (size_t)got;
		else if (errno != EINTR && errno != EAGAIN)
			return complain(source->path, "%s", strerror(errno));
	}
	*chunk = (struct chunk){source->position, n, bytes};
	source->position += (off_t)n;
	return n > 0;
}

int source_next(struct source *source, struct chunk *chunk)
{
	return source->mapped ? next_mapped(source, chunk) : next_read(source, chunk);
}

int source_check(struct source *source)
{
	struct stat now;
	if (!source->mapped)
		return 0;
	/* The end of a page that was cut off reads as zeros, without a signal. */
	if (fstat(source->fd, &now) != 0)
		return complain(source->path, "%s", strerror(errno));
	if (now.st_size < source->status.st_size)
		return complain(source->path, "shrank while it was read");
	if (atomic_load(&source->windows.lost))
		return complain(source->path, "lost pages while it was read: %s", strerror(EIO));
	return 0;
}

off_t source_size(const struct source *source)
{
	return source->mapped ? source->status.st_size : source->position;
}
