/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/*
 * complaint.h -- hears what the command complains of, instead of whoever reads standard error.
 *
 * A program linked with it is linked with -Wl,--wrap=complain.
 */

#ifndef MINIASYNC_TESTS_COMPLAINT_H
#define MINIASYNC_TESTS_COMPLAINT_H

/* The latest: "SUBJECT: REASON". */
#define COMPLAINT_SIZE 1024
extern char complaint[COMPLAINT_SIZE];

/* Fails the test unless the latest complaint is of this subject, and has that in its reason. */
void assert_complaint(const char *subject, const char *reason);

#endif
