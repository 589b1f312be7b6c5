/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/*
 * os_descriptors_linux.c -- Linux answers os.h: a bell is an eventfd, an alarm a timerfd, a group
 * an epoll of both. None is inherited by programs that this one starts.
 */

#include "platform/os.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/timerfd.h>
#include <unistd.h>

#define NANOSECONDS UINT64_C(1000000000)

/* Descriptor 0 would be taken for none: somebody has closed the standard input, it is kept away. */
static int descriptor_or_error(int descriptor)
{
	if (descriptor == 0) {
		descriptor = fcntl(0, F_DUPFD_CLOEXEC, 1);
		close(0);
	}
	return descriptor < 0 ? -errno : descriptor;
}

int os_bell_new(void)
{
	return descriptor_or_error(eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC));
}

void os_bell_ring(int bell)
{
	int saved = errno; /* signal handlers come this way */
	uint64_t one = 1;
	ssize_t written = write(bell, &one, sizeof(one)); /* fails only when it has rung enough */
	(void)written;
	errno = saved;
}

void os_bell_silence(int bell)
{
	int saved = errno;
	uint64_t rung;
	ssize_t size = read(bell, &rung, sizeof(rung)); /* fails when it has not rung */
	(void)size;
	errno = saved;
}

int os_alarm_new(void)
{
	return descriptor_or_error(timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC));
}

void os_alarm_set(int alarm, uint64_t time)
{
	struct itimerspec when = {.it_value = {0, 0}};
	if (time != OS_NEVER) {
		time = time != 0 ? time : 1; /* 0 would mean never */
		when.it_value.tv_sec = (time_t)(time / NANOSECONDS);
		when.it_value.tv_nsec = (long)(time % NANOSECONDS);
	}
	timerfd_settime(alarm, TFD_TIMER_ABSTIME, &when, NULL);
}

int os_group_new(int first, int second)
{
	int group = descriptor_or_error(epoll_create1(EPOLL_CLOEXEC));
	if (group < 0)
		return group;
	struct epoll_event event = {.events = EPOLLIN};
	if (epoll_ctl(group, EPOLL_CTL_ADD, first, &event) == 0 &&
	    epoll_ctl(group, EPOLL_CTL_ADD, second, &event) == 0)
		return group;
	int error = -errno;
	close(group);
	return error;
}

void os_descriptor_close(int descriptor)
{
	close(descriptor);
}
