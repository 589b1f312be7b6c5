/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/*
 * measure.c -- see measure.h. A contender is proved before it is timed: a figure of one that does
 * not move what it was asked to move would be worth nothing.
 */

#include "measure.h"
#include "../message.h"

#include <stdlib.h>
#include <string.h>

#define TURN 1e6            /* nanoseconds that a batch is to take */
#define LATENCIES 64        /* operations of a turn that are timed one by one, at most */
#define FLUSHED_SPAN 262144 /* bytes that are written at a time before they are flushed */

struct turns {
	struct contender *contender;
	size_t count;               /* operations of a batch */
	double elapsed[ROUNDS_MAX]; /* nanoseconds */
	double cpu[ROUNDS_MAX];
	struct samples latencies;
};

/* A line not written since would cost less to flush: lines are written again, off the clock. */
static size_t begin_lap(const struct load *load, size_t left)
{
	if (load->cell.operation->type != VDM_OPERATION_FLUSH)
		return left;
	size_t lap = left < load->slots ? left : load->slots;
	memset(load->destination, 'f', lap * load->cell.size);
	return lap;
}

/* Nanoseconds, and of CPU time, that so many operations take. */
static int time_batch(struct contender *contender, const struct load *load, size_t count,
		      double *elapsed, double *cpu)
{
	*elapsed = *cpu = 0;
	for (size_t left = count; left > 0;) {
		size_t lap = begin_lap(load, left);
		uint64_t cpu_started = samples_cpu_time(), started = samples_now();
		if (contender_run(contender, load, lap, NULL) != 0)
			return -1;
		*elapsed += (double)(samples_now() - started);
		*cpu += (double)(samples_cpu_time() - cpu_started);
		left -= lap;
	}
	return 0;
}

static int time_each(struct turns *turns, const struct load *load, size_t count)
{
	for (size_t left = count; left > 0;) {
		size_t lap = begin_lap(load, left);
		if (contender_run(turns->contender, load, lap, &turns->latencies) != 0)
			return -1;
		left -= lap;
	}
	return 0;
}

/* The first byte and the last one of each slot. */
static int moved(const struct load *load)
{
	enum vdm_operation_type type = load->cell.operation->type;
	size_t size = load->cell.size;
	for (size_t i = 0; i < load->slots && type != VDM_OPERATION_FLUSH; i++) {
		const char *from = load->source + i * size, *to = load->destination + i * size;
		if (type == VDM_OPERATION_MEMSET
			    ? to[0] == 0 || to[0] != to[size - 1]
			    : to[0] != from[0] || to[size - 1] != from[size - 1])
			return 0;
	}
	return 1;
}

static int prove(struct contender *contender, const struct load *load)
{
	for (size_t i = 0; i < load->slots; i++) {
		char *to = load->destination + i * load->cell.size;
		to[0] = to[load->cell.size - 1] = 0; /* what is moved there is something else */
	}
	if (contender_run(contender, load, load->slots, NULL) != 0)
		return -1;
	if (!moved(load))
		return complain(contender->name, "a %s of %zu bytes did not write its destination",
				load->cell.operation->name, load->cell.size);
	return 0;
}

/*
 * How many operations take as long as a turn, in whole rings: by the fastest that was seen of them,
 * for a batch that somebody disturbed would make turns too short to time.
 */
static int calibrate(struct turns *turns, const struct load *load)
{
	double elapsed, cpu, least = TURN;
	for (turns->count = load->cell.depth;; turns->count *= 2) {
		if (time_batch(turns->contender, load, turns->count, &elapsed, &cpu) != 0)
			return -1;
		double each = elapsed / (double)turns->count;
		least = each < least ? each : least;
		if (least * (double)turns->count >= TURN)
			return 0;
	}
}

static int take_turn(struct turns *turns, const struct load *load, size_t round)
{
	size_t few = turns->count / 4 < LATENCIES ? turns->count / 4 : LATENCIES;
	if (few < load->cell.depth)
		few = load->cell.depth;
	if (time_batch(turns->contender, load, turns->count, &turns->elapsed[round],
		       &turns->cpu[round]) != 0)
		return -1;
	/* After it, caches and threads are as they are in the middle of many operations. */
	return time_each(turns, load, few);
}

static void fill_row(struct row *row, const struct load *load, struct turns *turns,
		     const struct turns *plain, size_t rounds)
{
	double each[ROUNDS_MAX], cpu[ROUNDS_MAX], ratios[ROUNDS_MAX];
	for (size_t i = 0; i < rounds; i++) {
		each[i] = turns->elapsed[i] / (double)turns->count;
		cpu[i] = turns->cpu[i] / (double)turns->count;
		ratios[i] = plain != NULL ? plain->elapsed[i] / (double)plain->count / each[i] : 0;
	}
	double median = median_of(each, rounds);
	*row = (struct row){
		.cell = load->cell,
		.name = turns->contender->name,
		.bytes_per_second = (double)load->cell.size / median * 1e9,
		.operations_per_second = 1e9 / median,
		.cpu = median_of(cpu, rounds),
		.p50 = samples_percentile(&turns->latencies, 50),
		.p99 = samples_percentile(&turns->latencies, 99),
		.ratio = median_of(ratios, rounds),
		.rounds = rounds,
	};
}

/* How many rounds there were; 0 when the deadline came first. */
static int run_rounds(const struct measure *measure, const struct load *load, struct turns *turns,
		      size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (samples_now() >= measure->deadline)
			return 0;
		if (prove(turns[i].contender, load) != 0 || calibrate(&turns[i], load) != 0)
			return -1;
	}
	uint64_t started = samples_now();
	size_t round = 0;
	while (round < measure->rounds ||
	       (round < ROUNDS_MAX && samples_now() - started < measure->cell_time)) {
		for (size_t i = 0; i < count; i++) {
			if (samples_now() >= measure->deadline)
				return 0;
			if (take_turn(&turns[(round + i) % count], load, round) != 0)
				return -1;
		}
		round++;
		measure->step();
	}
	return (int)round;
}

size_t measure_slots(const struct cell *cell)
{
	size_t slots = cell->depth;
	if (cell->operation->type == VDM_OPERATION_FLUSH && slots < FLUSHED_SPAN / cell->size)
		slots = FLUSHED_SPAN / cell->size;
	return slots;
}

int measure_cell(const struct measure *measure, const struct cell *cell,
		 struct contender *contenders, size_t count, struct row *rows)
{
	struct load load = {*cell, measure->source, measure->destination, measure_slots(cell)};
	struct turns *turns = calloc(count, sizeof(*turns)), *plain = NULL;
	size_t able = 0;
	if (turns == NULL)
		return complain("bench", "no memory for samples");
	for (size_t i = 0; i < count; i++) {
		if (!contender_can(&contenders[i], cell->operation))
			continue;
		turns[able].contender = &contenders[i];
		plain = contenders[i].vdm == NULL ? &turns[able] : plain;
		able++;
	}
	int rounds = able > 0 ? run_rounds(measure, &load, turns, able)
			      : complain(cell->operation->name, "none of them can do it here");
	for (size_t i = 0; i < able && rounds > 0; i++)
		fill_row(&rows[i], &load, &turns[i], plain, (size_t)rounds);
	free(turns);
	return rounds > 0 ? (int)able : rounds;
}
