/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/*
 * soak.c -- everything at once, for as long as one likes: several clients live through scenarios of
 * all kinds on shared movers, one runtime and one executor, while memory, threads and sleeps fail
 * now and then. Every byte is checked.
 *
 * Time is cut into rounds. Between two of them all clients have ended and nothing is under way, so
 * that threads and memory can be counted. A client that does not come back from a round has lost a
 * wake-up, or waits for what never ends: that is said, and the process aborts.
 */

#define _GNU_SOURCE
#include <argp.h>
#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "platform/os.h"
#include "soak/client.h"
#include "soak/process.h"
#include "soak/record.h"

#define CLIENTS_MAX 64
#define SECOND UINT64_C(1000000000)
#define STUCK_SECONDS 120 /* after a round's end */
#define ROUNDS 32         /* unless each would be shorter than */
#define ROUND_MIN (SECOND / 2)
#define EXECUTOR_WORKERS 2
/* What may come late without being a leak: a chunk or two of a pool; the allocator's own. */
#define HELD_ANYWAY ((size_t)64 << 10)
#define MEMORY_ANYWAY ((size_t)2 << 20)

struct request {
	uint64_t duration; /* nanoseconds */
	size_t clients;
	uint32_t seed;
};

static struct soak {
	struct request request;
	struct client *clients;
	struct runtime *runtime;
	struct executor *executor;
	struct moment start, end;
	size_t threads; /* between rounds: this one, and those of the movers and the executor */
	struct record record;
	uint64_t began, ended;
	uint64_t until; /* of this round */
	uint64_t refused;
	const char *failure; /* the latest */
} soak;

/* Arguments. */

static const struct argp_option options[] = {
	{"duration", 'd', "SECONDS", 0, "How long it runs (600)", 0},
	{"clients", 'c', "N", 0, "Threads that use the library (4)", 0},
	{"seed", 's', "N", 0, "What the clients do is made of this number (1)", 0},
	{0},
};

static unsigned long take_number(const char *text, unsigned long most, struct argp_state *state)
{
	char *end;
	errno = 0;
	unsigned long number = strtoul(text, &end, 10);
	if (errno != 0 || end == text || *end != '\0' || *text == '-' || number == 0 ||
	    number > most)
		argp_error(state, "'%s' is no number from 1 to %lu", text, most);
	return number;
}

