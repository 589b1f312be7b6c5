#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
# Copyright 2026, The miniasync authors
"""manual.py -- what the manual pages say of the interface is what the headers say.

A page's synopsis holds its functions and macros as .Ft, .Fn, .Fo and .Fa, macros without arguments
as .Fd, and types as C in a literal display. A literal display elsewhere is preceded by a comment
that says what it holds, and what is C has to compile and to run:

    .\\" C program           a whole program
    .\\" C++ program         likewise, in C++20
    .\\" C declarations      to stand outside of functions; later displays of the page see them
    .\\" C statements        the body of a function that is given a runtime, a vdm, dest, src and n
    .\\" not C

usage: manual.py MAN_FOLDER INCLUDE_FOLDER C_COMPILER C++_COMPILER
"""

import pathlib
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
import unittest

import public_names

# Pages that others install, to which ours refer.
OTHERS = {('aio', 7), ('cp', 1), ('dlopen', 3), ('epoll', 7), ('errno', 3), ('eventfd', 2), ('gnuplot', 1),
          ('io_uring', 7), ('memcpy', 3), ('memmove', 3), ('memset', 3), ('pkg-config', 1), ('poll', 2), ('pthreads', 7),
          ('signal-safety', 7), ('xxhsum', 1)}

LIBRARIES = ['libminiasync', 'libminiasync-vdm-dml']

PRELUDE = """#include <libminiasync.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
"""
FUNCTION = """
static void statements_{number}(struct runtime *runtime, struct vdm *vdm, char *dest, char *src,
				size_t n)
{{
(void)runtime, (void)vdm, (void)dest, (void)src, (void)n;
{text}
}}
"""
MAIN = """
int main(void)
{{
	struct runtime *runtime = runtime_new();
	struct data_mover_threads *mover = data_mover_threads_default();
	if (runtime == NULL || mover == NULL)
		return 1;
	struct vdm *vdm = data_mover_threads_get_vdm(mover);
	const size_t n = (size_t)4 << 20;
	(void)vdm, (void)n;
{calls}
	data_mover_threads_delete(mover);
	runtime_delete(runtime);
	return 0;
}}
"""
CALL = '	statements_{number}(runtime, vdm, malloc(n), calloc(1, n), n);\n'
WARNINGS = '-Wall -Wextra -Wpedantic -Wconversion -Werror -Wno-unused-function'
C99 = f'-x c -std=c99 -D_POSIX_C_SOURCE=200809L {WARNINGS}'
CXX20 = f'-x c++ -std=c++20 {WARNINGS}'


def squeezed(text):
    """C without the spaces that do not matter."""
    text = re.sub(r'\s+', ' ', text.strip())
    return re.sub(r' ?([^\w]) ?', r'\1', text)


def headers(include):
    texts = [text for library in LIBRARIES if (pathlib.Path(include) / library).is_dir()
             for text in public_names.texts(include, library)]
    text = '\n'.join(texts).replace('\\\n', '')
    return re.sub(r'\b(MINIASYNC_API|MINIASYNC_INLINE|MINIASYNC_EXTENSION)\b', '', text)


def header_macros(include):
    """{name: [parameter...] or value} of all macros."""
    found = {}
    for name, parameters, value in re.findall(
            r'^#define (\w+)(\([^)]*\))?[ \t]*(.*)$', headers(include), re.MULTILINE):
        found[name] = [word.strip(' _') for word in parameters[1:-1].split(',')] \
            if parameters else squeezed(value)
    return found


