/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/*
 * progress.c -- the bar. A line that ends in a carriage return and is written over by the next.
 */

#include "progress.h"
#include "quantity.h"

#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define REDRAW_SECONDS 0.1
#define ERASE_LINE "\033[K"
#define BAR_LENGTH_MAX 60

static struct {
	bool allowed;
	bool running;
	const char *task;
	uint64_t total;
	enum progress_unit unit;
	double started;
	double drawn; /* when it was last */
} bar;

void progress_allow(bool allowed)
{
	bar.allowed = allowed && isatty(STDERR_FILENO);
}

static int terminal_columns(void)
{
	struct winsize size;
	if (ioctl(STDERR_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0)
		return 80;
	return size.ws_col;
}

/* The part between brackets, of the length that the rest of the line leaves. */
static void draw_bar(double fraction, int length)
{
	static const char full[BAR_LENGTH_MAX + 1] =
		"============================================================";
	if (length > BAR_LENGTH_MAX)
		length = BAR_LENGTH_MAX;
	if (length < 4)
		return;
	int filled = (int)(fraction * length);
	fprintf(stderr, " [%.*s%*s]", filled, full, length - filled, "");
}

/* How much, and how fast; of steps nothing but how many of all. */
static void format_done(char text[static 64], uint64_t done, double elapsed)
{
	char size[QUANTITY_LENGTH];
	if (bar.unit == PROGRESS_STEPS)
		snprintf(text, 64, "%ju/%ju", (uintmax_t)done, (uintmax_t)bar.total);
	else
		snprintf(text, 64, "%s  %.3f GB/s", format_size(size, done), rate(done, elapsed));
}

static void draw_line(uint64_t done, double elapsed)
{
	char text[64], left[QUANTITY_LENGTH + 8] = "", numbers[128];

	format_done(text, done, elapsed);
	if (bar.total == 0) {
		fprintf(stderr, "%s  %s" ERASE_LINE "\r", bar.task, text);
		return;
	}
	double fraction = done < bar.total ? (double)done / (double)bar.total : 1;
	if (done > 0) {
		uintmax_t seconds = (uintmax_t)(elapsed * (1 / fraction - 1));
		snprintf(left, sizeof(left), "  %ju:%02ju left", seconds / 60, seconds % 60);
	}
	int length = snprintf(numbers, sizeof(numbers), " %3d%%  %s%s", (int)(fraction * 100), text,
			      left);
	fputs(bar.task, stderr);
	draw_bar(fraction, terminal_columns() - length - (int)strlen(bar.task) - 4);
	fprintf(stderr, "%s" ERASE_LINE "\r", numbers);
}

static void draw(uint64_t done, double now)
{
	bar.drawn = now;
	draw_line(done, now - bar.started);
	fflush(stderr);
}

void progress_begin(const char *task, uint64_t total, enum progress_unit unit)
{
	progress_end();
	if (!bar.allowed)
		return;
	bar.running = true;
	bar.task = task;
	bar.total = total;
	bar.unit = unit;
	bar.started = seconds_now();
	draw(0, bar.started);
}

void progress_update(uint64_t done)
{
	if (!bar.running)
		return;
	double now = seconds_now();
	if (now - bar.drawn >= REDRAW_SECONDS)
		draw(done, now);
}

void progress_hide(void)
{
	if (!bar.running)
		return;
	bar.drawn = 0;
	fputs(ERASE_LINE, stderr);
	fflush(stderr);
}

void progress_end(void)
{
	if (!bar.running)
		return;
	progress_hide();
	bar.running = false;
}
