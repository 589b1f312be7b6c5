#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
# Copyright 2026, The miniasync authors
"""instructions.py -- hot paths do not get longer, and do not grow with what waits beside them.

Instructions are counted by valgrind's callgrind, so a regression shows on a busy machine as well. A
step of a path costs the difference between many steps and twice as many, divided by their number.
Two things are asked: no more instructions than LIMITS has, and, for a path that is walked with
different numbers of futures or entries, hardly more with many than with the fewest.

usage: instructions.py PROGRAM
"""

import collections
import pathlib
import platform
import re
import shutil
import subprocess
import sys
import tempfile

SKIPPED = 77

# Instructions of a step: what was counted when this was written, and a quarter of that more. Lower
# them when a path got shorter.
HEAD_ROOM = 1.25
LIMITS = {
    'copy, sync mover': 104,
    'copy, threads mover': 137,
    'a segment of a batch, sync mover': 57,
    'a segment of a batch, threads mover': 57,
    'copy, threads mover, a wait each': 394,
    'copy, threads mover, a wait for 256': 207,
    'poll, soon': 118,
    'poll, woken': 190,
    'poll, beside finished ones': 118,
    'wake-up, among idle ones': 384,
    'poll, chain': 59,
}

# How many times more a step may cost with many beside it. A set of 100,000 futures has three levels
# where one of 64 has one; whatever looks at each of them, or at each entry, costs hundreds of times
# more.
GROWTH = 2


def count(program):
    """Runs the program: {path: {n: instructions of a step}}."""
    with tempfile.TemporaryDirectory() as folder:
        run = subprocess.run(
            ['valgrind', '--tool=callgrind', '--toggle-collect=measured', '--dump-after=measured',
             f'--callgrind-out-file={folder}/count', program],
            check=True, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        # A dump for each call of measured(), numbered from 1 on, and one more at the end.
        counts = []
        for number, line in enumerate(run.stdout.splitlines(), start=1):
            dump = pathlib.Path(folder, f'count.{number}').read_text(encoding='utf-8')
            path, n, steps = line.split('\t')
            total = int(re.search(r'^(?:summary|totals): (\d+)', dump, re.MULTILINE).group(1))
            counts.append((path, int(n), int(steps), total))
    paths = collections.defaultdict(dict)
    for (path, n, once, few), (_, _, twice, many) in zip(counts[::2], counts[1::2]):
        paths[path][n] = (many - few) / (twice - once)
    return paths


def faults(paths):
    for path, costs in paths.items():
        limit = LIMITS[path] * HEAD_ROOM
        least = costs[min(costs)]
        for n, cost in costs.items():
            if cost > limit:
                yield f'{path}, {n}: {cost:.1f} instructions, more than {limit:.1f}'
            if cost > least * GROWTH:
                yield f'{path}: {cost:.1f} instructions with {n}, {least:.1f} with {min(costs)}'


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    if platform.machine() != 'x86_64':
        print('skipped: the limits are those of x86-64')
        sys.exit(SKIPPED)
    if shutil.which('valgrind') is None:
        print('skipped: there is no valgrind here to count instructions with')
        sys.exit(SKIPPED)
    paths = count(sys.argv[1])
    for path, costs in paths.items():
        print(path + ':', ', '.join(f'{cost:.1f} ({n})' for n, cost in costs.items()))
    found = list(faults(paths))
    print('\n'.join(found))
    sys.exit(1 if found else 0)


main()
