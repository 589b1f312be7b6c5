#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
# Copyright 2026, The miniasync authors

"""info_faults.py -- whatever fails, info tells of this machine what is so, or nothing.

A mover that could not be made is told of with the reason.
"""

import errno
import json
import os

from common import check
from faults import check_full_disk, each_call_fails, run, skip_under_sanitizers

REASONS = os.strerror(errno.ENOMEM), os.strerror(errno.EAGAIN)


def halves(printed):
    """What is told of the machine, and of the movers."""
    machine, _, movers = printed.lower().partition("movers")
    return machine, movers


def check_told(where, printed, wanted):
    machine, movers = halves(printed)
    wanted_machine, wanted_movers = halves(wanted)
    check(machine == wanted_machine, f"{where}: not this machine: {printed}")
    check(movers == wanted_movers or any(reason.lower() in movers for reason in REASONS),
          f"{where}: not these movers: {printed}")


skip_under_sanitizers()
for arguments in ["info"], ["info", "--json"]:
    wanted = run(arguments)[0].stdout
    for where, ended in each_call_fails(*arguments):
        if ended.returncode != 0:
            check(ended.stdout == "", f"{where}: output in spite of failure: {ended.stdout}")
            continue
        check_told(where, ended.stdout, wanted)
        if "--json" in arguments:
            json.loads(ended.stdout)
    check_full_disk(*arguments)
