#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# Copyright 2026, The miniasync authors

# What cannot be mapped is read until it ends: pipes, files of /proc, whose sizes say nothing.

# shellcheck source=common.sh
. "$(dirname "$0")/common.sh"

head -c 3000000 /dev/urandom >source
mkfifo pipe

# Whatever pieces it comes in, it is moved in whole chunks.
dd if=source bs=1001 status=none | status 0 "$MINIASYNC" copy --chunk 4K --verify /dev/stdin copy
cmp source copy
says out ' 733 operations'

for shape in '--chunk 4K --depth 1' '--chunk 64K' ''; do
    # shellcheck disable=SC2002,SC2086 # a pipe is what is wanted; the shape is several words
    cat source | status 0 "$MINIASYNC" copy $shape --verify /dev/stdin copy
    cmp source copy
    says out '3000000 bytes'
    says out 'verified'

    cat source >pipe &
    # shellcheck disable=SC2086
    status 0 "$MINIASYNC" copy $shape --verify pipe copy
    wait $!
    cmp source copy
done

true | status 0 "$MINIASYNC" copy --verify /dev/stdin copy
[ "$(stat -c %s copy)" = 0 ] || fail "nothing became $(stat -c %s copy) bytes"

if [ -r /proc/version ]; then
    status 0 "$MINIASYNC" copy --verify /proc/version copy
    cmp /proc/version copy
fi
only source pipe copy
