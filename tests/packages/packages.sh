#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# Copyright 2026, The miniasync authors

# packages.sh -- the source tarball is the same bytes when made again, from another checkout; the
# Debian packages are without errors to lintian, and are installed, used and removed in a root
# directory of their own, which holds nothing of theirs afterwards.

set -eu

root=$(cd "$(dirname "$0")/../.." && pwd)
directory=$(mktemp -d)
trap 'rm -rf "$directory"' EXIT
chmod 755 "$directory"
cd "$directory"

for program in lintian fakeroot pkg-config; do
    command -v $program >/dev/null || {
        echo "skipped: no $program here"
        exit 77
    }
done

"$root/scripts/package" debian first
git clone --quiet "$root" clone
clone/scripts/package source second
cmp first/*.tar.gz second/*.tar.gz
echo 'the source tarball is reproducible'

lintian --allow-root --fail-on error first/*.deb

# The packages run no scripts, so nothing of a system is needed in there.
mkdir -p scratch/var/lib/dpkg/info scratch/var/lib/dpkg/updates scratch/var/lib/dpkg/triggers
touch scratch/var/lib/dpkg/status scratch/var/lib/dpkg/available
in_scratch() {
    fakeroot dpkg --root="$directory/scratch" --force-depends --log=/dev/null "$@"
}
in_scratch --install first/libminiasync0_*.deb first/libminiasync-dev_*.deb \
    first/miniasync-tools_*.deb

libraries=$(dirname "$(find scratch/usr/lib -name 'libminiasync.so.0')")
export LD_LIBRARY_PATH="$directory/$libraries"
export PKG_CONFIG_PATH="$directory/$libraries/pkgconfig"
scratch/usr/bin/miniasync --version
scratch/usr/bin/miniasync copy --verify first/*.tar.gz copied
cmp first/*.tar.gz copied
# shellcheck disable=SC2046 # what pkg-config prints is split into words on purpose
cc "$root/tests/cross/smoke.c" -o smoke $(pkg-config --cflags --libs libminiasync)
ldd smoke | grep "$directory/$libraries/libminiasync.so.0"
./smoke

in_scratch --purge miniasync-tools libminiasync-dev libminiasync0
find scratch ! -type d | grep -v /var/lib/dpkg/ >after || true
if [ -s after ]; then
    echo 'left behind:' >&2
    cat after >&2
    exit 1
fi
echo 'the packages were installed, used and removed'
