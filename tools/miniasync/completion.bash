# SPDX-License-Identifier: BSD-3-Clause
# Copyright 2026, The miniasync authors
# shellcheck shell=bash

# completion.bash -- what bash offers behind `miniasync'. It asks --help, so it knows whatever the
# command knows. Installed as share/bash-completion/completions/miniasync.

# The names that --help lists under a title, such as Commands.
_miniasync_names() {
    local title=$1
    shift
    "$@" --help 2>/dev/null | sed -n "/^$title/,/^\$/s/^  \\([a-z]*\\) .*/\\1/p"
}

# The values that an option takes; nothing where any file or number will do.
_miniasync_values() {
    case $1 in
    -m | --mover) _miniasync_names Movers "$2" "$3" ;;
    -o | --operation) _miniasync_names Operations "$2" "$3" ;;
    esac
}

_miniasync() {
    # shellcheck disable=SC2034 # split is _init_completion's
    local cur prev words cword split
    _init_completion -s || return

    local command=${words[1]} offered
    if ((cword == 1)); then
        offered="$(_miniasync_names Commands "$1") --help --version"
    elif [[ $cur == -* ]]; then
        offered=$("$1" "$command" --help 2>/dev/null |
            sed -n 's/^ *\(-.,\)\{0,1\} *\(--[a-z]*=\{0,1\}\).*/\2/p')
    else
        offered=$(_miniasync_values "$prev" "$1" "$command")
    fi
    if [[ -n $offered ]]; then
        local before= # of a list, all but its last item
        [[ $cur == *,* ]] && before=${cur%,*},
        mapfile -t COMPREPLY < <(compgen -P "$before" -W "$offered" -- "${cur##*,}")
        [[ ${COMPREPLY[*]} == *= ]] && compopt -o nospace
    elif [[ $command == copy || $prev == --@(json|csv|plot) ]]; then
        _filedir
    fi
} &&
    complete -F _miniasync miniasync
