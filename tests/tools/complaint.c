/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/*
 * complaint.c -- see complaint.h.
 */

#include "complaint.h"
#include "message.h"

#include <stdio.h>
#include <string.h>

#include "support/test.h"

char complaint[COMPLAINT_SIZE];

int __wrap_complain(const char *subject, const char *reason, ...)
	__attribute__((format(printf, 2, 3)));

int __wrap_complain(const char *subject, const char *reason, ...)
{
	int length = snprintf(complaint, sizeof(complaint), "%s: ", subject);
	va_list arguments;
	va_start(arguments, reason);
	vsnprintf(complaint + length, sizeof(complaint) - (size_t)length, reason, arguments);
	va_end(arguments);
	return -1;
}

void assert_complaint(const char *subject, const char *reason)
{
	size_t length = strlen(subject);
	if (strncmp(complaint, subject, length) != 0 || strncmp(complaint + length, ": ", 2) != 0 ||
	    strstr(complaint + length, reason) == NULL)
		fail_msg("complained '%s', not '%s: ... %s'", complaint, subject, reason);
}
