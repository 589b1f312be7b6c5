/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/* file_tree.c -- see file_tree.h. */

#include "fuzz/file_tree.h"

#include <fcntl.h>
#include <fts.h>
#include <stdio.h>
#include <string.h>
#include <sys/sysmacros.h>
#include <unistd.h>
#include <xxhash.h>

#include "fuzz/property.h"

#define LONGEST_NAME                                                       \
	"0123456789012345678901234567890123456789012345678901234567890123" \
	"0123456789012345678901234567890123456789012345678901234567890123" \
	"0123456789012345678901234567890123456789012345678901234567890123" \
	"012345678901234567890123456789012345678901234567890123456789012"

static const char *const names[] = {"a",  "b",    "c",         "d",
				    "e",  "e/a",  "e/b",       "../outside/a",
				    "-q", "%s%n", "\xff\n\\x", LONGEST_NAME};
static const char *const elsewhere[] = {"nowhere",   ".",           "..",
					"/proc",     "nowhere/",    "/proc/version",
					"/dev/null", "../inside/a", "/proc/self/cwd/a"};

static const char *made[10]; /* of these names, those that something was made at, or should be */
static size_t made_count;

static char root[] = "/tmp/miniasync-fuzz-XXXXXX";

/* Calls each for every entry of the tree, of folders before and behind what is in them. */
static void walk(void (*each)(FTSENT *entry, void *arg), void *arg)
{
	char *const paths[] = {root, NULL};
	FTS *tree = fts_open(paths, FTS_PHYSICAL | FTS_NOCHDIR, NULL);
	CHECK(tree != NULL);
	for (FTSENT *entry; (entry = fts_read(tree)) != NULL;)
		each(entry, arg);
	fts_close(tree);
}

static void remove_entry(FTSENT *entry, void *arg)
{
	(void)arg;
	if (entry->fts_level > 0 && entry->fts_info == FTS_D)
		chmod(entry->fts_accpath, 0700);
	else if (entry->fts_level > 0)
		remove(entry->fts_accpath);
}

static void remove_all(void)
{
	CHECK(chdir(root) == 0);
	walk(remove_entry, NULL);
}

static void remove_the_root(void)
{
	remove_all();
	rmdir(root);
}

static void enter_the_root(void)
{
	static pid_t made_by; /* a child that exits leaves it to its parent */
	if (made_by == 0) {
		CHECK(mkdtemp(root) != NULL && chmod(root, 0755) == 0);
		atexit(remove_the_root);
		made_by = getpid();
	}
	remove_all();
}

/* What a tree is made of. */

static void make_file(struct input *input, const char *name)
{
	static const size_t sizes[] = {0, 1, 4095, 4096, 4097, 20000, 66000};
	static const mode_t modes[] = {0644, 04755, 06777, 0644, 0444, 0600, 0, 0644};
	static uint8_t bytes[FILE_MOST];
	int file = open(name, O_CREAT | O_EXCL | O_WRONLY | O_NOFOLLOW, 0600);
	if (file < 0)
		return;
	size_t size = INPUT_ONE_OF(input, sizes);
	uint32_t salt = input_below(input, 256);
	for (size_t i = 0; i < size; i++)
		bytes[i] = (uint8_t)(((i + salt) * UINT32_C(2654435761)) >> 24);
	/* Pages of it may be holes. */
	uint32_t holes = input_below(input, 2) == 0 ? 0 : input_below(input, 256);
	for (size_t at = 0; at < size; at += 4096) {
		size_t n = size - at < 4096 ? size - at : 4096;
		if ((holes >> (at / 4096 % 8) & 1) == 0)
			CHECK(pwrite(file, bytes + at, n, (off_t)at) == (ssize_t)n);
	}
	CHECK(ftruncate(file, (off_t)size) == 0);
	CHECK(fchmod(file, INPUT_ONE_OF(input, modes)) == 0);
	close(file);
}

static void make_folder(struct input *input, const char *name)
{
	static const mode_t modes[] = {0777, 0755, 0700};
	if (mkdir(name, 0700) == 0)
		CHECK(chmod(name, INPUT_ONE_OF(input, modes)) == 0);
}

static void make_link(struct input *input, const char *name)
{
	const char *to = input_below(input, 4) == 0 ? INPUT_ONE_OF(input, elsewhere)
						    : INPUT_ONE_OF(input, names);
	if (symlink(to, name) != 0)
		return;
}

static void make_second_name(struct input *input, const char *name)
{
	if (link(INPUT_ONE_OF(input, names), name) != 0)
		return;
}

static void make_pipe(struct input *input, const char *name)
{
	(void)input;
	if (mkfifo(name, 0644) != 0)
		return;
}

