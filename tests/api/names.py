#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
# Copyright 2026, The miniasync authors
"""names.py -- every name that the public headers offer is used by a program of this folder.

usage: names.py INCLUDE_FOLDER PROGRAM...
"""

import pathlib
import re
import sys

sys.path.insert(0, str(pathlib.Path(__file__).parent.parent))
import public_names  # noqa: E402

# The types of members and arguments: a program uses them without naming them.
IMPLIED = re.compile(r'_fn$|^future_(poller|waker|chain_entry|chain_entry_type|notifier_type)$'
                     r'|^vdm_operation_(new|delete|start|check|output|data|type)\w*$')

used = set()
for program in sys.argv[2:]:
    used |= set(re.findall(r'\w+', pathlib.Path(program).read_text()))
missing = {name for name in public_names.everything(sys.argv[1]) - used if not IMPLIED.search(name)}
print('used by no program:' if missing else 'every public name is used', *sorted(missing))
sys.exit(1 if missing else 0)
