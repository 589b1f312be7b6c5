#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
# Copyright 2026, The miniasync authors
"""report.py -- what benchmarks measured, as tables in Markdown.

usage: report.py [--peers] [--chart FILE] JSON

JSON is what a benchmark program wrote with --benchmark_out. Every figure is the median of all
repetitions; what stands behind it, as "±", is half of the range in which the middle half of them
lies, in percent. With --peers, all contenders of a load stand side by side, and --chart writes the
figures that chart.gnuplot draws.
"""

import argparse
import collections
import json
import statistics


class Samples:
    """The repetitions of one benchmark: a list of values for each figure that it has."""

    def __init__(self):
        self.runs = []

    def median(self, figure):
        return statistics.median(figure(run) for run in self.runs)

    def spread(self, figure):
        """Half the interquartile range, as a part of the median."""
        if len(self.runs) < 2:
            return 0
        low, median, high = statistics.quantiles([figure(run) for run in self.runs], n=4,
                                                 method='inclusive')
        return (high - low) / 2 / median if median else 0


def read(path):
    """What a program measured: {group: {load: {contender: samples}}}, and the faults it met."""
    groups = collections.defaultdict(lambda: collections.defaultdict(
        lambda: collections.defaultdict(Samples)))
    faults = {}
    with open(path, encoding='utf-8') as file:
        content = json.load(file)
    for run in sorted(content['benchmarks'], key=lambda run: run['family_index']):
        if run['run_type'] != 'iteration':
            continue
        group, load, contender = run['run_name'].split('/')[:3]
        if run.get('error_occurred'):
            faults[f'{load}, {contender}'] = run['error_message']
        else:
            groups[group][load][contender].runs.append(run)
    return groups, faults


# A figure: how it is found in a run, how it is shown, and whether more is better.
Figure = collections.namedtuple('Figure', 'get show more_is_better')


def significant(value):
    """Three significant digits, without an exponent."""
    digits = 2 if abs(value) < 10 else 1 if abs(value) < 100 else 0
    return f'{value:,.{digits}f}'


def duration(nanoseconds):
    for unit, length in (('s', 1e9), ('ms', 1e6), ('us', 1e3)):
        if nanoseconds >= length:
            return f'{significant(nanoseconds / length)} {unit}'
    return f'{significant(nanoseconds)} ns'


OPERATIONS = Figure(lambda run: run['items_per_second'] / 1e6,
                    lambda value: f'{significant(value)} M op/s', True)
BYTES = Figure(lambda run: run['bytes_per_second'] / 1e9,
               lambda value: f'{significant(value)} GB/s', True)
EACH = Figure(lambda run: 1e9 / run['items_per_second'], duration, False)
WHOLE = Figure(lambda run: run['real_time'], duration, False)
P50 = Figure(lambda run: run['p50'], duration, False)
P99 = Figure(lambda run: run['p99'], duration, False)
CPU = Figure(lambda run: 100 * run['cpu'], lambda value: f'{significant(value)} %', False)

# The loads, and what miniasync is to reach: a value, or a multiple of its limit. What has neither
# stands beside the peers only.
Row = collections.namedtuple('Row', 'load name figure value of_limit', defaults=(None, None))
CROWDS = ('1 future', '100 futures', '10000 futures')
LIMITS = ('memcpy', 'poll loop', 'futex')
TABLE = [
    Row('64 B x256', '', OPERATIONS, value=60),
    Row('4 KiB x256', '', OPERATIONS, of_limit=0.9),
    Row('64 B x256, one memcpyv', '', OPERATIONS, of_limit=0.5),
    Row('4 KiB x256, one memcpyv', '', OPERATIONS, of_limit=0.9),
    Row('64 KiB x64', '', BYTES, of_limit=1.6),
    Row('1 MiB x32', '', BYTES, of_limit=1.5),
    Row('1 MiB x32, no cache hint', '', BYTES, of_limit=2),
    Row('256 MiB x1', '', BYTES, of_limit=2),
    Row('4 KiB at a time', 'p50', P50, value=90),
    Row('4 KiB at a time', 'p99', P99, value=200),
    Row('64 KiB at a time', 'p50', P50, value=1350),
    Row('64 KiB at a time', 'p99', P99, value=3000),
    Row('sync mover, 64 B', '', WHOLE, value=7),
    *(Row(f'poll, soon, {n}', '', EACH, value=6) for n in CROWDS),
    *(Row(f'poll, woken, {n}', '', EACH, value=15) for n in CROWDS),
    Row('20,000 futures, one needs 500 polls', '', WHOLE, value=200e3),
    Row('chain of 32 entries, a poll', '', EACH, value=5),
    Row('spawn a task, of 1,000', '', EACH),
    Row('spawn a task, of 1,000,000', '', EACH, value=80),
    Row('spawn a task from the one before', '', EACH, value=30),
    Row('wake a task, of 1,000 that were spawned', '', EACH),
    Row('wake a task, of two that wake each other', '', EACH, value=30),
    Row('waiting 20 ms', 'CPU used', CPU, of_limit=1.1),
    Row('waiting 20 ms', 'p50 from event to return', P50, of_limit=1.1),
]

