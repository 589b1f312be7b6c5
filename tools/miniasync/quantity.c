/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/*
 * quantity.c -- sizes, counts and rates, as people write and read them.
 */

#include "quantity.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char units[] = "KMG";

/* A number, and where it ends; -1 if there is none, or none that fits. */
static int parse_number(const char *text, char **end, size_t *number)
{
	if (!isdigit((unsigned char)*text))
		return -1; /* strtoull would take blanks and a sign */
	errno = 0;
	unsigned long long value = strtoull(text, end, 10);
	if (errno != 0 || value > SIZE_MAX)
		return -1;
	*number = (size_t)value;
	return 0;
}

int parse_count(const char *text, size_t *count)
{
	char *end;
	size_t number;
	if (parse_number(text, &end, &number) != 0 || *end != '\0')
		return -1;
	*count = number;
	return 0;
}

int parse_size(const char *text, size_t *size)
{
	char *end;
	size_t number;
	if (parse_number(text, &end, &number) != 0)
		return -1;
	if (*end != '\0') {
		const char *unit = strchr(units, toupper((unsigned char)*end));
		if (unit == NULL || end[1] != '\0')
			return -1;
		unsigned shift = 10 * (unsigned)(unit - units + 1);
		if (number > SIZE_MAX >> shift)
			return -1;
		number <<= shift;
	}
	*size = number;
	return 0;
}

const char *format_size(char text[QUANTITY_LENGTH], uint64_t bytes)
{
	double value = (double)bytes;
	char unit[2] = "";
	for (size_t i = 0; units[i] != '\0' && value >= 1024; i++) {
		value /= 1024;
		unit[0] = units[i];
	}
	snprintf(text, QUANTITY_LENGTH, unit[0] == '\0' ? "%.0f%s" : "%.1f%s", value, unit);
	return text;
}

const char *format_exact_size(char text[QUANTITY_LENGTH], uint64_t bytes)
{
	char unit[2] = "";
	for (size_t i = 0; units[i] != '\0' && bytes != 0 && bytes % 1024 == 0; i++) {
		bytes /= 1024;
		unit[0] = units[i];
	}
	snprintf(text, QUANTITY_LENGTH, "%ju%s", (uintmax_t)bytes, unit);
	return text;
}

/* In the unit, each a thousand of the one before it, that leaves three digits before the point. */
static void format_three_digits(char text[QUANTITY_LENGTH], double value,
				const char *const thousands[], size_t count)
{
	size_t i = 0;
	for (; value >= 999.5 && i + 1 < count; i++)
		value /= 1000;
	int decimals = value < 9.995 ? 2 : value < 99.95 ? 1 : 0;
	snprintf(text, QUANTITY_LENGTH, "%.*f%s", decimals, value, thousands[i]);
}

const char *format_nanoseconds(char text[QUANTITY_LENGTH], double nanoseconds)
{
	static const char *const units_of_time[] = {" ns", " us", " ms", " s"};
	format_three_digits(text, nanoseconds, units_of_time, 4);
	return text;
}

const char *format_count(char text[QUANTITY_LENGTH], double count)
{
	static const char *const powers[] = {"", " k", " M", " G"};
	format_three_digits(text, count, powers, 4);
	return text;
}

double rate(uint64_t bytes, double seconds)
{
	return seconds > 0 ? (double)bytes / seconds / 1e9 : 0;
}

double seconds_now(void)
{
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}
