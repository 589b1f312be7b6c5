#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# Copyright 2026, The miniasync authors

# deps.sh -- scripts/deps installs what is missing, as root or by sudo, and where it cannot it says
# which packages those are and how to go on. All that it calls is made up here.

set -eu

deps=$(cd "$(dirname "$0")/.." && pwd)/scripts/deps
shell=$(command -v sh)
directory=$(mktemp -d)
trap 'rm -rf "$directory"' EXIT
cd "$directory"

# offer PROGRAM TEXT -- a program of this name, which has this text.
offer() {
    printf '#!%s\n%s\n' "$shell" "$2" >"$1"
    chmod +x "$1"
}

# says STATUS WORD... -- scripts/deps ends with this status, and says these words.
says() {
    expected=$1
    shift
    status=0
    PATH=$directory "$shell" "$deps" html >said 2>&1 || status=$?
    [ $status = "$expected" ] && grep -qF -e "$*" said && return
    echo "expected status $expected and \`$*', not status $status and:" >&2
    cat said >&2
    exit 1
}

says 1 'no apt-get here.'
says 1 'mandoc cmark-gfm'

offer apt-get 'echo "apt-get $*" >>asked'
# shellcheck disable=SC2016 # it is the program that is given an argument
offer dpkg-query 'case $* in *mandoc*) printf installed ;; esac'
offer id 'echo 1000'
says 1 'no sudo here.'
says 1 'cmark-gfm'
[ ! -e asked ]

# shellcheck disable=SC2016
offer sudo 'echo sudo >>asked; exec "$@"'
# shellcheck disable=SC2016
offer env 'shift; exec "$@"'
says 0 'Installing: cmark-gfm'
printf 'sudo\n%s\nsudo\n%s\n' 'apt-get update -qq' \
    'apt-get install -qq --no-install-recommends cmark-gfm' >expected
# What an installation prints is not shown, so it is asked for in a file.
diff expected asked

offer dpkg-query 'printf installed'
rm asked
PATH=$directory "$shell" "$deps" html >said 2>&1
[ ! -e asked ] && [ ! -s said ]
echo 'scripts/deps asks for what is missing, and says what it cannot do'
