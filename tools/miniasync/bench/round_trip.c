/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/*
 * round_trip.c -- two threads, each kept on a CPU, that hand a word to each other. Odd values are
 * the server's to answer, even ones the client's. Each sees the word change only once the line has
 * come over, and writes only then: relaxed would do, for nothing else is published by it.
 */

#include "round_trip.h"
#include "../message.h"
#include "samples.h"

#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdint.h>
#include <string.h>

#define OTHERS_MAX 8
#define TRIPS 100 /* that are timed together */
#define ROUNDS 51 /* of so many trips; the first until both threads run */

struct game {
	_Alignas(64) _Atomic uint64_t ball;
	_Alignas(64) double times[ROUNDS];
	size_t server_cpu, client_cpu;
};

static void keep_to(size_t cpu)
{
	cpu_set_t only;
	CPU_ZERO(&only);
	CPU_SET(cpu, &only);
	pthread_setaffinity_np(pthread_self(), sizeof(only), &only);
}

static void *serve(void *arg)
{
	struct game *game = arg;
	keep_to(game->server_cpu);
	for (uint64_t i = 0; i < ROUNDS * TRIPS; i++) {
		while (atomic_load_explicit(&game->ball, memory_order_relaxed) != 2 * i + 1)
			continue;
		atomic_store_explicit(&game->ball, 2 * i + 2, memory_order_relaxed);
	}
	return NULL;
}

static void play(struct game *game)
{
	uint64_t i = 0;
	for (size_t round = 0; round < ROUNDS; round++) {
		uint64_t started = samples_now();
		for (size_t trip = 0; trip < TRIPS; trip++, i++) {
			atomic_store_explicit(&game->ball, 2 * i + 1, memory_order_relaxed);
			while (atomic_load_explicit(&game->ball, memory_order_relaxed) != 2 * i + 2)
				continue;
		}
		game->times[round] = (double)(samples_now() - started) / TRIPS;
	}
}

static void *play_in_thread(void *arg)
{
	struct game *game = arg;
	keep_to(game->client_cpu);
	play(game);
	return NULL;
}

/* Both threads are new ones, so that the caller goes on using every CPU. An errno value. */
static int measure_pair(size_t server_cpu, size_t client_cpu, double *time)
{
	struct game game = {.server_cpu = server_cpu, .client_cpu = client_cpu};
	pthread_t server, client;
	int error = pthread_create(&server, NULL, serve, &game);
	if (error != 0)
		return error;
	error = pthread_create(&client, NULL, play_in_thread, &game);
	if (error == 0)
		pthread_join(client, NULL);
	else
		play(&game); /* the server waits for it */
	pthread_join(server, NULL);
	*time = median_of(game.times + 1, ROUNDS - 1);
	return error;
}

int round_trip_measure(struct round_trip *trip)
{
	cpu_set_t usable;
	size_t cpus[CPU_SETSIZE], count = 0;
	*trip = (struct round_trip){0};
	if (sched_getaffinity(0, sizeof(usable), &usable) != 0)
		return 0;
	for (size_t cpu = 0; cpu < CPU_SETSIZE; cpu++) {
		if (CPU_ISSET(cpu, &usable))
			cpus[count++] = cpu;
	}
	size_t others = count < OTHERS_MAX + 1 ? count - (count > 0) : OTHERS_MAX;
	for (size_t i = 1; i <= others; i++) {
		double time;
		int error = measure_pair(cpus[0], cpus[i * (count - 1) / others], &time);
		if (error != 0)
			return complain("bench", "no threads for a cache line's round trip: %s",
					strerror(error));
		trip->least = trip->pairs == 0 || time < trip->least ? time : trip->least;
		trip->most = time > trip->most ? time : trip->most;
		trip->pairs++;
	}
	return 0;
}
