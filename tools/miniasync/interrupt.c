/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/*
 * interrupt.c -- signals as a descriptor, so that a wait for input is a wait for them too.
 */

#include "interrupt.h"
#include "message.h"

#include <poll.h>
#include <signal.h>
#include <stddef.h>
#include <sys/signalfd.h>
#include <unistd.h>

static const int ending[] = {SIGINT, SIGTERM, SIGHUP};

static int signals = -1;
static sigset_t before;

/* A blocked signal becomes pending even where it is ignored, so those are left out. */
static void add_unless_ignored(sigset_t *set, int number)
{
	struct sigaction action;
	if (sigaction(number, NULL, &action) == 0 && action.sa_handler != SIG_IGN)
		sigaddset(set, number);
}

int interrupt_begin(void)
{
	/* Calls tell of these, too: an error like any other. */
	signal(SIGXFSZ, SIG_IGN);
	signal(SIGPIPE, SIG_IGN);

	sigset_t set;
	sigemptyset(&set);
	for (size_t i = 0; i < sizeof(ending) / sizeof(ending[0]); i++)
		add_unless_ignored(&set, ending[i]);
	signals = signalfd(-1, &set, SFD_CLOEXEC);
	if (signals < 0)
		return -1;
	return pthread_sigmask(SIG_BLOCK, &set, &before);
}

void interrupt_end(void)
{
	close(signals);
	signals = -1;
	pthread_sigmask(SIG_SETMASK, &before, NULL);
}

bool interrupted(void)
{
	struct pollfd wait = {.fd = signals, .events = POLLIN};
	return poll(&wait, 1, 0) == 1;
}

int interrupt_check(const char *path)
{
	return interrupted() ? complain(path, "interrupted: not written") : 0;
}

void interrupt_or_readable(int fd)
{
	struct pollfd waits[] = {{.fd = signals, .events = POLLIN}, {.fd = fd, .events = POLLIN}};
	poll(waits, 2, -1);
}
