# SPDX-License-Identifier: BSD-3-Clause
# Copyright 2026, The miniasync authors

# results.awk -- of what ctest --verbose prints, keeps the results; what a test printed that did not
# pass; and of the others each line "skipped: why", once.

# What a test prints comes behind its number.
/^[0-9]+: / {
    number = $1 + 0
    printed[number] = printed[number] $0 "\n"
    if (/^[0-9]+: (skipped|SKIPPED): / && !said[$0]++)
        skipped[number] = skipped[number] $0 "\n"
    next
}

/^ *[0-9]+\/[0-9]+ Test +#[0-9]+:/ {
    print
    match($0, /#[0-9]+/)
    number = substr($0, RSTART + 1, RLENGTH - 1) + 0
    printf "%s", / Passed / || /\*\*\*Skipped/ ? skipped[number] : printed[number]
    delete printed[number]
    fflush()
    next
}

/^test [0-9]+$/ || /^ +Start +[0-9]+:/ || /^$/ && !closing { next }

/tests passed/ { closing = 1 }
{ print }
