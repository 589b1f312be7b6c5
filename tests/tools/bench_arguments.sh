#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# Copyright 2026, The miniasync authors

# A wrong argument of bench is named, and what cannot be written shows before anything is measured.

# shellcheck source=common.sh
. "$(dirname "$0")/common.sh"

# wrong NAMED ARGUMENT...
wrong() {
    named=$1
    shift
    status 2 "$MINIASYNC" bench "$@"
    says err "$named"
    [ ! -s out ] || fail "output in spite of a wrong argument: $*"
}

touch bystander
wrong '--nonsense' --nonsense
wrong "'word'" word
for bad in '' 0 x -1 1x 65G 64G.. ..64 1..65G; do
    wrong "--sizes: '" --sizes "$bad"
done
wrong "--sizes: '65G' is no size from 1 to 64G" --sizes 64,65G
wrong "--sizes: '4K..1K' ends before it begins" --sizes 4K..1K
wrong "one too many" --sizes "$(seq -s, 65)"
for bad in '' 0 x -1 4097; do
    wrong "--depth: '$bad'" --depth "1,$bad"
done
wrong "one too many" --depth "$(seq -s, 17)"
wrong "--mover: there is no mover 'ghost'" --mover sync,ghost
wrong "--mover: 'sync' is one too many" --mover "$(yes sync | head -9 | paste -sd,)"
wrong "--operation: there is no operation 'fly'" --operation copy,fly
wrong "--operation: 'set' is one too many" --operation copy,move,set,flush,set
wrong "--threads: '4097'" --threads 4097
wrong "--plot: 'rates.gif'" --plot rates.gif
only bystander

refuses missing/rows 'No such file' "$MINIASYNC" bench --json missing/rows
refuses missing/rows 'No such file' "$MINIASYNC" bench --csv missing/rows
refuses missing/rows.svg 'No such file' "$MINIASYNC" bench --plot missing/rows.svg
refuses --plot 'apt install gnuplot-nox' env PATH=/nowhere "$MINIASYNC" bench --plot rates.svg
only bystander

# More memory than any machine has that runs this.
available=$(sed -n 's/^MemAvailable: *\([0-9]*\) kB$/\1/p' /proc/meminfo)
[ "$available" -ge $((128 * 1024 * 1024)) ] ||
    refuses --sizes 'of memory, and there are' "$MINIASYNC" bench --sizes 64G

status 0 "$MINIASYNC" bench --help
for option in --sizes --mover --threads --depth --operation --quick --json --csv --plot; do
    says out "$option"
done
