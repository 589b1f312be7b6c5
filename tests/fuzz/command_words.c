/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/* command_words.c -- see command_words.h. */

#include "fuzz/command_words.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "fuzz/property.h"

/* A value as it is written, and what it means. */
struct value {
	const char *text;
	size_t number;
};

struct values {
	const struct value *good;
	size_t good_count;
	const char *const *bad;
	size_t bad_count;
};

#define VALUES(_name)                                                                      \
	{                                                                                  \
		_name##_good, sizeof(_name##_good) / sizeof(_name##_good[0]), _name##_bad, \
			sizeof(_name##_bad) / sizeof(_name##_bad[0])                       \
	}

static const struct value mover_good[] = {{"threads", 0}, {"sync", 0}, {"dml", 0}};
static const char *const mover_bad[] = {"", "x", "Sync", "sync,threads", "threads "};
static const struct value threads_good[] = {{"0", 0}, {"1", 1}, {"007", 7}, {"4096", 4096}};
static const char *const threads_bad[] = {"",   "4097", "-1",   "+1",
					  " 1", "1K",   "0x10", "99999999999999999999"};
static const struct value chunk_good[] = {{"1", 1},       {"4096", 4096},  {"4097", 4097},
					  {"64k", 65536}, {"2M", 2097152}, {"1g", 1073741824}};
static const char *const chunk_bad[] = {
	"", "0", "K", "-1", "1T", "1KK", "1.5M", "17179869185G", "18446744073709551615", "4 K"};
static const struct value depth_good[] = {{"1", 1}, {"16", 16}, {"4096", 4096}};
static const char *const depth_bad[] = {"", "0", "4097", "1,2", "x"};

static const struct value sizes_good[] = {
	{"64", 0}, {"4K,1M", 0}, {"64..1G", 0}, {"1..64G", 0}, {"5,5,3..5", 0}};
static const char *const sizes_bad[] = {"",       "0",    "64..",  "..64",   "65G", "17179869185G",
					"4K..1K", "1,,2", "1...2", "1..2..3"};
static const struct value movers_good[] = {{"sync", 1}, {"threads,sync", 2}, {"dml", 1}};
static const char *const movers_bad[] = {"", "ghost", "sync,",
					 "sync,sync,sync,sync,sync,sync,sync,sync,sync"};
static const struct value depths_good[] = {{"1", 0}, {"1,16", 0}, {"4096,1,1", 0}};
static const char *const depths_bad[] = {"", "0", "1,", "1,,2",
					 "1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1"};
static const struct value operations_good[] = {{"copy", 0}, {"set,flush", 0}, {"move,move", 0}};
static const char *const operations_bad[] = {"", "fly", "copy,", "copy,copy,copy,copy,copy"};
static const struct value file_good[] = {{"rows", 0}, {"", 0}, {"%s%n", 0}, {"/dev/full", 0}};
static const char *const file_bad[] = {NULL}; /* no name is wrong before it is opened */
static const struct value plot_good[] = {{"rates.svg", 0}, {"a.b.png", 0}};
static const char *const plot_bad[] = {"", "rates", "rates.gif", "svg"};

enum takes { NOTHING, A_VALUE };

static const struct option_row {
	const char *command, *name;
	char letter; /* 0: none */
	enum takes takes;
	struct values values;
} options[] = {
	{"copy", "mover", 'm', A_VALUE, VALUES(mover)},
	{"copy", "threads", 't', A_VALUE, VALUES(threads)},
	{"copy", "chunk", 'c', A_VALUE, VALUES(chunk)},
	{"copy", "depth", 'd', A_VALUE, VALUES(depth)},
	{"copy", "verify", 0, NOTHING, {0}},
	{"copy", "durable", 0, NOTHING, {0}},
	{"copy", "quiet", 'q', NOTHING, {0}},
	{"bench", "sizes", 's', A_VALUE, VALUES(sizes)},
	{"bench", "mover", 'm', A_VALUE, VALUES(movers)},
	{"bench", "threads", 't', A_VALUE, VALUES(threads)},
	{"bench", "depth", 'd', A_VALUE, VALUES(depths)},
	{"bench", "operation", 'o', A_VALUE, VALUES(operations)},
	{"bench", "quick", 0, NOTHING, {0}},
	{"bench", "json", 0, A_VALUE, VALUES(file)},
	{"bench", "csv", 0, A_VALUE, VALUES(file)},
	{"bench", "plot", 0, A_VALUE, VALUES(plot)},
	{"info", "json", 0, NOTHING, {0}},
};

#define OPTIONS (sizeof(options) / sizeof(options[0]))

/* Words. */

/* A word of the two texts, one behind the other; as long as there is room for it. */
static void say(struct words *words, const char *first, const char *second)
{
	size_t room = sizeof(words->text) - words->used;
	size_t length = strlen(first) + strlen(second) + 1;
	CHECK(words->argc < WORDS && length <= room);
	char *word = words->text + words->used;
	snprintf(word, room, "%s%s", first, second);
	words->used += length;
	words->argv[words->argc++] = word;
}

/* A wrong argument is wrong, unless something before it that nobody knows ended the command. */
static void not_so_good(struct words *words, enum verdict verdict)
{
	if (words->verdict < verdict)
		words->verdict = verdict;
}

static void say_option(struct words *words, struct input *input, const struct option_row *option,
		       const char *value)
{
	char name[32], letter[3] = {'-', option->letter, '\0'};
	bool is_short = option->letter != 0 && input_below(input, 2) == 1;
	bool apart = input_below(input, 2) == 1 || (is_short && value != NULL && *value == '\0');
	snprintf(name, sizeof(name), "--%s%s", option->name, value == NULL || apart ? "" : "=");
	if (value == NULL || !apart) {
		say(words, is_short ? letter : name, value == NULL ? "" : value);
		return;
	}
	say(words, is_short ? letter : name, "");
	say(words, value, "");
}

static void note(struct copy_words *copy, const char *name, const struct value *value)
{
	if (strcmp(name, "mover") == 0)
		copy->mover = value->text;
	else if (strcmp(name, "threads") == 0)
		copy->threads = value->number;
	else if (strcmp(name, "chunk") == 0)
		copy->chunk = value->number;
	else if (strcmp(name, "depth") == 0)
		copy->depth = value->number;
	else if (strcmp(name, "verify") == 0)
		copy->verify = true;
	else if (strcmp(name, "durable") == 0)
		copy->durable = true;
	else
		copy->quiet = true;
}

static void make_option(struct words *words, struct input *input)
{
	const struct option_row *option = &options[input_below(input, OPTIONS)];
	while (strcmp(option->command, words->command) != 0)
		option = option + 1 < options + OPTIONS ? option + 1 : options;

	const struct value *value = NULL;
	const char *text = NULL;
	if (option->takes == A_VALUE) {
		const struct values *values = &option->values;
		value = &values->good[input_below(input, (uint32_t)values->good_count)];
		text = value->text;
		if (values->bad[0] != NULL && words->options_before_a_wrong_one-- == 0) {
			text = values->bad[input_below(input, (uint32_t)values->bad_count)];
			not_so_good(words, BAD);
		}
	}
	say_option(words, input, option, text);
	if (strcmp(words->command, "copy") == 0)
		note(&words->copy, option->name, value);
	else if (strcmp(option->name, "mover") == 0 && (words->movers += value->number) > 8)
		not_so_good(words, BAD);
}

static void make_operand(struct words *words, struct input *input)
{
	static const char *const names[] = {"one", "other", "-", "a b", "%s%n", "\xff\n", "copy"};
	struct copy_words *copy = &words->copy;
	const char *name = input_below(input, 32) == 31 ? "" : INPUT_ONE_OF(input, names);
	say(words, name, "");
	if (strcmp(words->command, "copy") != 0 || copy->destination != NULL || *name == '\0')
		not_so_good(words, BAD);
	else if (copy->source == NULL)
		copy->source = name;
	else
		copy->destination = name;
}

/* Any bytes; or what argp does for us, and what people mistype. */
static void make_any_word(struct words *words, struct input *input)
{
	static const char *const known[] = {
		"--help",  "--usage",   "-?",          "--version", "-V",       "--ver",
		"--v",     "--mo=sync", "-qt1",        "--q",       "-m",       "--threads",
		"--mover", "--json=x",  "--quiet=yes", "---",       "--=",      "-",
		"--pro=x", "info",      "copy",        "-c4Kd2",    "--dept=1", "bench"};
	char word[40];
	size_t length = 0;
	if (input_below(input, 2) == 0) {
		snprintf(word, sizeof(word), "%s", INPUT_ONE_OF(input, known));
	} else {
		for (size_t n = input_below(input, sizeof(word)); length < n; length++)
			word[length] = (char)(1 + input_below(input, 255));
		word[length] = '\0';
	}
	/* argp itself has an option to hang, --HANG, for an hour if it is not told for how long. */
	if (strncmp(word, "--H", 3) == 0)
		word[2] = 'h';
	say(words, word, "");
	not_so_good(words, UNKNOWN);
}

static void make_command(struct words *words, struct input *input)
{
	static const char *const commands[] = {"copy", "bench", "info"};
	if (input_below(input, 16) == 15)
		make_any_word(words, input);
	words->command = commands[input_below(input, 8) % 3];
	say(words, words->command, "");
}

static void finish(struct words *words)
{
	const struct copy_words *copy = &words->copy;
	if (strcmp(words->command, "copy") != 0)
		return;
	if (copy->destination == NULL ||
	    (copy->threads != 0 && strcmp(copy->mover, "threads") != 0))
		not_so_good(words, BAD);
}

void words_make(struct words *words, struct input *input)
{
	*words = (struct words){
		.copy = {.mover = "threads", .chunk = 2 << 20, .depth = 16},
	};
	say(words, "miniasync", "");
	make_command(words, input);
	bool any = input_below(input, 4) == 3;
	words->options_before_a_wrong_one = input_below(input, 4);
	for (size_t n = input_below(input, 8); n > 0; n--) {
		uint32_t what = input_below(input, 32);
		if (any && what < 8)
			make_any_word(words, input);
		else if (what == 8)
			make_operand(words, input);
		else
			make_option(words, input);
	}
	if (input_below(input, 8) == 7)
		say(words, "--", "");
	while (strcmp(words->command, "copy") == 0 && words->copy.destination == NULL &&
	       input_below(input, 16) != 15)
		make_operand(words, input);
	words->argv[words->argc] = NULL;
	finish(words);
}
