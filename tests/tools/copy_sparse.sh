#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# Copyright 2026, The miniasync authors

# Holes stay holes; a huge file takes no more address space than a small one.

# shellcheck source=common.sh
. "$(dirname "$0")/common.sh"

blocks() {
    stat -c %b "$1"
}

# Data at both ends and between, on no border of anything.
truncate -s 50000001 source
printf begin | dd of=source conv=notrunc status=none
head -c 300000 /dev/urandom | dd of=source bs=1 seek=12345678 conv=notrunc status=none
printf end | dd of=source bs=1 seek=49999990 conv=notrunc status=none
[ "$(blocks source)" -lt 20000 ] || skip "this file system knows no holes"

for shape in '--chunk 1' '--chunk 64K --depth 2' ''; do
    # shellcheck disable=SC2086 # the shape is several words
    status 0 "$MINIASYNC" copy $shape --verify source copy
    cmp source copy
    says out '50000001 bytes'
    says out 'of them data'
    [ "$(blocks copy)" -le $(($(blocks source) + 64)) ] ||
        fail "$(blocks source) blocks became $(blocks copy)"
done

# Nothing but a hole.
truncate -s 7654321 source
truncate -s 0 source
truncate -s 7654321 source
status 0 "$MINIASYNC" copy --verify source copy
cmp source copy
[ "$(blocks copy)" = 0 ] || fail "a hole became $(blocks copy) blocks"

# A terabyte, in half a gigabyte of address space; a sanitizer takes more than all for itself.
truncate -s 1T source || skip "no file here can have a terabyte"
printf end | dd of=source bs=1M seek=1048575 conv=notrunc status=none
limit='prlimit --as=536870912'
[ -z "${SANITIZED:-}" ] || limit=''
# shellcheck disable=SC2086 # several words, or none
status 0 $limit "$MINIASYNC" copy --threads 2 source copy
[ "$(stat -c %s copy)" = 1099511627776 ] || fail "the copy has $(stat -c %s copy) bytes"
dd if=copy bs=1M skip=1048575 status=none | grep -q '^end' || fail "the end is not there"
[ "$(blocks copy)" -le $(($(blocks source) + 64)) ] || fail "a huge hole was filled"
only source copy
