#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# Copyright 2026, The miniasync authors

# Ctrl-C and its like: a message, no trace, then the end that they bring, so that a shell sees it and
# stops too. Where they are ignored they stay ignored.

# shellcheck source=common.sh
. "$(dirname "$0")/common.sh"

mkfifo pipe
echo old >copy

# begin TEXT COMMAND... -- a copy that waits: the text is in the pipe, the pipe's end is not.
begin() {
    text=$1
    shift
    "$@" "$MINIASYNC" copy --quiet pipe copy 2>err &
    child=$!
    exec 3>pipe
    printf '%s' "$text" >&3
    until ls .miniasync.* >/dev/null 2>&1; do
        kill -0 $child || fail "it ended by itself: $(cat err)"
    done
}

# interrupt SIGNAL TEXT -- a shell's background ignores Ctrl-C, hence env.
interrupt() {
    signal=$1
    begin "$2" env --default-signal="$signal"
    kill -"$signal" "$child"
    got=0
    wait "$child" || got=$?
    exec 3>&-
    { [ $got -gt 128 ] && [ "$(kill -l $got)" = "$signal" ]; } || fail "exit status $got after SIG$signal"
    says err 'miniasync: copy: interrupted'
    [ "$(cat copy)" = old ] || fail "the old file is gone"
    only pipe copy
}

for number in INT TERM HUP; do
    interrupt $number ''
    interrupt $number half
done

begin half env --ignore-signal=HUP
kill -HUP $child
printf ' and half' >&3
exec 3>&-
wait $child || fail "it did not ignore what it was told to ignore: $(cat err)"
[ "$(cat copy)" = 'half and half' ] || fail "copied: $(cat copy)"
only pipe copy
