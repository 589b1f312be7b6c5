#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# Copyright 2026, The miniasync authors

# A limit on the size of files is an error that names the destination, of mapped files and of pipes.

# shellcheck source=common.sh
. "$(dirname "$0")/common.sh"

head -c 200000 /dev/urandom >source
ulimit -f 64 # blocks of 512 bytes, or of 1024

refuses copy 'File too large' "$MINIASYNC" copy source copy
only source
refuses copy 'File too large' "$MINIASYNC" copy /dev/zero copy
only source

# Also when nobody hears the complaint: its writing must not end the process before it has cleaned up.
mkfifo pipe
exec 3<>pipe
exec 4>pipe
exec 3<&-
got=0
env --default-signal=PIPE "$MINIASYNC" copy source copy 2>&4 || got=$?
[ $got = 1 ] || fail "exit status $got when standard error is broken"
only source pipe
