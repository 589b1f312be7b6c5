#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
# Copyright 2026, The miniasync authors

"""copy_faults.py -- whatever fails, the copy is made all the same, or the destination is as it was."""

import os
import tempfile

from common import check
from faults import each_call_fails, skip_under_sanitizers

SOURCE = os.urandom(300000)
OLD = b"old"

# By then the copy has its name, and whoever asked for it is told what is uncertain.
LATER = "standard output", "cannot sync its directory"


def write(name, content):
    with open(name, "wb") as file:
        file.write(content)


def read(name):
    with open(name, "rb") as file:
        return file.read()


def prepare():
    write("disk", OLD)


def check_copy(where, ended):
    named = ended.returncode == 0 or any(what in ended.stderr for what in LATER)
    check(read("disk") == (SOURCE if named else OLD), f"{where}: neither whole nor as it was")
    check(os.path.islink("copy"), f"{where}: what was a link is none")
    check(sorted(os.listdir()) == ["copy", "disk", "source"], f"{where}: files {os.listdir()}")


skip_under_sanitizers()
with tempfile.TemporaryDirectory() as scratch:
    os.chdir(scratch)
    write("source", SOURCE)
    os.symlink("disk", "copy")
    for options in ["--mover=sync"], ["--threads=2", "--verify", "--durable"]:
        prepare()
        for where, ended in each_call_fails("copy", *options, "source", "copy"):
            check_copy(where, ended)
            prepare()
