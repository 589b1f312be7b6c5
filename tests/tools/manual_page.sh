#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# Copyright 2026, The miniasync authors

# The manual page knows the commands, the options and the movers that --help names.

page=$(dirname "$0")/../../man/man1/miniasync.1
page=$(realpath "$page")

# shellcheck source=common.sh
. "$(dirname "$0")/common.sh"

commands=$("$MINIASYNC" --help | sed -n '/^Commands/,/^$/s/^  \([a-z]*\) .*/\1/p')
[ -n "$commands" ] || fail "--help names no commands"
for command in $commands; do
    says "$page" ".Cm $command"
    "$MINIASYNC" "$command" --help >help
    options=$(sed -n 's/^ .* --\([a-z]*\).*/\1/p' help | grep -v -e usage -e help -e version)
    [ -n "$options" ] || fail "$command --help names no options"
    for option in $options; do
        says "$page" "Fl -$option"
    done
    movers=$(sed -n '/^Movers/,/^$/s/^  \([a-z]*\) .*/\1/p' help)
    for mover in $movers; do
        says "$page" ".Cm $mover"
    done
done
