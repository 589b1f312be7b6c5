/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/*
 * copy_trees.c -- a property: whatever lies in a folder, `miniasync copy' makes a true copy there,
 * or says why not and changes nothing.
 *
 * The bytes of an input say what is in the folder (file_tree.h), what is to be copied to where,
 * how, and whether somebody cuts the source short, adds to it or writes into it meanwhile. Which of
 * the two is to happen is told here from the manual page and stat(2). Of all else in the folder,
 * and beside it, nothing may be different afterwards: no temporary file, and no other file's time.
 *
 * A third of the inputs is copied with the rights of nobody, where this process is root's.
 */

#include "fuzz/command_child.h"
#include "fuzz/file_tree.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <libgen.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "source.h"

#define NOBODY 65534

enum meddling { NONE, CUT, ADD, WRITE, MEDDLINGS };

static struct {
	char source[PATH_MAX], destination[PATH_MAX];
	char *argv[20];
	int argc;
	bool as_nobody;
	enum meddling meddling;
	uint32_t before_chunk; /* the meddler waits for this one */
	off_t at;
} asked;

/* What the child finds out, with the rights that it has. */
static struct {
	bool may_copy, meddled;
} * told;

static uint8_t wanted[FILE_MOST + 4096], got[FILE_MOST + 4096];
static size_t wanted_size;

/* What is asked. */

static void say(const char *word)
{
	asked.argv[asked.argc++] = (char *)(uintptr_t)word;
}

static void ask(struct input *input)
{
	static const char *const movers[] = {"-msync", "-mthreads", "-t1"};
	static const char *const chunks[] = {"-c1", "-c4096", "-c8K", "-c1M"};
	static const char *const depths[] = {"-d1", "-d2", "-d16"};
	asked.argc = 0;
	say("miniasync");
	say("copy");
	say(INPUT_ONE_OF(input, movers));
	say(INPUT_ONE_OF(input, chunks));
	say(INPUT_ONE_OF(input, depths));
	if (input_below(input, 4) == 0)
		say("--verify");
	if (input_below(input, 32) == 31)
		say("--durable");
	if (input_below(input, 4) == 0)
		say("-q");
	tree_path(input, asked.source);
	tree_path(input, asked.destination);
	if (input_below(input, 2) == 0)
		strcpy(asked.source, "a");
	if (strcmp(asked.source, asked.destination) == 0 && input_below(input, 4) != 3)
		strcpy(asked.destination, "c");
	say("--");
	say(asked.source);
	say(asked.destination);
	asked.argv[asked.argc] = NULL;

	asked.as_nobody = input_below(input, 3) == 2 && geteuid() == 0;
	asked.meddling = (enum meddling)input_below(input, 2 * MEDDLINGS);
	asked.before_chunk = input_below(input, 4);
	asked.at = (off_t)input_below(input, 66000);
}

/* Only a regular file of the tree that has something in it is meddled with. */
static bool is_meddled_with(const struct stat *source)
{
	struct stat tree;
	return asked.meddling > NONE && asked.meddling < MEDDLINGS && !asked.as_nobody &&
	       stat(".", &tree) == 0 && source->st_dev == tree.st_dev && S_ISREG(source->st_mode) &&
	       asked.at < source->st_size;
}

/* The child. */

int __wrap_source_next(struct source *source, struct chunk *chunk);
int __real_source_next(struct source *source, struct chunk *chunk);

int __wrap_source_next(struct source *source, struct chunk *chunk)
{
	if (is_meddled_with(&source->status) && asked.before_chunk-- == 0) {
		chmod(asked.source, 0600);
		int file = open(asked.source, O_WRONLY);
		CHECK(file >= 0);
		if (asked.meddling == CUT)
			CHECK(ftruncate(file, asked.at) == 0);
		else
			CHECK(pwrite(file, "!", 1,
				     asked.meddling == ADD ? source->status.st_size : asked.at) ==
			      1);
		fchmod(file, source->status.st_mode & 07777);
		close(file);
		told->meddled = true;
	}
	return __real_source_next(source, chunk);
}

static bool may(const char *path, int what)
{
	return faccessat(AT_FDCWD, path, what, AT_EACCESS) == 0;
}

static bool may_be_made(const char *path)
{
	char real[PATH_MAX], copy[PATH_MAX], folder[PATH_MAX];
	snprintf(copy, sizeof(copy), "%s", realpath(path, real) != NULL ? real : path);
	return realpath(dirname(copy), folder) != NULL && may(folder, W_OK | X_OK) &&
	       strncmp(folder, "/proc", 5) != 0;
}

