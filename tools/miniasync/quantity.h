/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/*
 * quantity.h -- sizes, counts and rates, as people write and read them.
 *
 * K, M and G are powers of 1024 in sizes; a rate's GB/s is a power of 1000.
 */

#ifndef MINIASYNC_QUANTITY_H
#define MINIASYNC_QUANTITY_H

#include <stddef.h>
#include <stdint.h>
#include <time.h>

/* parse_count -- a number in decimal; 0, or -1 with the count untouched if the text is none. */
int parse_count(const char *text, size_t *count);

/* parse_size -- a count of bytes, or with K, M or G behind it of as many times 1024 of them. */
int parse_size(const char *text, size_t *size);

#define QUANTITY_LENGTH 32

/* format_size -- into text and returned, a size in the unit that suits it: "512", "31.8M". */
const char *format_size(char text[QUANTITY_LENGTH], uint64_t bytes);

/* format_exact_size -- the same without loss: "64", "4K", "1M", "1000". */
const char *format_exact_size(char text[QUANTITY_LENGTH], uint64_t bytes);

/* format_nanoseconds -- three digits and a unit: "5.40 ns", "12.3 us", "1.02 s". */
const char *format_nanoseconds(char text[QUANTITY_LENGTH], double nanoseconds);

/* format_count -- three digits and a power of 1000: "512", "18.6 M". */
const char *format_count(char text[QUANTITY_LENGTH], double count);

/* In GB/s; 0 while no time has passed. */
double rate(uint64_t bytes, double seconds);

/* Seconds of the monotonic clock. */
double seconds_now(void);

#endif
