#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# Copyright 2026, The miniasync authors

# A file that may not be read, and one that may not be written, are refused.

# shellcheck source=common.sh
. "$(dirname "$0")/common.sh"

# Root may do anything, so somebody else has to try.
as=''
if [ "$(id -u)" = 0 ]; then
    as='setpriv --reuid=65534 --regid=65534 --clear-groups'
    $as true 2>/dev/null || skip "runs as root, and setpriv cannot make it somebody else"
    chmod 777 .
    $as "$MINIASYNC" --version >/dev/null 2>&1 || skip "nobody else may run $MINIASYNC"
fi

echo data >secret
chmod 0 secret
echo data >source
chmod 644 source
mkdir closed
chmod 555 closed
echo old >protected
chmod 444 protected

# shellcheck disable=SC2086 # several words, or none
{
    refuses secret 'Permission denied' $as "$MINIASYNC" copy secret copy
    refuses closed/copy 'Permission denied' $as "$MINIASYNC" copy source closed/copy
    refuses protected 'Permission denied' $as "$MINIASYNC" copy source protected
}
[ "$(cat protected)" = old ] || fail "a protected file was replaced"
only secret source closed protected
