#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
# Copyright 2026, The miniasync authors

"""info tells the same to people and to programs, and what it tells of the CPUs is so."""

import json
import os
import subprocess

from common import MINIASYNC, check

OPERATIONS = ["copy", "move", "set", "flush", "batch of copies"]


def run(*arguments, **how):
    return subprocess.run([MINIASYNC, "info", *arguments], capture_output=True, text=True, **how)


def on_one_cpu():
    os.sched_setaffinity(0, [min(os.sched_getaffinity(0))])


text = run(check=True).stdout
told = json.loads(run("--json", check=True).stdout)
machine = told["machine"]

check(text.startswith(f"miniasync {told['command']}, library {told['library']}\n"), "versions")
check(machine["architecture"] == os.uname().machine, "another architecture")
check(machine["cpus"]["affinity"] == len(os.sched_getaffinity(0)), "another affinity")
check(1 <= machine["cpus"]["usable"] <= machine["cpus"]["affinity"], "more CPUs than there are")
with open("/proc/cpuinfo", encoding="utf-8") as cpuinfo:
    words = set(cpuinfo.read().split())
for feature, present in machine["features"].items():
    check(present == (feature in words), f"{feature} is there or not: {present}")
    check((" no " + feature) not in text if present else (" no " + feature) in text, feature)
for cache in machine["caches"]:
    check(cache["level"] >= 1 and cache["size"] > 0, f"no cache: {cache}")
    check(f"L{cache['level']}" in text, f"a cache that only programs are told of: {cache}")

movers = {mover["name"]: mover for mover in told["movers"]}
check(list(movers)[:3] == ["threads", "sync", "dml"], f"movers {list(movers)}")
for name, mover in movers.items():
    check(f"\n  {name} " in text, f"a mover that only programs are told of: {name}")
    if mover["available"]:
        check(set(mover["operations"]) <= set(OPERATIONS), f"operations of {name}")
        check("copy" in mover["operations"], f"{name} cannot copy")
        batches = "batch of copies" in mover["operations"]
        check(batches == (name != "dml"), f"{name} has memcpyv or not: {batches}")
    else:
        check(f"not available: {mover['reason']}\n" in text, f"no reason for {name}")

one = json.loads(run("--json", check=True, preexec_fn=on_one_cpu).stdout)["machine"]["cpus"]
check((one["affinity"], one["usable"]) == (1, 1), f"on one CPU: {one}")

for wrong, named in (["--nonsense"], "--nonsense"), (["word"], "'word'"):
    answer = run(*wrong)
    check(answer.returncode == 2, f"exit status {answer.returncode} for {wrong}")
    check(named in answer.stderr and answer.stdout == "", f"not named: {wrong}")
