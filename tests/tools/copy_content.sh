#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# Copyright 2026, The miniasync authors

# What is copied is the same file: any size, chunk and depth, on every mover; its mode is kept.

# shellcheck source=common.sh
. "$(dirname "$0")/common.sh"

# Those that this machine and this build have.
movers=$("$MINIASYNC" info | awk '/^  [a-z]/ { mover = $1 } /operations:/ { print mover }')
[ -n "$movers" ] || fail "info names no movers"

head -c 3000000 /dev/urandom >random
for mover in $movers; do
    for size in 0 1 4095 4096 4097 65536 1048577 3000000; do
        head -c $size random >source
        for shape in '--chunk 1 --depth 1' '--chunk 64K --depth 3' '--chunk 1G --depth 2' ''; do
            # shellcheck disable=SC2086 # the shape is several words
            status 0 "$MINIASYNC" copy --mover "$mover" $shape --verify source copy
            cmp source copy || fail "$size bytes, --mover $mover $shape"
            says out "$size byte"
            says out "mover $mover"
            says out 'verified (xxh3 '
        done
    done
done

head -c 10000 random >source
for mode in 600 755 444 4711; do
    chmod $mode source
    rm -f copy
    status 0 "$MINIASYNC" copy source copy
    [ "$(stat -c %a copy)" = $mode ] || fail "mode $mode became $(stat -c %a copy)"
    says out 'not verified'
done

mkfifo -m 600 pipe
umask 027
for origin in /dev/null pipe; do
    rm -f copy
    [ $origin != pipe ] || : >pipe &
    status 0 "$MINIASYNC" copy $origin copy
    [ "$(stat -c %a copy)" = 640 ] || fail "$origin became $(stat -c %a copy)"
done
umask 022
rm pipe

# An old file of that name is replaced, through symbolic links too; the link stays one.
chmod 644 source
echo old >target
ln -s target link
status 0 "$MINIASYNC" copy --durable source link
cmp source target
[ -L link ] || fail "the symbolic link was replaced"
says out 'on the disk'

status 0 "$MINIASYNC" copy --quiet source copy
[ ! -s out ] || fail "--quiet said something"
[ ! -s err ] || fail "--quiet complained"

only random source copy target link