# What a cost depends on: each group is a table, its loads the rows, its contenders the columns.
SWEEPS = [
    ('size', 'One operation at a time, by its size', 'size', BYTES),
    ('in flight', 'By the number of operations in flight', 'operations', BYTES),
    ('workers', 'By the number of workers', 'workers', BYTES),
    ('futures', 'A wake-up, by the number of futures that are waited for', 'futures', EACH),
    ('entries', 'A poll of a chain, by the number of its entries', 'entries', EACH),
]


def cell(samples, figure):
    if samples is None or not samples.runs:
        return ''
    return f'{figure.show(samples.median(figure.get))} ±{100 * samples.spread(figure.get):.0f} %'


def print_table(header, rows):
    print('|', ' | '.join(header), '|')
    print('|', ' | '.join('---' for _ in header), '|')
    for row in rows:
        print('|', ' | '.join(row), '|')
    print()


def title(row):
    return f'{row.load}: {row.name}' if row.name else row.load


def limit_of(contenders):
    return next((contenders[name] for name in LIMITS if name in contenders), None)


def verdict(row, ours, limit):
    """What is to be reached, and whether it is."""
    goal = row.value if row.of_limit is None else row.of_limit * limit
    wanted = row.figure.show(goal) if row.of_limit is None else f'{row.of_limit} x the limit'
    reached = ours >= goal if row.figure.more_is_better else ours <= goal
    return wanted, 'yes' if reached else 'no'


def table_rows(loads):
    for row in TABLE:
        contenders = loads.get(row.load, {})
        ours, limit = contenders.get('miniasync'), limit_of(contenders)
        if ours is None or (limit is None and row.value is None):
            continue
        value = ours.median(row.figure.get)
        bound = limit.median(row.figure.get) if limit is not None else 0
        ratio = f'{significant(value / bound)}' if bound else ''
        yield (title(row), cell(limit, row.figure), cell(ours, row.figure), ratio,
               *verdict(row, value, bound))


def machine_rows(loads):
    for load, contenders in loads.items():
        for samples in contenders.values():
            yield load, cell(samples, P50 if 'p50' in samples.runs[0] else WHOLE)


def pivot_rows(loads, columns, figure):
    for load, contenders in loads.items():
        yield (load, *(cell(contenders.get(column), figure) for column in columns))


def columns_of(loads):
    """All contenders: limits, then the others in the order in which they first appear."""
    names = dict.fromkeys(name for contenders in loads.values() for name in contenders)
    return sorted(names, key=lambda name: name not in LIMITS)


def report_miniasync(groups):
    print_table(('load', 'limit', 'miniasync', 'ratio', 'to reach', 'reached'),
                table_rows(groups['table']))
    for group, heading, name, figure in SWEEPS:
        if group in groups:
            columns = columns_of(groups[group])
            print(f'{heading}:\n')
            print_table((name, *columns), pivot_rows(groups[group], columns, figure))


def best(row, contenders):
    """The contender that leads, limits aside, which do less than is asked."""
    racing = {name: samples.median(row.figure.get)
              for name, samples in contenders.items() if name not in LIMITS}
    choose = max if row.figure.more_is_better else min
    return choose(racing, key=racing.get)


def peer_rows(loads, columns):
    for row in TABLE:
        contenders = loads.get(row.load)
        if contenders is None or all(name in LIMITS for name in contenders):
            continue
        leader = best(row, contenders)
        cells = [cell(contenders.get(column), row.figure) for column in columns]
        yield (title(row), *(f'**{text}**' if column == leader else text
                             for column, text in zip(columns, cells)))


def report_peers(groups):
    # Who copies and who only polls and wakes has a table each: few contenders do both.
    loads = groups['table']
    copying = {load: who for load, who in loads.items() if 'memcpy' in who}
    waiting = {load: who for load, who in loads.items() if 'memcpy' not in who}
    for part in (copying, waiting):
        columns = columns_of(part)
        if columns:
            print_table(('load', *columns), peer_rows(part, columns))


def write_chart(loads, path):
    """Speed beside the plain loop's, a load a line, a contender a column; "-" where there is none."""
    copying = {load: who for load, who in loads.items()
               if 'memcpy' in who and len(who) > 2 and ' x' in load}
    columns = [name for name in columns_of(copying) if name != 'memcpy']
    with open(path, 'w', encoding='utf-8') as file:
        print('load', *columns, sep='\t', file=file)
        for load, who in copying.items():
            limit = who['memcpy'].median(BYTES.get)
            ratios = (f'{who[name].median(BYTES.get) / limit:.4f}' if name in who else '-'
                      for name in columns)
            print(load, *ratios, sep='\t', file=file)


def main():
    parser = argparse.ArgumentParser(usage=__doc__)
    parser.add_argument('json')
    parser.add_argument('--peers', action='store_true')
    parser.add_argument('--chart')
    arguments = parser.parse_args()

    groups, faults = read(arguments.json)
    if 'machine' in groups:
        print_table(('this machine', 'takes'), machine_rows(groups['machine']))
    if arguments.peers:
        report_peers(groups)
    else:
        report_miniasync(groups)
    for name, message in faults.items():
        print(f'Not measured: {name}: {message}.')
    if arguments.chart:
        write_chart(groups['table'], arguments.chart)


main()
