#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# Copyright 2026, The miniasync authors

# Ctrl-C and its like: a message, exit status 1, no trace. Where they are ignored they stay ignored.

# shellcheck source=common.sh
. "$(dirname "$0")/common.sh"

mkfifo pipe
echo old >copy

# The copy waits in the middle: what we write to the pipe is there, its end is not.
begin() {
    "$@" "$MINIASYNC" copy --quiet pipe copy 2>err &
    child=$!
    exec 3>pipe
    printf half >&3
    until ls .miniasync.* >/dev/null 2>&1; do
        kill -0 $child || fail "it ended by itself: $(cat err)"
    done
}

for signal in INT TERM HUP; do
    begin env --default-signal=$signal # a shell's background ignores Ctrl-C
    kill -$signal $child
    got=0
    wait $child || got=$?
    exec 3>&-
    [ $got = 1 ] || fail "exit status $got after SIG$signal"
    says err 'miniasync: copy: interrupted'
    [ "$(cat copy)" = old ] || fail "the old file is gone"
    only pipe copy
done

begin env --ignore-signal=HUP
kill -HUP $child
printf ' and half' >&3
exec 3>&-
wait $child || fail "it did not ignore what it was told to ignore: $(cat err)"
[ "$(cat copy)" = 'half and half' ] || fail "copied: $(cat copy)"
only pipe copy
