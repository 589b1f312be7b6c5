/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/*
 * document.c -- see document.h.
 */

#include "document.h"

#include <stdlib.h>

json_t *document_append(json_t *list, json_t *item)
{
	if (json_array_append_new(list, item) == 0)
		return list;
	json_decref(list);
	return NULL;
}

/* Into memory of our own, for json_dumps leaves out a key that it has no memory for. */
static char *text_of(const json_t *document, size_t *size)
{
	size_t flags = JSON_INDENT(2) | JSON_REAL_PRECISION(6);
	*size = json_dumpb(document, NULL, 0, flags);
	char *text = *size > 0 ? malloc(*size) : NULL;
	if (text == NULL || json_dumpb(document, text, *size, flags) == *size)
		return text;
	free(text);
	return NULL;
}

int document_print(json_t *document, FILE *file)
{
	size_t size;
	char *text = text_of(document, &size);
	json_decref(document);
	if (text == NULL)
		return -1;
	fwrite(text, 1, size, file);
	fputc('\n', file);
	free(text);
	return 0;
}
