#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# Copyright 2026, The miniasync authors

# What cannot be copied is refused in one line that names it; nothing is left behind, nor changed.

# shellcheck source=common.sh
. "$(dirname "$0")/common.sh"

mkdir directory
echo data >source
ln source hard
ln -s source soft
ln -s nowhere dangling
mkfifo pipe

refuses missing 'No such file' "$MINIASYNC" copy missing copy
refuses directory 'is a directory' "$MINIASYNC" copy directory copy
refuses directory 'is a directory' "$MINIASYNC" copy source directory
refuses directory/ 'is a directory' "$MINIASYNC" copy source directory/
refuses source/ 'Not a directory' "$MINIASYNC" copy source/ copy
refuses source 'is the same file' "$MINIASYNC" copy source source
refuses hard 'is the same file' "$MINIASYNC" copy source hard
refuses soft 'is the same file' "$MINIASYNC" copy source soft
refuses source 'is the same file' "$MINIASYNC" copy soft source
refuses dangling 'leads nowhere' "$MINIASYNC" copy source dangling
refuses pipe 'is no regular file' "$MINIASYNC" copy source pipe
refuses /dev/null 'is no regular file' "$MINIASYNC" copy source /dev/null
refuses nodir/copy 'No such file' "$MINIASYNC" copy source nodir/copy
refuses nodir/ 'names no file' "$MINIASYNC" copy source nodir/
refuses source/copy 'Not a directory' "$MINIASYNC" copy source source/copy

[ "$(cat source)" = data ] || fail "the source was changed"
only source hard soft dangling pipe directory
