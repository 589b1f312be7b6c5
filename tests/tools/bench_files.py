#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
# Copyright 2026, The miniasync authors

"""bench measures every place that it was asked for, and tells all formats the same."""

import csv
import json
import os
import shutil
import subprocess
import tempfile

from common import MINIASYNC, check


def bench(*arguments):
    return subprocess.run([MINIASYNC, "bench", "--quick", *arguments], check=True,
                          capture_output=True, text=True, timeout=20).stdout


def wanted_rows():
    """Operation, size, operations in flight, mover."""
    for operation, names in ("flush", ["threads", "sync"]), ("set", ["plain", "threads", "sync"]):
        for in_flight, sizes in (1, [64, 4096]), (3, [64, 4096]):
            for size in sizes:
                for name in names:
                    yield operation, size, in_flight, name


def check_numbers(row):
    for column in "gb_per_second", "operations_per_second", "p99_ns":
        check(row[column] > 0, f"{column} in {row}")
    check(0 <= row["p50_ns"] <= row["p99_ns"], f"percentiles in {row}")
    same = row["gb_per_second"] * 1e9 / row["size"] / row["operations_per_second"]
    check(0.999 < same < 1.001, f"rates do not agree in {row}")
    check(row["rounds"] >= 5, f"less than five rounds: {row}")
    check((row["ratio"] is None) == (row["operation"] == "flush"), f"ratio in {row}")
    check(row["mover"] != "plain" or row["ratio"] == 1, f"the plain loop beside itself in {row}")


with tempfile.TemporaryDirectory() as scratch:
    os.chdir(scratch)
    has_gnuplot = shutil.which("gnuplot") is not None
    text = bench("--operation", "flush,set", "--mover", "threads,sync", "--sizes", "4K,64", "--depth", "1,3",
                 "--json", "rows.json", "--csv", "rows.csv",
                 *(["--plot", "rows.svg"] if has_gnuplot else []))
    with open("rows.json", encoding="utf-8") as file:
        told = json.load(file)
    rows = told["rows"]
    found = [(row["operation"], row["size"], row["in_flight"], row["mover"]) for row in rows]
    check(found == list(wanted_rows()), f"rows {found}")
    for row in rows:
        check_numbers(row)

    with open("rows.csv", encoding="utf-8", newline="") as file:
        lines = list(csv.DictReader(file))
    check(len(lines) == len(rows), f"{len(lines)} lines for {len(rows)} rows")
    for line, row in zip(lines, rows):
        check(list(line) == list(row), f"columns {list(line)}")
        for column, value in row.items():
            if isinstance(value, float):
                same = abs(float(line[column]) - value) <= 1e-4 * value
            else:
                same = line[column] == ("" if value is None else str(value))
            check(same, f"{column}: {line[column]} in one, {value} in the other")

    # Each place of the sweep has one that is fastest there.
    for operation, size, in_flight, _ in found:
        spans = [span for span in told["fastest"]
                 if (span["operation"], span["in_flight"]) == (operation, in_flight)
                 and span["from"] <= size <= span["to"]]
        check(len(spans) == 1, f"{operation} of {size}, {in_flight} in flight: {spans}")

    one_cpu = len(os.sched_getaffinity(0)) == 1
    trip = told["cache_line_round_trip_ns"]["least"]
    check((trip is None) if one_cpu else trip > 0, f"a cache line's round trip of {trip}")
    check(("no second CPU" if one_cpu else "A cache line goes to ") in text, "no round trip")
    for title in "\nflush, 1 in flight\n", "\nset, 3 in flight (plain: memset)\n", "fastest":
        check(title in text, f"not in the table: {title}")

    if has_gnuplot:
        with open("rows.svg", encoding="utf-8") as file:
            picture = file.read()
        check(picture.startswith("<?xml") and "</svg>" in picture, "no picture")
        check("sync, 3 in flight" in picture, "a line without its name")
        bench("--mover", "sync", "--depth", "1", "--sizes", "64", "--plot", "a 'name.png")
        with open("a 'name.png", "rb") as file:
            check(file.read(4) == b"\x89PNG", "no PNG file")
    else:
        print("SKIPPED: pictures: gnuplot is not installed")
