# SPDX-License-Identifier: BSD-3-Clause
# Copyright 2026, The miniasync authors

"""common.py -- what the tests of the command in Python share, as those in shell do common.sh."""

import os
import sys

MINIASYNC = os.environ["MINIASYNC"]


def check(condition, what):
    if not condition:
        sys.exit(f"FAILED: {what}")
