#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
# Copyright 2026, The miniasync authors
"""library.py -- what the libraries promise as files: their symbols, size and safety.

usage: library.py SHARED_LIBRARY STATIC_LIBRARY MAP INCLUDE_FOLDER
"""

import os
import re
import subprocess
import sys
import tempfile
import unittest

import public_names

SIZE_LIMIT = 128 * 1024


def output_of(*command):
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def symbols_of_map(text):
    """{symbol: node} of a linker's version script."""
    found = {}
    for node, body in re.findall(r'^([\w.]+) \{(.*?)^\}', text, re.MULTILINE | re.DOTALL):
        for name in re.findall(r'^\t\t(\w+);', body, re.MULTILINE):
            found[name] = node
    return found


def symbols_of_library(path):
    """{symbol: node} of what the library defines."""
    found = {}
    for line in output_of('nm', '-D', '--defined-only', '--with-symbol-versions', path).splitlines():
        _, kind, name = line.split()
        if kind != 'A':
            symbol, _, node = name.partition('@@')
            found[symbol] = node
    return found


class Library(unittest.TestCase):
    maxDiff = None

    def test_exports_what_the_map_says(self):
        with open(MAP) as text:
            self.assertEqual(symbols_of_library(LIBRARY), symbols_of_map(text.read()))

    def test_exports_what_the_headers_declare(self):
        self.assertEqual(set(symbols_of_library(LIBRARY)), public_names.symbols(INCLUDE))

    def test_static_library_takes_no_other_names(self):
        lines = output_of('nm', '-g', '--defined-only', STATIC).splitlines()
        names = {line.split()[2] for line in lines if len(line.split()) == 3}
        self.assertEqual(names, public_names.symbols(INCLUDE))

    def test_is_small(self):
        with tempfile.TemporaryDirectory() as folder:
            stripped = os.path.join(folder, 'stripped')
            output_of('strip', '-o', stripped, LIBRARY)
            size = os.path.getsize(stripped)
        print(f'stripped: {size} bytes')
        self.assertLess(size, SIZE_LIMIT)

    def test_needs_libc_only(self):
        needed = re.findall(r'\(NEEDED\).*\[(.*)\]', output_of('readelf', '-dW', LIBRARY))
        # The dynamic loader is a part of libc, named where a library has thread-local variables.
        others = [name for name in needed if not name.startswith(('libc.so.', 'ld-linux'))]
        self.assertEqual(others, [])
        self.assertNotEqual(needed, [])

    def test_soname(self):
        sonames = re.findall(r'\(SONAME\).*\[(.*)\]', output_of('readelf', '-dW', LIBRARY))
        self.assertEqual(sonames, ['libminiasync.so.0'])

    def test_stays_loaded(self):
        self.assertIn('NODELETE', output_of('readelf', '-dW', LIBRARY))

    def test_relocations_are_read_only(self):
        self.assertIn('GNU_RELRO', output_of('readelf', '-lW', LIBRARY))
        self.assertIn('BIND_NOW', output_of('readelf', '-dW', LIBRARY))

    def test_no_text_relocations(self):
        self.assertNotIn('TEXTREL', output_of('readelf', '-dW', LIBRARY))

    def test_no_executable_stack(self):
        stack = re.search(r'GNU_STACK.* (\w+) +0x', output_of('readelf', '-lW', LIBRARY))
        self.assertEqual(stack.group(1), 'RW')


if len(sys.argv) != 5:
    sys.exit(__doc__)
LIBRARY, STATIC, MAP, INCLUDE = sys.argv[1:]
unittest.main(argv=sys.argv[:1])
