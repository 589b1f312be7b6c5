/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright 2026, The miniasync authors */

/*
 * outputs.c -- see outputs.h.
 */

#include "outputs.h"
#include "../message.h"
#include "../output.h"

#include <errno.h>
#include <string.h>

static int open_output(struct output *output, const char *path)
{
	if (path == NULL)
		return 0;
	*output = (struct output){path, fopen(path, "we")};
	return output->file != NULL ? 0 : complain(path, "%s", strerror(errno));
}

int outputs_open(struct outputs *outputs, const struct bench_request *request)
{
	if (open_output(&outputs->json, request->json) != 0 ||
	    open_output(&outputs->csv, request->csv) != 0)
		return -1;
	return request->plot != NULL ? gnuplot_open(&outputs->gnuplot, request->plot) : 0;
}

static int finish_output(struct output *output)
{
	int result = output_close(output->file, output->path);
	output->file = NULL;
	if (result != 0)
		output_remove(output->path);
	return result;
}

static int write_json(struct output *output, const struct report *report)
{
	if (report_write_json(report, output->file) != 0)
		return complain(output->path, "%s", strerror(ENOMEM));
	return finish_output(output);
}

static int write_csv(struct output *output, const struct report *report)
{
	report_write_csv(report, output->file);
	return finish_output(output);
}

static int write_plot(struct gnuplot *gnuplot, const struct report *report)
{
	report_write_plot(report, gnuplot_terminal(gnuplot->path), gnuplot->commands);
	return gnuplot_close(gnuplot);
}

int outputs_write(struct outputs *outputs, const struct report *report)
{
	int result = 0;
	if (outputs->json.file != NULL)
		result |= write_json(&outputs->json, report);
	if (outputs->csv.file != NULL)
		result |= write_csv(&outputs->csv, report);
	if (outputs->gnuplot.commands != NULL)
		result |= write_plot(&outputs->gnuplot, report);
	return result;
}

static void discard(struct output *output)
{
	if (output->file == NULL)
		return;
	fclose(output->file);
	output_remove(output->path);
}

void outputs_close(struct outputs *outputs)
{
	discard(&outputs->json);
	discard(&outputs->csv);
	if (outputs->gnuplot.commands != NULL)
		gnuplot_discard(&outputs->gnuplot);
}
