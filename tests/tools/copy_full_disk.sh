#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# Copyright 2026, The miniasync authors

# A full disk is an error that names the destination; it takes no signal, and an old copy stays.

# A small disk of our own, in a mount namespace of our own so that nobody else meets it.
if [ -z "${SMALL_DISK:-}" ] && unshare --mount true 2>/dev/null; then
    SMALL_DISK=yes exec unshare --mount "$0"
fi

# shellcheck source=common.sh
. "$(dirname "$0")/common.sh"

mkdir disk
if [ -z "${SMALL_DISK:-}" ] || ! mount -t tmpfs -o size=1m tmpfs disk 2>/dev/null; then
    skip "may not mount a small file system here"
fi
head -c 3000000 /dev/urandom >source

echo old >disk/copy
refuses disk/copy 'No space left' "$MINIASYNC" copy source disk/copy
refuses disk/copy 'No space left' "$MINIASYNC" copy /dev/zero disk/copy
[ "$(cat disk/copy)" = old ] || fail "the old copy is gone"
[ "$(ls -A disk)" = copy ] || fail "left behind: $(ls -A disk)"

# What has room fits: space is reserved for data only.
truncate -s 100M sparse
status 0 "$MINIASYNC" copy --verify sparse disk/copy
[ "$(stat -c %s disk/copy)" = 104857600 ] || fail "the sparse file did not fit"
umount disk
