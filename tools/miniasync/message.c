/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/*
 * message.c -- one line for each complaint.
 */

#include "message.h"
#include "progress.h"

#include <stdarg.h>
#include <stdio.h>

int complain(const char *subject, const char *reason, ...)
{
	progress_end();
	fprintf(stderr, "miniasync: %s: ", subject);
	va_list arguments;
	va_start(arguments, reason);
	vfprintf(stderr, reason, arguments);
	va_end(arguments);
	fputc('\n', stderr);
	return -1;
}
