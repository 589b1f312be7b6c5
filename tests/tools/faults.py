# SPDX-License-Identifier: BSD-3-Clause
# Copyright 2026, The miniasync authors

"""faults.py -- the command, with each call by which it asks the system for something failing in turn.

Whatever fails, it ends by itself. If it says that it failed, one complaint says why.
"""

import itertools
import os
import re
import subprocess
import sys

MINIASYNC = os.environ["MINIASYNC"]
PRELOADED = os.environ["PRELOADED"]

CLEAR = re.compile(r"miniasync: (?!\(null\))[^:]+: .+")


def check(condition, what):
    if not condition:
        sys.exit(f"FAILED: {what}")


def skip_under_sanitizers():
    if os.environ.get("SANITIZED"):
        print("SKIPPED: a sanitizer wants to be loaded first")
        sys.exit(77)


def run(arguments, call):
    """How the command ended, and whether that call was among those that it made."""
    told, tells = os.pipe()
    environment = {**os.environ, "LD_PRELOAD": PRELOADED, "FAILING_CALL": str(call),
                   "FAILING_TOLD": str(tells)}
    ended = subprocess.run([MINIASYNC, *arguments], env=environment, pass_fds=[tells],
                           capture_output=True, text=True, timeout=60)
    os.close(tells)
    with os.fdopen(told) as pipe:
        return ended, pipe.read() != ""


def each_call_fails(*arguments):
    """How the command ended, for each fault."""
    for call in itertools.count():
        ended, failed = run(arguments, call)
        where = f"{' '.join(arguments)}, call {call}"
        check(ended.returncode in (0, 1), f"{where}: exit status {ended.returncode}")
        complaints = ended.stderr.splitlines()
        check(len(complaints) == ended.returncode, f"{where}: complaints {complaints}")
        check(all(CLEAR.match(line) for line in complaints), f"{where}: complaints {complaints}")
        yield where, ended
        if not failed:
            check(ended.returncode == 0 and call > 10, f"{where} is the first without a fault")
            print(f"{' '.join(arguments)}: {call} faults")
            return
