/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/*
 * 08_poll_loop.c -- a future in an event loop of one's own: its waker makes an eventfd readable,
 * for which poll(2) waits beside the program's other descriptors.
 */

#include <libminiasync.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

static char source[16 << 20], dest[16 << 20];

static void wake(void *descriptor)
{
	(void)eventfd_write(*(int *)descriptor, 1);
}

/* For how many milliseconds there is nothing to do, by a future's answer; -1: until it wakes. */
static int patience(const struct future_notifier *answer)
{
	if (answer->poll_within_us != 0)
		return (int)(answer->poll_within_us / 1000 + 1);
	return answer->notifier_used == FUTURE_NOTIFIER_WAKER ? -1 : 0;
}

int main(void)
{
	struct data_mover_threads *mover = data_mover_threads_default();
	int woken = eventfd(0, EFD_NONBLOCK);
	if (mover == NULL || woken < 0)
		return 1;
	memset(source, '#', sizeof(source));
	struct vdm_operation_future copy =
		vdm_memcpy(data_mover_threads_get_vdm(mover), dest, source, sizeof(dest), 0);

	struct pollfd descriptors[2] = {{woken, POLLIN, 0}, {STDIN_FILENO, POLLIN, 0}};
	struct future_notifier notifier = {.waker = {&woken, wake}};
	while (future_poll(FUTURE_AS_RUNNABLE(&copy), &notifier) != FUTURE_STATE_COMPLETE) {
		char input[256];
		eventfd_t wakes;
		poll(descriptors, 2, patience(&notifier));
		eventfd_read(woken,
			     &wakes); /* before the next poll: what comes later wakes again */
		if (descriptors[1].revents != 0 && read(STDIN_FILENO, input, sizeof(input)) <= 0)
			descriptors[1].fd = -1;        /* the input has ended */
		notifier.poller.ptr_to_monitor = NULL; /* this thread has no time to offer */
	}
	printf("%s\n", vdm_result_string(FUTURE_OUTPUT(&copy)->result));
	data_mover_threads_delete(mover); /* nobody calls the waker of a complete future */
	close(woken);
	return memcmp(dest, source, sizeof(dest)) == 0 ? 0 : 1;
}
