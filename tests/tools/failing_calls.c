/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/*
 * failing_calls.c -- preloaded into the command: of the calls below, FAILING_CALL in the
 * environment names by its number the one that fails. Then a byte goes to the descriptor that
 * FAILING_TOLD names. Whatever the command starts is left alone.
 */

#define _GNU_SOURCE
#include <asm/fcntl.h> /* <fcntl.h> declares open otherwise than it is called */
#include <dlfcn.h>
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <spawn.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <unistd.h>

static long failing = -1;
static int told;

/* Whoever called before this is the system's own start. */
__attribute__((constructor)) static void begin(void)
{
	const char *number = getenv("FAILING_CALL"), *descriptor = getenv("FAILING_TOLD");
	if (number == NULL || descriptor == NULL)
		return;
	told = (int)strtol(descriptor, NULL, 10);
	failing = strtol(number, NULL, 10);
	unsetenv("LD_PRELOAD");
}

static int fails(void)
{
	static atomic_long asked;
	if (failing < 0 || atomic_fetch_add(&asked, 1) != failing)
		return 0;
	if (write(told, "!", 1) != 1)
		abort();
	return 1;
}

#define REAL(_name) *(void **)(void *)&real = dlsym(RTLD_NEXT, #_name)

/* A call that fails by a value, and sets errno. */
#define WRAP(_type, _name, _parameters, _arguments, _value, _errno) \
	_type _name _parameters;                                    \
	_type _name _parameters                                     \
	{                                                           \
		_type(*real) _parameters;                           \
		REAL(_name);                                        \
		if (!fails())                                       \
			return real _arguments;                     \
		errno = _errno;                                     \
		return _value;                                      \
	}

/* One that returns an errno value. */
#define WRAP_ERROR(_name, _parameters, _arguments, _error) \
	WRAP(int, _name, _parameters, _arguments, _error, errno)

/* Memory. */
WRAP(void *, malloc, (size_t n), (n), NULL, ENOMEM)
WRAP(void *, calloc, (size_t count, size_t n), (count, n), NULL, ENOMEM)
WRAP(void *, realloc, (void *memory, size_t n), (memory, n), NULL, ENOMEM)
WRAP(void *, aligned_alloc, (size_t alignment, size_t n), (alignment, n), NULL, ENOMEM)
WRAP_ERROR(posix_memalign, (void **memory, size_t alignment, size_t n), (memory, alignment, n),
	   ENOMEM)
WRAP(void *, mmap, (void *where, size_t n, int protection, int flags, int file, off_t at),
     (where, n, protection, flags, file, at), MAP_FAILED, ENOMEM)
WRAP(int, mprotect, (void *where, size_t n, int protection), (where, n, protection), -1, ENOMEM)

/* Threads, processes, and what goes between them. */
WRAP_ERROR(pthread_create,
	   (pthread_t * thread, const pthread_attr_t *attributes, void *(*run)(void *), void *arg),
	   (thread, attributes, run, arg), EAGAIN)
WRAP_ERROR(posix_spawnp,
	   (pid_t * process, const char *name, const posix_spawn_file_actions_t *actions,
	    const posix_spawnattr_t *attributes, char *const arguments[], char *const variables[]),
	   (process, name, actions, attributes, arguments, variables), EAGAIN)
WRAP(int, pipe2, (int ends[2], int flags), (ends, flags), -1, EMFILE)
WRAP(int, signalfd, (int file, const sigset_t *signals, int flags), (file, signals, flags), -1,
     EMFILE)

/* Files, and their names. */
WRAP(int, open, (const char *path, int flags, mode_t mode), (path, flags, mode), -1, EMFILE)
WRAP(FILE *, fopen, (const char *path, const char *mode), (path, mode), NULL, EMFILE)
WRAP(int, mkostemp, (char *path, int flags), (path, flags), -1, EACCES)
WRAP(int, rename, (const char *from, const char *to), (from, to), -1, EACCES)
WRAP(char *, realpath, (const char *path, char *resolved), (path, resolved), NULL, EACCES)
WRAP(int, fstat, (int file, struct stat *status), (file, status), -1, EIO)
WRAP(int, stat, (const char *path, struct stat *status), (path, status), -1, EACCES)
WRAP(int, lstat, (const char *path, struct stat *status), (path, status), -1, EACCES)

/* Their bytes. */
WRAP(ssize_t, read, (int file, void *to, size_t n), (file, to, n), -1, EIO)
WRAP(ssize_t, pread, (int file, void *to, size_t n, off_t at), (file, to, n, at), -1, EIO)
WRAP(ssize_t, pwrite, (int file, const void *from, size_t n, off_t at), (file, from, n, at), -1,
     EIO)
WRAP(int, ftruncate, (int file, off_t size), (file, size), -1, EIO)
WRAP(int, fallocate, (int file, int mode, off_t at, off_t n), (file, mode, at, n), -1, ENOSPC)
WRAP(int, fchmod, (int file, mode_t mode), (file, mode), -1, EIO)
WRAP(int, fsync, (int file), (file), -1, EIO)
WRAP(off_t, lseek, (int file, off_t at, int from), (file, at, from), -1, EIO)

/* What is printed: the disk is full, and for fflush empty again afterwards. */
static void fill_disk(int file)
{
	int full = open("/dev/full", O_WRONLY, 0);
	dup2(full, file);
	close(full);
}

int fflush(FILE *file)
{
	int (*real)(FILE *);
	REAL(fflush);
	if (!fails())
		return real(file);
	int number = fileno(file), kept = dup(number);
	fill_disk(number);
	int result = real(file);
	dup2(kept, number);
	close(kept);
	return result;
}

int fclose(FILE *file)
{
	int (*real)(FILE *);
	REAL(fclose);
	if (fails())
		fill_disk(fileno(file));
	return real(file);
}
