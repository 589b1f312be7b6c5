/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/* 07_io_uring.c -- beside io_uring: a read is a future, which its completion in the ring wakes. */

#include <fcntl.h>
#include <libminiasync.h>
#include <liburing.h>
#include <stdio.h>
#include <string.h>

struct file_read { /* stays where it is, for the ring keeps its address; its future may move */
	int done, result;
	struct future_waker waker;
};
FUTURE(read_future, struct file_read *, int);

static enum future_state read_poll(struct future_context *context, struct future_notifier *notifier)
{
	struct file_read *read = *(struct file_read **)future_context_get_data(context);
	*(int *)future_context_get_output(context) = read->result;
	read->waker = notifier->waker; /* this program always polls with a notifier */
	notifier->notifier_used = FUTURE_NOTIFIER_WAKER;
	return read->done ? FUTURE_STATE_COMPLETE : FUTURE_STATE_RUNNING;
}

static void mark(void *runnable)
{
	*(int *)runnable = 1;
}

int main(int argc, char *argv[])
{
	struct io_uring ring;
	int error = io_uring_queue_init(8, &ring, 0), runnable = 0;
	if (error < 0)
		return printf("skipped: no io_uring here: %s\n", strerror(-error)), 77;
	char text[4];
	struct file_read file_read = {0, 0, {NULL, NULL}};
	struct io_uring_sqe *sqe = io_uring_get_sqe(&ring);
	io_uring_prep_read(sqe, open(argv[argc - 1], O_RDONLY), text, sizeof(text), 0);
	io_uring_sqe_set_data(sqe, &file_read);
	io_uring_submit(&ring);
	struct read_future future = {.data = &file_read};
	struct future_notifier notifier = {.waker = {&runnable, mark}};
	FUTURE_INIT(&future, read_poll);
	while (future_poll(FUTURE_AS_RUNNABLE(&future), &notifier) != FUTURE_STATE_COMPLETE) {
		for (struct io_uring_cqe *cqe; !runnable; io_uring_cqe_seen(&ring, cqe)) {
			while (io_uring_wait_cqe(&ring, &cqe) != 0)
				continue; /* interrupted */
			struct file_read *done = io_uring_cqe_get_data(cqe);
			done->result = cqe->res;
			done->done = 1;
			FUTURE_WAKER_WAKE(&done->waker);
		}
		runnable = 0; /* before the poll: a wake from inside it counts */
	}
	return *FUTURE_OUTPUT(&future) == 4 ? 0 : 1;
}
