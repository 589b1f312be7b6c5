#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
# Copyright 2026, The miniasync authors
"""testing.py -- every test that TESTING.md names exists, and every promise that is numbered is in it.

usage: testing.py ROOT
"""

import os
import re
import sys

NUMBERED = [f'W{i}' for i in range(1, 6)] + [f'fault {i}' for i in range(1, 23)]


def check(root):
    """Complaints about the table."""
    with open(os.path.join(root, 'TESTING.md')) as text:
        rows = re.findall(r'^\| (.*?) \| (.*?) \|$', text.read(), re.MULTILINE)
    for promise, tests in rows:
        contents = None
        for name in re.findall(r'`([^`]*)`', tests):
            path = os.path.join(root, name)
            if os.path.isfile(path):
                with open(path) as text:
                    contents = text.read()
            elif '/' in name:
                yield f'{promise}: no file {name}'
            elif contents is None or not re.search(rf'\b{name}\b', contents):
                yield f'{promise}: no case {name} in the file before it'
        if contents is None and not promise.startswith(('**', 'promise', 'why', '---')):
            yield f'{promise}: no test'
    for number in NUMBERED:
        if not any(re.match(rf'{number}\b', promise) for promise, _ in rows):
            yield f'no row for {number}'


if len(sys.argv) != 2:
    sys.exit(__doc__)
complaints = list(check(sys.argv[1]))
for complaint in complaints:
    print('TESTING.md:', complaint)
sys.exit(1 if complaints else 0)
