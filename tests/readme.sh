#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# Copyright 2026, The miniasync authors

# readme.sh -- the first example in README.md is examples/01_copy.c, byte by byte.

set -eu
cd "$(dirname "$0")/.."

awk '/^```/ { if (inside) exit; inside = $0 == "```c"; next } inside' README.md |
    diff - examples/01_copy.c
echo 'the first example of README.md is examples/01_copy.c'
