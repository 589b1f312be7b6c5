/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/*
 * 04_own_future.c -- a future of one's own: a blocking call, on a thread that calls a waker when
 * the call has returned. The lock makes it right: a poll either sees that the call has returned, or
 * leaves a waker that the thread will see; and when it sees so, the waker has been called already.
 */

#include <libminiasync.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

struct call {
	pthread_mutex_t lock;
	struct future_waker waker; /* wake is NULL while nobody waits */
	int returned, status;
};
FUTURE(call_future, struct call *, int); /* its data: a call, at a fixed place; output: a status */

static void *call_run(void *arg)
{
	struct call *call = arg;
	int status = system("echo a command that blocks");
	pthread_mutex_lock(&call->lock);
	call->status = status;
	call->returned = 1;
	if (call->waker.wake != NULL)
		FUTURE_WAKER_WAKE(&call->waker);
	pthread_mutex_unlock(&call->lock);
	return NULL;
}

static enum future_state call_poll(struct future_context *context, struct future_notifier *notifier)
{
	struct call *call = *(struct call **)future_context_get_data(context);
	pthread_mutex_lock(&call->lock);
	int returned = call->returned;
	*(int *)future_context_get_output(context) = call->status;
	call->waker = notifier != NULL ? notifier->waker : (struct future_waker){NULL, NULL};
	pthread_mutex_unlock(&call->lock);
	if (notifier != NULL)
		notifier->notifier_used = FUTURE_NOTIFIER_WAKER;
	return returned ? FUTURE_STATE_COMPLETE : FUTURE_STATE_RUNNING;
}

int main(void)
{
	struct call call = {PTHREAD_MUTEX_INITIALIZER, {NULL, NULL}, 0, 0};
	struct call_future future = {.data = &call};
	FUTURE_INIT(&future, call_poll);
	pthread_t thread;
	if (pthread_create(&thread, NULL, call_run, &call) != 0)
		return 1;
	runtime_wait(NULL, FUTURE_AS_RUNNABLE(&future));
	pthread_join(thread, NULL);
	return *FUTURE_OUTPUT(&future) == 0 ? 0 : 1;
}
