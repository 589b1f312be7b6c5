# SPDX-License-Identifier: BSD-3-Clause
# Copyright 2026, The miniasync authors
# shellcheck shell=sh

# common.sh -- what the tests of the command share. MINIASYNC is the command that is tested.
#
# A test runs in a directory of its own, scratch, which goes when it ends.

set -eu

: "${MINIASYNC:?names the command to test}"
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
cd "$scratch"

fail() {
    echo "FAILED: $*" >&2
    exit 1
}

skip() {
    echo "SKIPPED: $*"
    exit 77
}

# status WANTED COMMAND... -- runs it; what it prints is in ./out and ./err afterwards.
status() {
    wanted=$1
    shift
    got=0
    "$@" >"$scratch/out" 2>"$scratch/err" || got=$?
    [ "$got" = "$wanted" ] || {
        cat "$scratch/out" "$scratch/err" >&2
        fail "exit status $got, not $wanted: $*"
    }
}

# says FILE TEXT -- the text is in the file.
says() {
    grep -qF -- "$2" "$1" || {
        cat "$1" >&2
        fail "$1 does not say: $2"
    }
}

# refuses SUBJECT REASON COMMAND... -- it fails, and one line on stderr says why.
refuses() {
    subject=$1
    reason=$2
    shift 2
    status 1 "$@"
    says err "miniasync: $subject: "
    says err "$reason"
    [ "$(wc -l <err)" = 1 ] || fail "more than one line of complaint: $(cat err)"
    [ ! -s out ] || fail "output in spite of failure: $(cat out)"
}

# only FILE... -- these files are in the directory . and no others, out and err aside.
only() {
    printf '%s\n' "$@" | sort >"$scratch/.wanted"
    # shellcheck disable=SC2010,SC2012 # the names are the tests' own
    ls -A | grep -vx -e out -e err -e .wanted -e .found >"$scratch/.found" || true
    cmp -s "$scratch/.wanted" "$scratch/.found" || fail "files there: $(tr '\n' ' ' <.found)"
}