class Page:
    def __init__(self, path):
        self.path = path
        self.name, self.section = path.stem, int(path.suffix[1:])
        self.lines = path.read_text().splitlines()

    def part(self, title):
        """The lines below one .Sh."""
        inside, found = False, []
        for line in self.lines:
            if line.startswith('.Sh '):
                inside = line[4:].strip('" ') == title
            elif inside:
                found.append(line)
        return found

    def names(self):
        return [name.strip(' ,') for line in self.part('NAME') if line.startswith('.Nm ')
                for name in [line[4:]]]

    def references(self):
        found = set()
        for line in self.lines:
            for name, section in re.findall(r'(?:^\.|\s)Xr (\S+) (\d)', line):
                found.add((name, int(section)))
        return found

    def displays(self):
        """(mark, text, section title) of each literal display."""
        found, title, previous, mark, text = [], '', '', '', None
        for line in self.lines:
            if line.startswith('.Sh '):
                title = line[4:].strip('" ')
            if line.startswith('.Bd -literal'):
                mark, text = previous, []
            elif line == '.Ed' and text is not None:
                found.append((mark, '\n'.join(text), title))
                text = None
            elif text is not None:
                text.append(line.replace('\\&', '').replace('\\e', '\\'))
            previous = line
        return found

    def synopsis(self):
        """Prototypes, {macro: parameters or value}, headers and types of the synopsis."""
        prototypes, macros, included, result, parts = set(), {}, [], '', None
        for line in self.part('SYNOPSIS'):
            quoted = line[1:].replace('\\(dq', '\'"\'')
            words = shlex.split(quoted) if line.startswith('.') else ['']
            if words[0] == 'In':
                included.append(words[1])
            elif words[0] == 'Fd' and words[1] == '#define':
                macros[words[2]] = squeezed(' '.join(words[3:]))
            elif words[0] == 'Vt':
                prototypes.add(squeezed(' '.join(words[1:])))
            elif words[0] == 'Ft':
                result = ' '.join(words[1:])
            elif words[0] in ('Fn', 'Fo'):
                parts = words[1:]
            elif words[0] == 'Fa':
                parts += words[1:]
            if words[0] in ('Fn', 'Fc'):
                if result:
                    arguments = ', '.join(parts[1:]) or 'void'
                    prototypes.add(squeezed(f'{result} {parts[0]}({arguments});'))
                else:
                    macros[parts[0]] = parts[1:]
                result = ''
        types = [text for _, text, title in self.displays() if title == 'SYNOPSIS']
        return prototypes, macros, included, types


