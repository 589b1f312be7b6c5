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

static void draw_line(uint64_t done, double elapsed)
{
	char size[QUANTITY_LENGTH], left[QUANTITY_LENGTH + 8] = "", numbers[128];
	double speed = rate(done, elapsed);

	format_size(size, done);
	if (bar.total == 0) {
		fprintf(stderr, "%s  %s  %.3f GB/s" ERASE_LINE "\r", bar.task, size, speed);
		return;
	}
	double fraction = done < bar.total ? (double)done / (double)bar.total : 1;
	if (done > 0) {
		uintmax_t seconds = (uintmax_t)(elapsed * (1 / fraction - 1));
		snprintf(left, sizeof(left), "  %ju:%02ju left", seconds / 60, seconds % 60);
	}
	int length = snprintf(numbers, sizeof(numbers), " %3d%%  %s  %.3f GB/s%s",
			      (int)(fraction * 100), size, speed, left);
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

void progress_begin(const char *task, uint64_t total)
{
	progress_end();
	if (!bar.allowed)
		return;
	bar.running = true;
	bar.task = task;
	bar.total = total;
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

void progress_end(void)
{
	if (!bar.running)
		return;
	bar.running = false;
	fputs(ERASE_LINE, stderr);
	fflush(stderr);
}
