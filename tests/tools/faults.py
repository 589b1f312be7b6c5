# SPDX-License-Identifier: BSD-3-Clause
# Copyright 2026, The miniasync authors

"""faults.py -- the command, with each call by which it asks the system for something failing in turn.

Whatever fails, it ends by itself: it has done what it was asked for, or one complaint says why not.
"""

import itertools
import os
import re
import subprocess
import sys

from common import MINIASYNC, check

PRELOADED = os.environ["PRELOADED"]

CLEAR = re.compile(r"miniasync: (?!\(null\))[^:]+: .+")
NONE = -1  # no call fails


def skip_under_sanitizers():
    if os.environ.get("SANITIZED"):
        print("SKIPPED: a sanitizer wants to be loaded first")
        sys.exit(77)


def run(arguments, call=NONE, output=subprocess.PIPE):
    """How the command ended, and whether that call was among those that it made."""
    told, tells = os.pipe()
    environment = {**os.environ, "LD_PRELOAD": PRELOADED, "FAILING_CALL": str(call),
                   "FAILING_TOLD": str(tells)}
    ended = subprocess.run([MINIASYNC, *arguments], env=environment, pass_fds=[tells],
                           stdout=output, stderr=subprocess.PIPE, text=True, timeout=60)
    os.close(tells)
    with os.fdopen(told) as pipe:
        return ended, pipe.read() != ""


def check_end(where, ended):
    complaints = ended.stderr.splitlines()
    check(ended.returncode in (0, 1), f"{where}: exit status {ended.returncode}")
    check(len(complaints) == ended.returncode, f"{where}: complaints {complaints}")
    check(all(CLEAR.match(line) for line in complaints), f"{where}: complaints {complaints}")


def each_call_fails(*arguments):
    """How the command ended, for each fault."""
    for call in itertools.count():
        ended, failed = run(arguments, call)
        where = f"{' '.join(arguments)}, call {call}"
        check_end(where, ended)
        yield where, ended
        if not failed:
            check(ended.returncode == 0 and call > 10, f"{where} is the first without a fault")
            print(f"{' '.join(arguments)}: {call} faults")
            return


def check_full_disk(*arguments):
    """What cannot be printed is an error as well."""
    with open("/dev/full", "w", encoding="utf-8") as full:
        ended, _ = run(arguments, output=full)
    where = f"{' '.join(arguments)} >/dev/full"
    check_end(where, ended)
    check("standard output: No space left" in ended.stderr, f"{where}: {ended.stderr}")
