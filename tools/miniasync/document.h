/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/*
 * document.h -- JSON, made of parts of which each may lack memory. What lacks a part is NULL
 * itself, so whoever makes one looks once, at the end.
 */

#ifndef MINIASYNC_DOCUMENT_H
#define MINIASYNC_DOCUMENT_H

#include <jansson.h>

#include <stdio.h>

/* document_append -- the list with that item at its end, which it takes; or NULL, both let go. */
json_t *document_append(json_t *list, json_t *item);

/*
 * document_print -- prints it as text, and lets go of it. -1, with nothing printed, when there was
 * no memory for it; whether the text is written shows when the file is closed.
 */
int document_print(json_t *document, FILE *file);

#endif
