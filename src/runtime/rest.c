/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/*
 * rest.c -- what a poller's thread does after a round that brought nothing.
 *
 * First it offers its time. Then, with futures that want polling soon, it spins for some rounds,
 * then yields, then naps, longer each time; without, it spins for about as long as falling asleep
 * and waking take, less where that was in vain of late, then sleeps until a mark or the next time.
 * It never spins where only one CPU is usable: it would hold the very CPU that the work needs.
 *
 * An event loop that rests elsewhere is told until when. With futures that want polling soon it is
 * called back at once for some rounds, then after such naps: a loop that never slept could keep the
 * CPU from the very thread that such a future waits for.
 */

#include "platform/cpu.h"
#include "runtime/poller.h"
#include "concurrent/spin.h"

#define MICROSECONDS UINT64_C(1000)

/* Rests in which futures that want polling soon are polled in a row, then after a yield. */
#define SPIN_ROUNDS 64
#define YIELD_ROUNDS 64
#define NAP_MIN (20 * MICROSECONDS)
#define NAP_MAX (1000 * MICROSECONDS)

static void spin(struct poller *poller, uint64_t until)
{
	while (!ready_set_is_marked(poller->ready) && os_now() < until)
		cpu_pause();
}

static uint64_t nap_until(struct poller *poller, uint64_t now)
{
	poller->nap = poller->nap == 0 ? NAP_MIN : earlier(2 * poller->nap, NAP_MAX);
	return now + poller->nap;
}

void poller_rest(struct poller *poller, uint64_t deadline)
{
	if (poller_offer_time(poller)) {
		poller_reset_rest(poller);
		return;
	}
	unsigned round = poller->rounds++;
	bool soon = poller->soon_count > 0;
	if (soon && round < SPIN_ROUNDS && spinning_pays()) {
		if (poller_spin(poller))
			poller_reset_rest(poller);
		return;
	}
	if (soon && round < SPIN_ROUNDS + YIELD_ROUNDS) {
		os_yield();
		return;
	}
	uint64_t now = os_now();
	if (poller_check_silent(poller, now))
		return;
	if (soon)
		deadline = earlier(deadline, nap_until(poller, now));
	else
		spin(poller, now + spin_time(&poller->ready->spin));
	ready_set_sleep(poller->ready, earlier(deadline, poller_next_time(poller)));
	if (!soon)
		spin_learn(&poller->ready->spin, os_now() - now);
}

uint64_t poller_rest_until(struct poller *poller)
{
	if (poller->in_pass || ready_set_is_marked(poller->ready))
		return 0;
	uint64_t time = poller_next_time(poller);
	if (poller->soon_count == 0)
		return time;
	if (poller->rounds++ < SPIN_ROUNDS)
		return 0;
	return earlier(time, nap_until(poller, os_now()));
}
