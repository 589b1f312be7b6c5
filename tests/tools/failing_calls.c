/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/*
 * failing_calls.c -- preloaded into the command: of the calls below, FAILING_CALL in the
 * environment names by its number the one that fails. Then a byte goes to descriptor 9.
 */

#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

static int fails(void)
{
	static atomic_long asked;
	const char *number = getenv("FAILING_CALL");
	if (number == NULL || atomic_fetch_add(&asked, 1) != strtol(number, NULL, 10))
		return 0;
	dprintf(9, "!");
	return 1;
}

#define WRAP(_type, _name, _parameters, _arguments, _value, _errno) \
	_type _name _parameters;                                    \
	_type _name _parameters                                     \
	{                                                           \
		_type(*real) _parameters;                           \
		*(void **)(void *)&real = dlsym(RTLD_NEXT, #_name); \
		if (!fails())                                       \
			return real _arguments;                     \
		errno = _errno;                                     \
		return _value;                                      \
	}

WRAP(int, open, (const char *path, int flags, mode_t mode), (path, flags, mode), -1, EMFILE)
WRAP(ssize_t, read, (int file, void *to, size_t n), (file, to, n), -1, EIO)
WRAP(ssize_t, pread, (int file, void *to, size_t n, off_t at), (file, to, n, at), -1, EIO)
WRAP(ssize_t, pwrite, (int file, const void *from, size_t n, off_t at), (file, from, n, at), -1,
     EIO)
WRAP(void *, mmap, (void *where, size_t n, int protection, int flags, int file, off_t at),
     (where, n, protection, flags, file, at), MAP_FAILED, ENOMEM)
WRAP(int, ftruncate, (int file, off_t size), (file, size), -1, EIO)
WRAP(int, fallocate, (int file, int mode, off_t at, off_t n), (file, mode, at, n), -1, ENOSPC)
WRAP(int, fsync, (int file), (file), -1, EIO)
WRAP(int, rename, (const char *from, const char *to), (from, to), -1, EACCES)
WRAP(int, fstat, (int file, struct stat *status), (file, status), -1, EIO)
WRAP(int, stat, (const char *path, struct stat *status), (path, status), -1, EACCES)
WRAP(int, lstat, (const char *path, struct stat *status), (path, status), -1, EACCES)
WRAP(off_t, lseek, (int file, off_t at, int from), (file, at, from), -1, EIO)
