# SPDX-License-Identifier: BSD-3-Clause
# Copyright 2026, The miniasync authors
"""public_names.py -- what the public headers offer, read from their text."""

import pathlib
import re

COMMENT = re.compile(r'/\*.*?\*/', re.DOTALL)
FUNCTION = re.compile(r'^MINIASYNC_(?:API|INLINE) [^;{=]*?(\w+)\(', re.MULTILINE)
OBJECT = re.compile(r'^MINIASYNC_API extern [^;(]*?(\w+);', re.MULTILINE)
MACRO = re.compile(r'^#define (\w+)', re.MULTILINE)
TYPE = re.compile(r'^(?:struct|enum) (\w+) \{', re.MULTILINE)
POINTER = re.compile(r'^typedef .*?\(\*(\w+)\)', re.MULTILINE)
VALUE = re.compile(r'^\t([A-Z]\w+) =', re.MULTILINE)
# For the headers' own use: guards, and what base.h helps them with.
INTERNAL = re.compile(r'^(LIBMINIASYNC_|MINIASYNC_(?!VERSION))')


def texts(include, library='libminiasync'):
    root = pathlib.Path(include)
    paths = [root / f'{library}.h', *sorted((root / library).rglob('*.h'))]
    return [COMMENT.sub('', path.read_text()) for path in paths]


def symbols(include, library='libminiasync'):
    """The functions and objects that a program may be linked with, by the library they are in."""
    return {name for text in texts(include, library) for kind in (FUNCTION, OBJECT)
            for name in kind.findall(text)}


def everything(include):
    """Symbols, macros, types and values: all that a program may name."""
    found = symbols(include)
    for text in texts(include):
        for kind in (MACRO, TYPE, POINTER, VALUE):
            found |= {name for name in kind.findall(text) if not INTERNAL.match(name)}
    return found