static void make_device(struct input *input, const char *name)
{
	(void)input;
	if (mknod(name, S_IFCHR | 0666, makedev(1, 3)) != 0) /* the null device */
		return;
}

void tree_make(struct input *input)
{
	static void (*const makers[])(struct input *, const char *) = {
		make_file, make_file, make_file,        make_folder, make_link,
		make_link, make_pipe, make_second_name, make_device};
	static const mode_t modes[] = {0777, 0777, 0755};
	umask(TREE_UMASK);
	enter_the_root();
	CHECK(mkdir("outside", 0700) == 0 && chmod("outside", INPUT_ONE_OF(input, modes)) == 0);
	CHECK(mkdir("inside", 0700) == 0 && chmod("inside", INPUT_ONE_OF(input, modes)) == 0);
	CHECK(chdir("inside") == 0);
	make_file(input, "a");
	made[0] = "a";
	made_count = 1;
	if (input_below(input, 2) == 0)
		make_folder(input, "e");
	for (size_t n = input_below(input, 10); made_count <= n;) {
		made[made_count] = INPUT_ONE_OF(input, names);
		INPUT_ONE_OF(input, makers)(input, made[made_count++]);
	}
}

void tree_path(struct input *input, char path[PATH_MAX])
{
	static const char *const before[] = {"", "./", "e/../", ".//", "../inside/"};
	static const char *const behind[] = {"", "/", "/.", "0", "/a"};
	if (input_below(input, 2) == 0) {
		strcpy(path, made[input_below(input, (uint32_t)made_count)]);
	} else if (input_below(input, 4) == 3) {
		strcpy(path,
		       INPUT_ONE_OF(input, elsewhere)); /* beside it lies what is the system's */
	} else {
		const char *prefix = INPUT_ONE_OF(input, before);
		const char *name = INPUT_ONE_OF(input, names);
		snprintf(path, PATH_MAX, "%s%s%s", prefix, name, INPUT_ONE_OF(input, behind));
	}
}

/* What is in it. */

size_t tree_read(const char *path, uint8_t *bytes, size_t most)
{
	int file = open(path, O_RDONLY | O_CLOEXEC);
	size_t size = 0;
	for (ssize_t got = 1; file >= 0 && got > 0 && size < most; size += (size_t)got) {
		got = read(file, bytes + size, most - size);
		CHECK(got >= 0);
	}
	if (file >= 0)
		close(file);
	return size;
}

static void list_entry(FTSENT *entry, void *arg)
{
	static uint8_t bytes[FILE_MOST + 4096];
	struct listing *listing = arg;
	if (entry->fts_info == FTS_DP)
		return;
	CHECK(listing->count < sizeof(listing->entries) / sizeof(listing->entries[0]));
	struct entry *now = &listing->entries[listing->count++];
	snprintf(now->path, sizeof(now->path), "%s", entry->fts_path);
	CHECK(lstat(entry->fts_path, &now->status) == 0);
	size_t size = 0;
	if (S_ISREG(now->status.st_mode))
		size = tree_read(entry->fts_path, bytes, sizeof(bytes));
	if (S_ISLNK(now->status.st_mode))
		size = (size_t)readlink(entry->fts_path, (char *)bytes, sizeof(bytes));
	now->content = XXH3_64bits(bytes, size);
}

void listing_make(struct listing *listing)
{
	listing->count = 0;
	walk(list_entry, listing);
}

static const struct entry *find(const struct listing *listing, const char *path)
{
	for (size_t i = 0; i < listing->count; i++)
		if (strcmp(listing->entries[i].path, path) == 0)
			return &listing->entries[i];
	return NULL;
}

static bool same(const struct entry *one, const struct entry *other, ino_t meddled_with)
{
	const struct stat *before = &one->status, *after = &other->status;
	if (before->st_ino != after->st_ino || before->st_mode != after->st_mode ||
	    before->st_uid != after->st_uid)
		return false;
	if (before->st_ino == meddled_with ||
	    (!S_ISREG(before->st_mode) && !S_ISLNK(before->st_mode)))
		return true;
	return one->content == other->content && before->st_size == after->st_size &&
	       before->st_mtim.tv_sec == after->st_mtim.tv_sec &&
	       before->st_mtim.tv_nsec == after->st_mtim.tv_nsec;
}

bool listing_is_the_same(const struct listing *before, const struct listing *after, ino_t new_file,
			 ino_t meddled_with)
{
	size_t found = 0, new_names = 0;
	for (size_t i = 0; i < after->count; i++) {
		const struct entry *now = &after->entries[i];
		const struct entry *then = find(before, now->path);
		found += then != NULL;
		if (new_file != 0 && now->status.st_ino == new_file)
			new_names++;
		else if (then == NULL || !same(then, now, meddled_with))
			return false;
	}
	return found == before->count && new_names == (new_file != 0);
}
