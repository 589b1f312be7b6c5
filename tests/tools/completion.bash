#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# Copyright 2026, The miniasync authors

# Tab offers the commands, options and movers that --help names, and files where files are meant.

here=$(realpath "$(dirname "$0")")

# shellcheck source=common.sh
. "$here/common.sh"

library=/usr/share/bash-completion/bash_completion
[ -r $library ] || skip 'bash-completion is not installed'
set +eu # it is not written for them
# shellcheck source=/dev/null
. $library
# shellcheck source=../../tools/miniasync/completion.bash
. "$here/../../tools/miniasync/completion.bash"
compopt() { :; } # bash allows it only while it completes

# offers WANTED WORD... -- completing the last of the words offers these, sorted.
offers() {
    local wanted=$1
    shift
    COMP_WORDS=("$MINIASYNC" "$@")
    COMP_CWORD=$#
    COMP_LINE="${COMP_WORDS[*]}"
    COMP_POINT=${#COMP_LINE}
    COMPREPLY=()
    _miniasync "$MINIASYNC" "${@: -1}" "${COMP_WORDS[COMP_CWORD - 1]}"
    local got
    got=$(printf '%s\n' "${COMPREPLY[@]}" | sort | tr '\n' ' ')
    [ "$got" = "$wanted " ] || fail "'miniasync $*' offers '$got', not '$wanted'"
}

commands=$("$MINIASYNC" --help | sed -n '/^Commands/,/^$/s/^  \([a-z]*\) .*/\1/p')
[ -n "$commands" ] || fail '--help names no commands'
sorted() {
    printf '%s\n' "$@" | sort | tr '\n' ' ' | sed 's/ $//'
}
# shellcheck disable=SC2086 # lists are split into words on purpose
offers "$(sorted $commands --help --version)" ''
offers copy co
for command in $commands; do
    # The usage line names every option as well, for each in brackets.
    options=$("$MINIASYNC" "$command" --usage | grep -o -e '--[a-z]*=\{0,1\}' | sort -u)
    [ -n "$options" ] || fail "$command --usage names no options"
    # shellcheck disable=SC2086
    offers "$(sorted $options)" "$command" -
done
offers 'dml sync threads' copy --mover ''
offers 'sync' copy --mover s
offers 'threads' copy -m t
offers 'copy flush move set' bench --operation ''
offers 'copy,flush' bench --operation copy,f

touch ./a-file
offers './a-file' copy ./a
offers './a-file' bench --csv ./a
offers '' bench --sizes ./a
offers '' info ./a
