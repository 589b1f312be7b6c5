#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
# Copyright 2026, The miniasync authors

"""bench_faults.py -- whatever fails, bench measures all of it, or complains; a file is whole or gone."""

import json
import os
import tempfile

from common import check
from faults import check_end, check_full_disk, each_call_fails, run, skip_under_sanitizers

MOVERS = ["plain", "threads", "sync"]
MEASURE = ["bench", "--quick", "--sizes=64", "--depth=1"]
FILES = ["--json=rows.json", "--csv=rows.csv", "--plot=rows.svg"]

GNUPLOT = """#!/bin/sh
exec cat
"""
BROKEN_GNUPLOT = """#!/bin/sh
echo begun
exit 1
"""


def install_gnuplot(script):
    """In the place of gnuplot."""
    with open("bin/gnuplot", "w", encoding="utf-8") as file:
        file.write(script)
    os.chmod("bin/gnuplot", 0o755)


def json_is_whole(text):
    told = json.loads(text)
    one_cpu = len(os.sched_getaffinity(0)) == 1
    return ([row["mover"] for row in told["rows"]] == MOVERS and len(told["fastest"]) == 1
            and (told["cache_line_round_trip_ns"]["least"] is None) == one_cpu
            and all("ratio" in row and "rounds" in row for row in told["rows"]))


def csv_is_whole(text):
    return [line.split(",")[3] for line in text.splitlines()] == ["mover", *MOVERS]


def plot_is_whole(text):
    return text.endswith("\nunset multiplot\n")


WHOLE = {"rows.json": json_is_whole, "rows.csv": csv_is_whole, "rows.svg": plot_is_whole}


def take_files(where):
    """The files that are there, each of them whole; they are removed."""
    found = set(os.listdir()) - {"bin"}
    for name in found:
        with open(name, encoding="utf-8") as file:
            check(WHOLE[name](file.read()), f"{where}: {name} is not whole")
        os.unlink(name)
    return found


def check_printed(where, printed, wanted):
    check(printed.count("\n") == wanted.count("\n"), f"{where}: not all of it is printed: {printed}")


def each_fault_is_told(*files):
    wanted = run(MEASURE)[0].stdout
    for where, ended in each_call_fails(*MEASURE, *files):
        found = take_files(where)
        if ended.returncode == 0:
            check(len(found) == len(files), f"{where}: only {found}")
            check_printed(where, ended.stdout, wanted)


def what_cannot_be_drawn_is_gone():
    install_gnuplot(BROKEN_GNUPLOT)
    ended, _ = run([*MEASURE, *FILES])
    check_end("without a picture", ended)
    check("rows.svg: gnuplot could not draw it" in ended.stderr, f"complaint {ended.stderr}")
    check(take_files("without a picture") == {"rows.json", "rows.csv"}, "not all but the picture")


def a_device_is_not_removed():
    os.symlink("/dev/full", "rows.json")
    ended, _ = run([*MEASURE, FILES[0]])
    check_end("into a device", ended)
    check("rows.json: No space left" in ended.stderr, f"complaint {ended.stderr}")
    os.unlink("rows.json")


skip_under_sanitizers()
with tempfile.TemporaryDirectory() as scratch:
    os.chdir(scratch)
    os.mkdir("bin")
    os.environ["PATH"] = f"{scratch}/bin:{os.environ['PATH']}"
    install_gnuplot(GNUPLOT)
    each_fault_is_told(*FILES)
    what_cannot_be_drawn_is_gone()
    a_device_is_not_removed()
    check_full_disk(*MEASURE)