class Manual(unittest.TestCase):
    maxDiff = None

    def test_every_name_has_a_page(self):
        wanted = public_names.symbols(INCLUDE) | {
            name for name in header_macros(INCLUDE) if not public_names.INTERNAL.match(name)}
        missing = wanted - {name for name, section in PAGES if section == 3}
        self.assertEqual(missing, set())

    def test_every_type_and_value_is_told_of(self):
        words = {word for page in PAGES.values() for line in page.lines
                 for word in re.findall(r'\w+', line)}
        missing = public_names.everything(INCLUDE) - words
        self.assertEqual(missing, set())

    def test_names_and_files_agree(self):
        for (name, section), page in PAGES.items():
            with self.subTest(page=page.path.name):
                self.assertIn(name, page.names())
                for other in page.names():
                    self.assertEqual(PAGES[other, section].path, page.path)

    def test_synopsis_agrees_with_the_headers(self):
        declared = squeezed(headers(INCLUDE))
        macros_declared = header_macros(INCLUDE)
        symbols = public_names.symbols(INCLUDE)
        for page in set(PAGES.values()):
            if page.section != 3:
                continue
            prototypes, macros, included, types = page.synopsis()
            with self.subTest(page=page.path.name):
                for name in page.names():
                    if name in symbols:
                        self.assertTrue(any(re.search(rf'\b{name}\b', prototype)
                                            for prototype in prototypes), name)
                    elif name in macros_declared:
                        self.assertIn(name, macros)
                for prototype in prototypes:
                    self.assertTrue(prototype in declared, f'not in the headers: {prototype}')
                for name, what in macros.items():
                    self.assertEqual(what, macros_declared[name], name)
                for text in types:
                    for declaration in re.split(r'\n\s*\n', text):
                        declaration = squeezed(public_names.COMMENT.sub('', declaration))
                        self.assertTrue(declaration in declared,
                                        f'not in the headers: {declaration}')
                self.assertNotEqual(included, [])
                for header in included:
                    self.assertTrue((pathlib.Path(INCLUDE) / header).exists(), header)

    def test_references_lead_somewhere(self):
        for page in set(PAGES.values()):
            with self.subTest(page=page.path.name):
                self.assertEqual(page.references() - set(PAGES) - OTHERS, set())

    def test_every_page_is_reached_from_the_first(self):
        reached, ahead = set(), [('miniasync', 7)]
        while ahead:
            here = ahead.pop()
            if here in PAGES and here not in reached:
                reached |= {(name, here[1]) for name in PAGES[here].names()}
                ahead += PAGES[here].references()
        self.assertEqual(set(PAGES) - reached, set())

    def programs(self, page):
        """(compiler, options, text) of a page's programs, and of one that runs its statements."""
        programs, outside, calls = [], PRELUDE, ''
        for number, (mark, text, title) in enumerate(page.displays()):
            if title == 'SYNOPSIS' or mark == '.\\" not C':
                continue
            with self.subTest(page=page.path.name, display=text):
                self.assertIn(mark[4:],
                              ('C program', 'C++ program', 'C declarations', 'C statements'))
            if mark == '.\\" C program':
                programs.append((C_COMPILER, C99, text))
            elif mark == '.\\" C++ program':
                programs.append((CXX_COMPILER, CXX20, text))
            elif mark == '.\\" C declarations':
                outside += text + '\n'
            else:
                outside += FUNCTION.format(number=number, text=text)
                calls += CALL.format(number=number)
        if outside != PRELUDE:
            programs.append((C_COMPILER, C99, outside + MAIN.format(calls=calls)))
        return programs

    def test_examples_run(self):
        flags = subprocess.run(['pkg-config', '--cflags', '--libs', 'libminiasync'], check=True,
                               text=True, capture_output=True).stdout.split()
        with tempfile.TemporaryDirectory() as folder:
            source, binary = f'{folder}/example', f'{folder}/program'
            for page in {page for page in PAGES.values() if page.section != 1}:
                for compiler, options, program in self.programs(page):
                    pathlib.Path(source).write_text(program)
                    command = [compiler, *options.split(), f'-I{INCLUDE}', source]
                    command += ['-x', 'none', *flags]
                    # A library that is not built everywhere is not linked.
                    linked = 'libminiasync-vdm-dml' not in program
                    command += ['-o', binary] if linked else ['-fsyntax-only']
                    for line in [command] + [[binary]] * linked:
                        with self.subTest(page=page.path.name, command=line[0]):
                            done = subprocess.run(line, text=True, stdin=subprocess.DEVNULL,
                                                  capture_output=True, timeout=60)
                            self.assertEqual(done.returncode, 0, done.stderr + program)

    def test_headings_are_shown_as_written(self):
        """A word that is a macro's name, such as An, is taken for that one unless it is escaped."""
        for page in set(PAGES.values()):
            text = subprocess.run(['mandoc', '-T', 'utf8', '-O', 'width=200', str(page.path)],
                                  check=True, text=True, capture_output=True).stdout
            shown = re.sub('.\b', '', text).splitlines()
            for line in page.lines:
                if line.startswith('.Ss '):
                    heading = line[4:].replace('\\&', '')
                    with self.subTest(page=page.path.name):
                        self.assertIn(f'   {heading}', shown)

    def test_form(self):
        pages = sorted({str(page.path) for page in PAGES.values()})
        lint = subprocess.run(['mandoc', '-T', 'lint', '-W', 'warning', *pages],
                              text=True, capture_output=True)
        self.assertEqual((lint.returncode, lint.stdout), (0, ''))


if len(sys.argv) != 5:
    sys.exit(__doc__)
if not shutil.which('mandoc'):
    print('skipped: mandoc is not installed')
    sys.exit(77)
MAN, INCLUDE, C_COMPILER, CXX_COMPILER = sys.argv[1:]
# {(name, section): page}; where several names have one page, the others are links to it.
BY_FILE, PAGES = {}, {}
for file in sorted(pathlib.Path(MAN).glob('man?/*.?')):
    target = file.resolve()
    page = BY_FILE.setdefault(target, Page(target))
    PAGES[file.stem, page.section] = page
unittest.main(argv=sys.argv[:1])
