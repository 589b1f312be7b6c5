/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/*
 * destination.c -- a file beside its final place, filled, and renamed when it is whole.
 */

#include "destination.h"
#include "message.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define TEMPORARY_NAME ".miniasync.XXXXXX"

/* The length of a path's directory, its last slash included; 0: the current one. */
static size_t directory_length(const char *path)
{
	const char *slash = strrchr(path, '/');
	return slash == NULL ? 0 : (size_t)(slash - path) + 1;
}

/* Nothing is there yet: does the path name a file that could be? */
static int check_new(const char *path)
{
	struct stat link;
	if (path[directory_length(path)] == '\0')
		return complain(path, "names no file");
	if (lstat(path, &link) == 0)
		return complain(path, "is a symbolic link that leads nowhere");
	return 0;
}

int destination_check(const char *path, const struct stat *source)
{
	struct stat there;
	if (stat(path, &there) != 0)
		return errno == ENOENT ? check_new(path) : complain(path, "%s", strerror(errno));
	if (there.st_dev == source->st_dev && there.st_ino == source->st_ino)
		return complain(path, "is the same file as the source");
	if (S_ISDIR(there.st_mode))
		return complain(path, "is a directory; name the file that is to be in it");
	if (!S_ISREG(there.st_mode))
		return complain(path, "is no regular file, and would be replaced by one");
	if (faccessat(AT_FDCWD, path, W_OK, AT_EACCESS) != 0)
		return complain(path, "%s", strerror(errno));
	return 0;
}

static int create_temporary(struct destination *destination)
{
	destination->target = realpath(destination->path, NULL);
	if (destination->target == NULL && errno == ENOENT)
		destination->target = strdup(destination->path);
	if (destination->target == NULL ||
	    asprintf(&destination->temporary, "%.*s" TEMPORARY_NAME,
		     (int)directory_length(destination->target), destination->target) < 0) {
		destination->temporary = NULL;
		return -1;
	}
	destination->fd = mkostemp(destination->temporary, O_CLOEXEC);
	if (destination->fd >= 0)
		return 0;
	free(destination->temporary);
	destination->temporary = NULL;
	return -1;
}

static int use_buffers(struct destination *destination)
{
	destination->mapped = false;
	if (windows_use_buffers(&destination->windows) != 0)
		return complain(destination->path, "no memory for buffers: %s", strerror(errno));
	return 0;
}

int destination_create(struct destination *destination, const char *path, size_t count,
		       size_t chunk)
{
	*destination = (struct destination){.path = path, .fd = -1, .mapped = true};
	if (create_temporary(destination) != 0)
		return complain(path, "cannot create a file beside it: %s", strerror(errno));
	if (windows_reserve(&destination->windows, count, chunk, destination->fd,
			    PROT_READ | PROT_WRITE) != 0)
		return complain(path, "no memory for %zu chunks of %zu bytes: %s", count, chunk,
				strerror(errno));
	if (!windows_can_map(destination->fd, PROT_READ | PROT_WRITE))
		return use_buffers(destination);
	return 0;
}

int destination_reserve(struct destination *destination, off_t offset, off_t n)
{
	if (!destination->mapped)
		return 0; /* writing tells */
	int result;
	do {
		result = fallocate(destination->fd, 0, offset, n);
	} while (result != 0 && errno == EINTR);
	if (result == 0)
		return 0;
	if (errno == EOPNOTSUPP || errno == ENOSYS)
		return use_buffers(destination);
	return complain(destination->path, "cannot reserve %jd bytes: %s", (intmax_t)n,
			strerror(errno));
}

int destination_extend(struct destination *destination, off_t size)
{
	if (ftruncate(destination->fd, size) == 0)
		return 0;
	return complain(destination->path, "%s", strerror(errno));
}

void *destination_at(struct destination *destination, off_t offset)
{
	void *at = windows_at(&destination->windows, offset);
	if (at == NULL)
		complain(destination->path, "cannot map it: %s", strerror(errno));
	return at;
}

int destination_store(struct destination *destination, const void *bytes, off_t offset, size_t n)
{
	if (destination->mapped)
		return 0;
	for (size_t done = 0; done < n;) {
		ssize_t put = pwrite(destination->fd, (const char *)bytes + done, n - done,
				     offset + (off_t)done);
		if (put < 0 && errno != EINTR)
			return complain(destination->path, "%s", strerror(errno));
		if (put > 0)
			done += (size_t)put;
	}
	return 0;
}

static mode_t mode_of_new_file(void)
{
	mode_t mask = umask(0); /* which can only be read so */
	umask(mask);
	return 0666 & ~mask;
}

/*
 * Who may do what with a file is kept, not with a device or a pipe; who it runs as, only where the
 * owner and the group are kept, too.
 */
static mode_t mode_of_copy(int fd, const struct stat *source)
{
	struct stat copy;
	if (!S_ISREG(source->st_mode))
		return mode_of_new_file();
	bool same_owner = fstat(fd, &copy) == 0 && copy.st_uid == source->st_uid &&
			  copy.st_gid == source->st_gid;
	return source->st_mode & (same_owner ? 07777 : 0777);
}

int destination_finish(struct destination *destination, off_t size, const struct stat *source,
		       bool durable)
{
	if (atomic_load(&destination->windows.lost))
		return complain(destination->path, "lost pages while it was written: %s",
				strerror(EIO));
	if (ftruncate(destination->fd, size) != 0 ||
	    fchmod(destination->fd, mode_of_copy(destination->fd, source)) != 0)
		return complain(destination->path, "%s", strerror(errno));
	if (!durable)
		return 0;
	if (fsync(destination->fd) != 0)
		return complain(destination->path, "cannot sync it: %s", strerror(errno));
	/* What is read back from now on comes from the disk. */
	posix_fadvise(destination->fd, 0, 0, POSIX_FADV_DONTNEED);
	return 0;
}

static int open_directory(const struct destination *destination)
{
	char directory[PATH_MAX] = ".";
	size_t length = directory_length(destination->target);
	if (length > 0)
		snprintf(directory, sizeof(directory), "%.*s", (int)length, destination->target);
	return open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
}

static int take_name(struct destination *destination)
{
	if (rename(destination->temporary, destination->target) != 0)
		return complain(destination->path, "%s", strerror(errno));
	free(destination->temporary);
	destination->temporary = NULL;
	return 0;
}

/* What may fail before the name is taken, does. */
static int take_name_durably(struct destination *destination)
{
	int directory = open_directory(destination);
	if (directory < 0)
		return complain(destination->path, "cannot open its directory: %s",
				strerror(errno));
	int result = take_name(destination);
	if (result == 0 && fsync(directory) != 0)
		result = complain(destination->path, "cannot sync its directory: %s",
				  strerror(errno));
	close(directory);
	return result;
}

int destination_commit(struct destination *destination, bool durable)
{
	return durable ? take_name_durably(destination) : take_name(destination);
}

void destination_close(struct destination *destination)
{
	windows_release(&destination->windows);
	if (destination->temporary != NULL)
		unlink(destination->temporary);
	free(destination->temporary);
	free(destination->target);
	if (destination->fd >= 0)
		close(destination->fd);
}