/* By the manual page. */
static bool may_copy(void)
{
	struct stat from, to;
	const char *path = asked.destination;
	if (stat(asked.source, &from) != 0 || S_ISDIR(from.st_mode) || !may(asked.source, R_OK))
		return false;
	if (stat(path, &to) == 0)
		return S_ISREG(to.st_mode) && may(path, W_OK) && may_be_made(path) &&
		       (from.st_dev != to.st_dev || from.st_ino != to.st_ino);
	if (errno != ENOENT || lstat(path, &to) == 0 || path[strlen(path) - 1] == '/')
		return false;
	return may_be_made(path);
}

static int copy(void *arg)
{
	(void)arg;
	if (asked.as_nobody &&
	    (setgroups(0, NULL) != 0 || setgid(NOBODY) != 0 || setuid(NOBODY) != 0))
		abort();
	told->may_copy = may_copy();
	return command_main(asked.argc, asked.argv);
}

/* A pipe is written by somebody: this process, who goes when it is done or not needed any more. */
static pid_t feed(const char *pipe)
{
	pid_t feeder = fork();
	CHECK(feeder >= 0);
	if (feeder != 0)
		return feeder;
	signal(SIGPIPE, SIG_DFL);
	int file = open(pipe, O_WRONLY);
	ssize_t ignored = write(file, wanted, wanted_size);
	(void)ignored;
	_exit(0);
}

static void stop(pid_t feeder)
{
	kill(feeder, SIGKILL);
	child_wait(feeder);
}

/* What came of it. */

static void check_content(const struct child *child)
{
	size_t size = tree_read(asked.destination, got, sizeof(got));
	CHECK_CHILD(child, size == wanted_size);
	if (told->meddled && asked.meddling == WRITE && got[asked.at] == '!')
		got[asked.at] = wanted[asked.at];
	CHECK_CHILD(child, memcmp(got, wanted, size) == 0);
}

/* A file's mode is kept; that of a device or a pipe is not, and its copy is like any new file. */
static mode_t mode_of_copy(const struct stat *source, const struct stat *is)
{
	bool same_owner = is->st_uid == source->st_uid && is->st_gid == source->st_gid;
	if (!S_ISREG(source->st_mode))
		return 0666 & ~TREE_UMASK;
	return source->st_mode & (same_owner ? 07777 : 0777);
}

static void check_copy(const struct child *child, const struct stat *source, const struct stat *is)
{
	CHECK_CHILD(child, S_ISREG(is->st_mode) && is->st_nlink == 1);
	CHECK_CHILD(child, (is->st_mode & 07777) == mode_of_copy(source, is));
	check_content(child);
}

static void check_messages(const struct child *child)
{
	if (child->status == EXIT_SUCCESS) {
		CHECK_CHILD(child, child->errors[0] == '\0');
		return;
	}
	CHECK_CHILD(child, child->status == EXIT_FAILURE && child->output[0] == '\0');
	CHECK_CHILD(child, strncmp(child->errors, "miniasync: ", 11) == 0);
	CHECK_CHILD(child, strstr(child->errors + 1, "\nminiasync: ") == NULL);
}

static void check_status(const struct child *child)
{
	bool was_cut = told->meddled && asked.meddling == CUT;
	if (was_cut || !told->may_copy)
		CHECK_CHILD(child, child->status == EXIT_FAILURE);
	else if (!told->meddled || asked.meddling == ADD) /* else --verify may see it, or not */
		CHECK_CHILD(child, child->status == EXIT_SUCCESS);
}

static int home; /* the working directory between inputs */

static void begin(void)
{
	if (told != NULL)
		return;
	home = open(".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	CHECK(home >= 0);
	told = mmap(NULL, sizeof(*told), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	CHECK(told != MAP_FAILED);
	if (geteuid() != 0)
		printf("skipped: copies with nobody's rights, which only root can try\n");
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	static struct listing before, after;
	struct input input = {bytes, size};
	struct child child;
	struct stat source = {0}, is = {0};
	pid_t feeder = 0;

	begin();
	memset(told, 0, sizeof(*told));
	tree_make(&input);
	ask(&input);
	wanted_size = 0;
	if (stat(asked.source, &source) == 0 && S_ISFIFO(source.st_mode)) {
		memset(wanted, '#', wanted_size = input_below(&input, FILE_MOST));
		feeder = feed(asked.source);
	} else if (!S_ISDIR(source.st_mode)) {
		wanted_size = tree_read(asked.source, wanted, sizeof(wanted));
	}

	listing_make(&before);
	child_run(&child, copy, NULL);
	listing_make(&after);
	if (feeder != 0)
		stop(feeder);

	check_messages(&child);
	check_status(&child);
	if (child.status == EXIT_SUCCESS) {
		CHECK_CHILD(&child, stat(asked.destination, &is) == 0);
		check_copy(&child, &source, &is);
	}
	CHECK_CHILD(&child, listing_is_the_same(&before, &after, is.st_ino,
						told->meddled ? source.st_ino : 0));
	CHECK(fchdir(home) == 0);
	return 0;
}
