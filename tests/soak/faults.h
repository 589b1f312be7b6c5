/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/*
 * faults.h -- a system that fails now and then: no memory, no thread, sleeps that end for no
 * reason. For programs that are linked with
 *
 *     -Wl,--wrap=os_allocate -Wl,--wrap=os_free -Wl,--wrap=os_thread_start -Wl,--wrap=os_sleep
 *
 * A fault is charged to the client on whose behalf the thread works, who knows whether it was
 * survived; those of threads that work for everybody, to nobody's account.
 */

#ifndef MINIASYNC_TESTS_SOAK_FAULTS_H
#define MINIASYNC_TESTS_SOAK_FAULTS_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum fault { FAULT_MEMORY, FAULT_THREAD, FAULT_SLEEP, FAULTS };

struct faults_account {
	_Atomic uint64_t injected[FAULTS];
};

/* From now on they come, or they do not. */
void faults_allow(bool allowed);

/* Whom the calling thread works for (NULL: everybody); whom it worked for until now. */
struct faults_account *faults_charge(struct faults_account *account);

/* What was charged to nobody. */
extern struct faults_account faults_of_nobody;

/* Bytes that the library has allocated and not freed. */
size_t faults_bytes_held(void);

#endif
