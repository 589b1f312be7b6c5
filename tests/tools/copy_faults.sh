#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# Copyright 2026, The miniasync authors

# copy_faults.sh -- each call by which a copy asks for a file, its bytes or memory fails in turn: the
# copy is made all the same, or there is one complaint and the destination is as it was.

# shellcheck source=common.sh
. "$(dirname "$0")/common.sh"

[ -z "${SANITIZED:-}" ] || skip "a sanitizer wants to be loaded first"
head -c 300000 /dev/urandom >source

# copies FAILING WORD... -- with that call failing; whether there was one.
copies() {
    failing=$1
    shift
    echo old >copy
    : >.fault
    got=0
    LD_PRELOAD=$FAILING_CALLS FAILING_CALL=$failing "$MINIASYNC" copy "$@" source copy \
        >out 2>err 9>.fault || got=$?
    if [ "$got" = 0 ]; then
        cmp -s source copy || fail "call $failing: a wrong copy passes for right"
    else
        [ "$got" = 1 ] || fail "call $failing: exit status $got"
        [ "$(cat copy)" = old ] || fail "call $failing: the old copy is gone"
        [ "$(wc -l <err)" = 1 ] || fail "call $failing: complaints: $(cat err)"
    fi
    faults=$(cat .fault)
    rm .fault
    only source copy
    [ -n "$faults" ]
}

for options in '--mover=sync' '--mover=threads' '--verify'; do
    call=0
    while copies "$call" "$options"; do
        call=$((call + 1))
    done
    [ "$call" -gt 10 ] || fail "only $call calls were made to fail"
    echo "$options: $call faults"
done
