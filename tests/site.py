#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
# Copyright 2026, The miniasync authors
"""site.py -- the site that scripts/html makes: every link in it leads somewhere.

usage: site.py SCRIPT
"""

import html.parser
import pathlib
import shutil
import subprocess
import sys
import tempfile
import urllib.parse


class Links(html.parser.HTMLParser):
    """What a page leads to, and what in it may be led to."""

    def __init__(self, text):
        super().__init__()
        self.targets, self.anchors = set(), {''}
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        for name, value in attributes:
            if name in ('href', 'src'):
                self.targets.add(value)
            elif name == 'id':
                self.anchors.add(value)


def dead_links(site):
    pages = {path: Links(path.read_text()) for path in site.rglob('*.html')}
    dead = []
    for path, page in pages.items():
        for target in page.targets:
            parts = urllib.parse.urlsplit(target)
            if parts.scheme:
                continue
            file = (path.parent / parts.path).resolve() if parts.path else path
            found = file.is_file() and (
                file not in pages or urllib.parse.unquote(parts.fragment) in pages[file].anchors)
            if not found:
                dead.append(f'{path.relative_to(site)}: {target}')
    return len(pages), sorted(dead)


if len(sys.argv) != 2:
    sys.exit(__doc__)
for tool in ('mandoc', 'cmark-gfm'):
    if not shutil.which(tool):
        print(f'skipped: {tool} is not installed')
        sys.exit(77)
with tempfile.TemporaryDirectory() as folder:
    folder = pathlib.Path(folder).resolve()
    subprocess.run([sys.argv[1], folder / 'site'], check=True)
    number, dead = dead_links(folder / 'site')
print(f'{number} pages;', 'no dead link' if not dead else 'dead links:', *dead, sep='\n')
sys.exit(1 if dead or number == 0 else 0)