static error_t parse(int key, char *text, struct argp_state *state)
{
	struct request *request = state->input;
	switch (key) {
	case 'd':
		request->duration = take_number(text, 1000000, state) * SECOND;
		return 0;
	case 'c':
		request->clients = take_number(text, CLIENTS_MAX, state);
		return 0;
	case 's':
		request->seed = (uint32_t)take_number(text, UINT32_MAX, state);
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp parser = {
	.options = options,
	.parser = parse,
	.doc = "Uses the whole library at once, with faults, and checks every byte. Ends early, "
	       "with its report, when interrupted.",
};

static void stop(int signal)
{
	(void)signal;
	atomic_store(&clients_stop, true);
}

/* Begin and end. */

static void fail(const char *why)
{
	fprintf(stderr, "soak: wrong: %s\n", why);
	soak.failure = why;
}

static void *do_nothing(void *arg)
{
	return arg;
}

/* What there is before the library is used. A sanitizer may start a thread with our first. */
static struct moment moment_of_start(void)
{
	pthread_t first;
	size_t threads = 1;
	if (pthread_create(&first, NULL, do_nothing, NULL) == 0)
		pthread_join(first, NULL);
#if defined(__SANITIZE_THREAD__)
	threads++;
#endif
	return moment_now(threads);
}

static int begin(void)
{
	soak.start = moment_of_start();
	soak.clients = calloc(soak.request.clients, sizeof(*soak.clients));
	soak.runtime = runtime_new();
	soak.executor = executor_new(EXECUTOR_WORKERS);
	if (soak.clients == NULL || soak.runtime == NULL || soak.executor == NULL ||
	    pool_begin_random(soak.request.seed) != 0 || engines_begin() != 0)
		return -1;
	for (size_t i = 0; i < soak.request.clients; i++)
		if (client_begin(&soak.clients[i], (soak.request.seed + (uint32_t)i * 7919) | 1,
				 soak.runtime, soak.executor) != 0)
			return -1;
	soak.threads = process_threads();
	soak.began = os_now();
	return 0;
}

static void end(void)
{
	soak.ended = os_now();
	soak.refused = engines_refused();
	for (size_t i = 0; i < soak.request.clients; i++)
		client_end(&soak.clients[i]);
	executor_delete(soak.executor);
	runtime_delete(soak.runtime);
	engines_end();
	pool_end_random();
	soak.end = moment_now(soak.start.threads);
	if (soak.end.threads != soak.start.threads)
		fail("threads are left when all is deleted");
}

/* Rounds. */

static struct tally total(void)
{
	struct tally sum = {.refused = soak.refused};
	for (size_t i = 0; i < soak.request.clients; i++) {
		const struct tally *tally = &soak.clients[i].tally;
		sum.scenarios += tally->scenarios;
		sum.operations += tally->operations;
		sum.bytes += tally->bytes;
		sum.canceled += tally->canceled;
		sum.misused += tally->misused;
		sum.refused += tally->refused;
		sum.wrong += tally->wrong;
		for (enum fault fault = 0; fault < FAULTS; fault++)
			sum.survived[fault] += tally->survived[fault];
	}
	return sum;
}

static uint64_t injected(enum fault fault)
{
	uint64_t sum = atomic_load(&faults_of_nobody.injected[fault]);
	for (size_t i = 0; i < soak.request.clients; i++)
		sum += atomic_load(&soak.clients[i].account.injected[fault]);
	return sum;
}

/* Who works for everybody has survived when everybody's work was right. */
static uint64_t survived(enum fault fault, const struct tally *sum)
{
	return sum->survived[fault] +
	       (sum->wrong == 0 ? atomic_load(&faults_of_nobody.injected[fault]) : 0);
}

static void *run_client(void *client)
{
	client_run(client, soak.until);
	return NULL;
}

static void abort_stuck(void)
{
	for (size_t i = 0; i < soak.request.clients; i++)
		fprintf(stderr, "soak: client %zu: %s\n", i, atomic_load(&soak.clients[i].doing));
	fprintf(stderr, "soak: stuck: a client is not back %d s after its time\n", STUCK_SECONDS);
	abort();
}

static void run_round(uint64_t length)
{
	struct timespec late;
	soak.until = os_now() + length;
	clock_gettime(CLOCK_REALTIME, &late);
	late.tv_sec += (time_t)(length / SECOND) + STUCK_SECONDS;

	faults_allow(true);
	for (size_t i = 0; i < soak.request.clients; i++)
		if (pthread_create(&soak.clients[i].thread, NULL, run_client, &soak.clients[i]) !=
		    0) {
			perror("soak: a client's thread");
			exit(EXIT_FAILURE);
		}
	for (size_t i = 0; i < soak.request.clients; i++)
		if (pthread_timedjoin_np(soak.clients[i].thread, NULL, &late) != 0)
			abort_stuck();
	faults_allow(false);
}

static void look_around(void)
{
	struct moment moment = moment_now(soak.threads);
	if (moment.threads != soak.threads)
		fail("threads are left when all clients have ended");
	if (!pool_is_unharmed())
		fail("what is only read was written");
	if (soak.record.n < RECORD_MAX)
		soak.record.moments[soak.record.n++] = moment;
}

static void print_progress(void)
{
	const struct moment *moment = &soak.record.moments[soak.record.n - 1];
	struct tally sum = total();
	uint64_t faults = 0;
	for (enum fault fault = 0; fault < FAULTS; fault++)
		faults += injected(fault);
	printf("%7.1f s %12" PRIu64 " %9.3f GB %10" PRIu64 " %9.1f MiB %9.2f MiB %8zu\n",
	       (double)(os_now() - soak.began) / 1e9, sum.operations, (double)sum.bytes / 1e9,
	       faults, (double)moment->memory / 1048576, (double)moment->held / 1048576,
	       moment->threads);
	fflush(stdout);
}

static void run(void)
{
	uint64_t length = soak.request.duration / ROUNDS;
	if (length < ROUND_MIN)
		length = ROUND_MIN;
	printf("%9s %12s %12s %10s %13s %13s %8s\n", "time", "operations", "bytes", "faults",
	       "memory", "held", "threads");
	while (!atomic_load(&clients_stop) && os_now() < soak.began + soak.request.duration) {
		run_round(length);
		look_around();
		print_progress();
	}
}

/* The report. */

static void judge(const struct tally *sum)
{
	if (sum->wrong != 0)
		soak.failure = "operations or answers were wrong, as told above";
	if (record_grows(&soak.record, moment_held, HELD_ANYWAY))
		fail("what the library holds goes on growing");
#ifndef SOAK_SANITIZED /* whose own memory grows */
	if (record_grows(&soak.record, moment_memory, MEMORY_ANYWAY))
		fail("the process goes on growing");
#endif
}

static void print_fault(const char *name, uint64_t injected_count, uint64_t survived_count)
{
	printf("  %-34s %12" PRIu64 " %12" PRIu64 "\n", name, injected_count, survived_count);
}

static void report(void)
{
	struct tally sum = total();
	double seconds = (double)(soak.ended - soak.began) / 1e9;
	judge(&sum);

	printf("\n%.1f s, %zu clients, %" PRIu64 " scenarios, seed %" PRIu32 "\n", seconds,
	       soak.request.clients, sum.scenarios, soak.request.seed);
	printf("%" PRIu64 " operations on %.3f GB, every byte checked; %" PRIu64 " wrong\n",
	       sum.operations, (double)sum.bytes / 1e9, sum.wrong);

	printf("\n  %-34s %12s %12s\n", "faults", "injected", "survived");
	print_fault("no memory", injected(FAULT_MEMORY), survived(FAULT_MEMORY, &sum));
	print_fault("no thread", injected(FAULT_THREAD), survived(FAULT_THREAD, &sum));
	print_fault("a sleep that ends for no reason", injected(FAULT_SLEEP),
		    survived(FAULT_SLEEP, &sum));
	print_fault("operations with an unknown flag", sum.misused, sum.misused);
	printf("  %-34s %12" PRIu64 "\n", "polls that found a queue full", sum.refused);
	printf("  %-34s %12" PRIu64 "\n", "operations that ended as cancelled", sum.canceled);

	printf("\n  %-34s %12s %12s\n", "", "start", "end");
	printf("  %-34s %8.1f MiB %8.1f MiB\n", "memory (VmRSS)",
	       (double)soak.start.memory / 1048576, (double)soak.end.memory / 1048576);
	printf("  %-34s %8.2f MiB %8.2f MiB\n", "held by the library",
	       (double)soak.start.held / 1048576, (double)soak.end.held / 1048576);
	printf("  %-34s %12zu %12zu\n", "threads", soak.start.threads, soak.end.threads);

	if (soak.record.n < RECORD_ENOUGH)
		printf("\nToo short to tell whether memory goes on growing.\n");
	if (soak.failure != NULL)
		printf("\nFAILED: %s\n", soak.failure);
	else
		printf("\nEvery byte was right, no thread is left%s.\n",
		       soak.record.n < RECORD_ENOUGH ? "" : ", memory stopped growing");
}

int main(int argc, char **argv)
{
	soak.request = (struct request){.duration = 600 * SECOND, .clients = 4, .seed = 1};
	argp_parse(&parser, argc, argv, 0, NULL, &soak.request);

	/* Once: a second interrupt ends the process. */
	struct sigaction interrupt = {.sa_handler = stop, .sa_flags = (int)SA_RESETHAND};
	sigaction(SIGINT, &interrupt, NULL);
	sigaction(SIGTERM, &interrupt, NULL);

	if (begin() != 0) {
		perror("soak: cannot begin");
		return EXIT_FAILURE;
	}
	run();
	end();
	report();
	return soak.failure == NULL ? EXIT_SUCCESS : EXIT_FAILURE;
}
