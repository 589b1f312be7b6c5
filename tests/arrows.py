#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
# Copyright 2026, The miniasync authors
"""arrows.py -- the #include lines follow the arrows of ARCHITECTURE.md, and no others.

A part is a folder of src/ together with its public headers. Which parts it may include, itself
aside, stands in ARROWS. A file that lies in src/ itself belongs to no part and sees public headers
only, as do tools, examples, benchmarks and the tests of the public interface.

usage: arrows.py ROOT | arrows.py --self-test
"""

import pathlib
import re
import sys
import tempfile

ARROWS = {
    'platform': [],
    'concurrent': ['platform'],
    'memory': ['platform'],
    'future': ['concurrent', 'platform'],
    'runtime': ['future', 'concurrent', 'platform'],
    'vdm': ['future'],
    'movers': ['vdm', 'future', 'memory', 'concurrent', 'platform'],
}

# Whose face a public header is. Those that are not named here may be included by anyone.
PUBLIC = {
    'future': 'future',
    'chain': 'future',
    'compose': 'future',
    'runtime': 'runtime',
    'executor': 'runtime',
    'vdm': 'vdm',
}

CLIENTS = ['tools', 'examples', 'bench', 'tests/api']

# The operating system is called in platform/ only. The rest of the library has the language.
LANGUAGE = {'assert', 'errno', 'inttypes', 'limits', 'stdalign', 'stdatomic', 'stdbool', 'stddef',
            'stdint', 'stdlib', 'string'}
INSTRUCTIONS = {'emmintrin', 'immintrin', 'arm_neon', 'arm_acle'}

# The library of an engine is called by its own mover only.
ENGINES = {'dml/dml.h': 'src/movers/dml'}

INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]', re.MULTILINE)


def part_of_public(header):
    """The part whose face <libminiasync/...> is; '' for what anyone may include."""
    name = pathlib.PurePath(header).stem
    if name.startswith('data_mover_'):
        return 'movers'
    return PUBLIC.get(name, '')


def is_public(header):
    return header.startswith('libminiasync')


def may_reach(part, target):
    return target in ('', part) or target in ARROWS[part]


def library_fault(root, path, bracket, header):
    """What is wrong with an include of a file below src/ or include/; '' if nothing is."""
    if path.is_relative_to(root / 'src'):
        inside = path.relative_to(root / 'src').parts
        part = inside[0] if len(inside) > 1 else ''
    else:
        inside = ()
        part = part_of_public(path.name)

    if bracket == '<' and is_public(header):
        target = part_of_public(header)
        if header == 'libminiasync.h' and part:
            return 'a part may not include all of the others'
        return '' if not part or may_reach(part, target) else f'{part} may not include {target}'
    if bracket == '<' and header in ENGINES:
        at_home = path.is_relative_to(root / ENGINES[header])
        return '' if at_home else "an engine's library is called by its mover only"
    if bracket == '<':
        name = pathlib.PurePath(header).stem
        allowed = LANGUAGE | (INSTRUCTIONS if part == 'memory' else set())
        at_home = part == 'platform' or (name in allowed and '/' not in header) or \
            (path.suffix == '.hpp' and re.fullmatch(r'\w+', header))  # C++'s own have no suffix
        return '' if at_home else 'the operating system is called in platform/ only'

    target = header.split('/')
    if not part:
        return 'what belongs to no part sees public headers only'
    if (path.parent / header).exists():
        return ''
    if target[0] not in ARROWS or not (root / 'src' / header).exists():
        return 'no such file below src/'
    if not may_reach(part, target[0]):
        return f'{part} may not include {target[0]}'
    if part == target[0] == 'movers' and len(target) > 2 and target[1] != inside[1]:
        return 'one mover may not include another'
    return ''


def client_fault(root, path, bracket, header):
    """Likewise for a user of the library: its own headers, and the public ones in brackets."""
    if bracket == '<':
        return ''
    if is_public(header):
        return 'public headers are included with <>'
    target = (path.parent / header).resolve()
    folder = next(root / client for client in CLIENTS if path.is_relative_to(root / client))
    return '' if target.is_relative_to(folder) and target.exists() else \
        'users see public headers only'


