#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# Copyright 2026, The miniasync authors

# A wrong argument is named, the exit status is 2, and nothing is touched. Help is no error.

# shellcheck source=common.sh
. "$(dirname "$0")/common.sh"

# wrong NAMED ARGUMENT... -- the message names what is wrong.
wrong() {
    named=$1
    shift
    status 2 "$MINIASYNC" "$@"
    says err "$named"
    [ ! -s out ] || fail "output in spite of a wrong argument: $*"
}

echo data >source

wrong 'no command'
wrong 'destroy: no such command' destroy
wrong '--nonsense' copy --nonsense source copy
wrong 'SRC' copy
wrong 'DST' copy source
wrong "'third'" copy source copy third
wrong 'DST is an empty name' copy source ''
wrong 'SRC is an empty name' copy '' copy
wrong "--mover: there is no mover 'ghost'" copy --mover ghost source copy
wrong "--threads: mover 'sync'" copy --mover sync --threads 2 source copy
for bad in '' x -1 1x 99999999999999999999; do
    wrong "--threads: '$bad'" copy --threads "$bad" source copy
    wrong "--depth: '$bad'" copy --depth "$bad" source copy
    wrong "--chunk: '$bad'" copy --chunk "$bad" source copy
done
wrong "--depth: '0'" copy --depth 0 source copy
wrong "--chunk: '0'" copy --chunk 0 source copy
wrong "--chunk: '99999999999G'" copy --chunk 99999999999G source copy
only source

status 0 "$MINIASYNC" --help
says out copy
status 0 "$MINIASYNC" copy --help
for option in --mover --threads --chunk --depth --verify --durable --quiet --help --version; do
    says out "$option"
done
status 0 "$MINIASYNC" --version
says out 'miniasync '
status 0 "$MINIASYNC" copy --version
says out 'miniasync '

# What cannot be printed is an error as well.
got=0
"$MINIASYNC" --version >/dev/full 2>err || got=$?
[ $got = 1 ] || fail "exit status $got when standard output is full"
says err 'standard output'
got=0
"$MINIASYNC" copy source copy >&- 2>err || got=$?
[ $got = 1 ] || fail "exit status $got when standard output is closed"
says err 'standard output'

# A mover that this build or this machine does not have says why.
for mover in $("$MINIASYNC" info | awk '/^  [a-z]/ { mover = $1 } /not available:/ { print mover }'); do
    refuses "$mover" "$("$MINIASYNC" info | grep -A 1 "^  $mover " | sed -n 's/.*not available: //p')" \
        "$MINIASYNC" copy --mover "$mover" source copy
    refuses "$mover" 'cannot make this mover' "$MINIASYNC" bench --mover "$mover"
done
