#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
# Copyright 2026, The miniasync authors

"""The progress bar is drawn on a terminal and taken away again, and nowhere else."""

import os
import pty
import subprocess
import tempfile

from common import MINIASYNC, check

ERASE = b"\033[K"


def on_terminal(*arguments):
    """What the command prints on a terminal that is its standard error, and its exit status."""
    ours, theirs = pty.openpty()
    command = subprocess.Popen([MINIASYNC, *arguments], stdout=subprocess.PIPE,
                               stderr=theirs)
    os.close(theirs)
    printed = b""
    try:
        while piece := os.read(ours, 4096):
            printed += piece
    except OSError:  # EIO: the other side is closed
        pass
    command.communicate()
    os.close(ours)
    return printed, command.returncode


with tempfile.TemporaryDirectory() as scratch:
    os.chdir(scratch)
    with open("source", "wb") as source:
        source.write(os.urandom(1 << 20))

    printed, status = on_terminal("copy", "--verify", "source", "copy")
    check(status == 0, f"exit status {status}")
    check(b"copying [" in printed and b"verifying [" in printed, f"no bar in {printed}")
    check(b"GB/s" in printed and b"%" in printed, f"no rate in {printed}")
    check(printed.endswith(ERASE), f"the bar stays: {printed}")

    printed, status = on_terminal("copy", "--quiet", "source", "copy")
    check((printed, status) == (b"", 0), f"--quiet printed {printed}")

    # A complaint does not stand beside the rest of a bar.
    printed, status = on_terminal("copy", "/proc/self/mem", "copy")
    check(status == 1, f"exit status {status} for what cannot be read")
    check(printed.count(b"\n") == 1, f"not one line: {printed}")
    check(b"\r" + ERASE + b"miniasync: /proc/self/mem: " in printed, f"beside a bar: {printed}")

    piped = subprocess.run([MINIASYNC, "copy", "source", "copy"], capture_output=True, check=True)
    check(piped.stderr == b"", f"a bar in a pipe: {piped.stderr}")
    check(piped.stdout.count(b"\n") == 1, f"not one line: {piped.stdout}")

    measure = ["bench", "--quick", "--mover", "sync", "--sizes", "64,1K", "--depth", "1"]
    printed, status = on_terminal(*measure)
    check(status == 0, f"exit status {status}")
    check(b"measuring [" in printed and b"/2" in printed, f"no bar in {printed}")
    check(b"GB/s" not in printed and printed.endswith(ERASE), f"more than a bar: {printed}")

    piped = subprocess.run([MINIASYNC, *measure], capture_output=True, check=True)
    check(piped.stderr == b"", f"a bar in a pipe: {piped.stderr}")