def faults(root):
    """All faults below root, as lines to print."""
    root = root.resolve()
    checks = [('src', library_fault), ('include', library_fault)]
    checks += [(client, client_fault) for client in CLIENTS]
    found = []
    for folder, check in checks:
        for path in sorted((root / folder).rglob('*')):
            if path.suffix not in ('.c', '.h', '.cpp', '.hpp'):
                continue
            for bracket, header in INCLUDE.findall(path.read_text()):
                fault = check(root, path, bracket, header)
                if fault:
                    found.append(f'{path.relative_to(root)}: {header}: {fault}')
    return found


# One include each: in which file, of what, and whether it is a fault.
EXAMPLES = [
    ('src/movers/sync.c', '"vdm/polled.h"', False),
    ('src/movers/sync.c', '<libminiasync/future.h>', False),
    ('src/movers/sync.c', '"runtime/wait.h"', True),
    ('src/movers/sync.c', '<libminiasync/runtime.h>', True),
    ('src/movers/sync.c', '"movers/threads/pool.h"', True),
    ('src/movers/threads/mover.c', '"movers/threads/pool.h"', False),
    ('src/movers/threads/mover.c', '"movers/kernel.h"', False),
    ('src/movers/threads/mover.c', '<pthread.h>', True),
    ('src/movers/dml/job.c', '<dml/dml.h>', False),
    ('src/movers/sync.c', '<dml/dml.h>', True),
    ('src/movers/dml/dml.c', '<libminiasync-vdm-dml/data_mover_dml.h>', False),
    ('src/runtime/wait.c', '"movers/kernel.h"', True),
    ('src/runtime/wait.c', '<libminiasync/vdm.h>', True),
    ('src/runtime/wait.c', '"platform/os.h"', False),
    ('src/runtime/wait.c', '<stdatomic.h>', False),
    ('src/runtime/wait.c', '<libminiasync.h>', True),
    ('src/vdm/polled.c', '"platform/os.h"', True),
    ('src/vdm/polled.c', '"polled.h"', False),
    ('src/concurrent/event.c', '<libminiasync/future.h>', True),
    ('src/memory/copy.c', '<immintrin.h>', False),
    ('src/platform/os_linux.c', '<pthread.h>', False),
    ('src/platform/os_linux.c', '"concurrent/event.h"', True),
    ('src/symbols.c', '<libminiasync.h>', False),
    ('src/symbols.c', '"platform/os.h"', True),
    ('include/libminiasync/future.h', '<libminiasync/base.h>', False),
    ('include/libminiasync/future.h', '<libminiasync/vdm.h>', True),
    ('include/libminiasync.hpp', '<coroutine>', False),
    ('include/libminiasync.hpp', '<pthread.h>', True),
    ('include/libminiasync/future.h', '<coroutine>', True),
    ('tools/miniasync/copy.c', '<libminiasync.h>', False),
    ('tools/miniasync/copy.c', '"copy.h"', False),
    ('tools/miniasync/copy.c', '"platform/os.h"', True),
    ('examples/01_copy.c', '"../src/platform/os.h"', True),
    ('tests/api/every_name.c', '"../../src/platform/os.h"', True),
]

HEADERS = ['src/vdm/polled.h', 'src/runtime/wait.h', 'src/movers/threads/pool.h',
           'src/movers/kernel.h', 'src/platform/os.h', 'src/concurrent/event.h',
           'tools/miniasync/copy.h']


def self_test():
    """Each example alone in a tree of its own is found, or is not."""
    wrong = []
    for path, header, is_fault in EXAMPLES:
        with tempfile.TemporaryDirectory() as folder:
            root = pathlib.Path(folder)
            for name in HEADERS + [path]:
                (root / name).parent.mkdir(parents=True, exist_ok=True)
                (root / name).write_text('')
            (root / path).write_text(f'#include {header}\n')
            if bool(faults(root)) != is_fault:
                wrong.append(f'{path}: {header}: {"not found" if is_fault else "refused"}')
    return wrong


if len(sys.argv) != 2:
    sys.exit(__doc__)
messages = self_test() if sys.argv[1] == '--self-test' else faults(pathlib.Path(sys.argv[1]))
print('\n'.join(messages) if messages else 'every #include follows an arrow')
sys.exit(1 if messages else 0)
