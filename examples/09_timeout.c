/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/*
 * 09_timeout.c -- two copies and an answer from elsewhere, but not for longer than a while. When
 * the time is up, what still runs is cancelled and drained: only then is its memory free.
 */

#include <libminiasync.h>
#include <stdio.h>
#include <stdlib.h>

#define N ((size_t)64 << 20)
#define MILLISECOND 1000000

int main(void)
{
	struct data_mover_threads *mover = data_mover_threads_default();
	char *source = calloc(1, N), *dest = malloc(N);
	if (mover == NULL || source == NULL || dest == NULL)
		return 1;
	struct vdm *vdm = data_mover_threads_get_vdm(mover);

	struct vdm_operation_future first = vdm_memcpy(vdm, dest, source, N / 2, 0);
	struct vdm_operation_future second =
		vdm_memcpy(vdm, dest + N / 2, source + N / 2, N / 2, 0);
	struct future_event event; /* future_event_set would tell that the answer is there */
	future_event_init(&event);
	struct future_event_wait answer = future_event_wait(&event);

	struct future *all[] = {FUTURE_AS_RUNNABLE(&first), FUTURE_AS_RUNNABLE(&second),
				FUTURE_AS_RUNNABLE(&answer)};
	struct future_join join = future_join(all, 3);
	struct future_timeout timeout = future_timeout(FUTURE_AS_RUNNABLE(&join), MILLISECOND);
	runtime_wait(NULL, FUTURE_AS_RUNNABLE(&timeout));

	int expired = FUTURE_OUTPUT(&timeout)->expired;
	printf("%s, %zu of 3 complete\n", expired ? "the time is up" : "in time",
	       FUTURE_OUTPUT(&join)->completed);
	if (expired) {
		future_cancel(FUTURE_AS_RUNNABLE(&join));
		runtime_wait(NULL, FUTURE_AS_RUNNABLE(&join));
	}
	printf("first: %s, second: %s, answer: %s\n",
	       vdm_result_string(FUTURE_OUTPUT(&first)->result),
	       vdm_result_string(FUTURE_OUTPUT(&second)->result),
	       FUTURE_OUTPUT(&answer)->canceled ? "canceled" : "there");

	free(source); /* nothing reads it any more, and nothing writes to the other */
	free(dest);
	data_mover_threads_delete(mover);
	return expired && FUTURE_OUTPUT(&answer)->canceled ? 0 : 1;
}
