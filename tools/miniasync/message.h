/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/*
 * message.h -- how the command says what went wrong.
 */

#ifndef MINIASYNC_MESSAGE_H
#define MINIASYNC_MESSAGE_H

/*
 * complain -- prints "miniasync: SUBJECT: REASON" on standard error, the progress bar out of its
 * way. The subject is the file or the argument at fault. Returns -1, for callers to hand on.
 */
int complain(const char *subject, const char *reason, ...) __attribute__((format(printf, 2, 3)));

#endif
