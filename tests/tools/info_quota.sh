#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# Copyright 2026, The miniasync authors

# The quota of a control group is told, in both versions; the least of them counts.

# Control groups of our own, in a mount namespace of our own so that nobody else meets them.
if [ -z "${OWN_GROUPS:-}" ] && unshare --mount true 2>/dev/null; then
    OWN_GROUPS=yes exec unshare --mount "$0"
fi

# shellcheck source=common.sh
. "$(dirname "$0")/common.sh"

groups=/sys/fs/cgroup
if [ -z "${OWN_GROUPS:-}" ] || ! mount -t tmpfs tmpfs $groups 2>/dev/null; then
    skip "may not mount control groups here"
fi

# tells QUOTA -- that many CPUs, or null, in the words of the JSON.
tells() {
    status 0 "$MINIASYNC" info --json
    says out "\"quota\": $1,"
}

tells null
if grep -q '^0::' /proc/self/cgroup; then
    echo 'max 100000' >$groups/cpu.max
    tells null
    echo '150000 100000' >$groups/cpu.max
    tells 1.5
else
    echo "SKIPPED: version 2: this system does not have it"
fi

if grep -q '^[0-9]*:\(.*,\)*cpu[,:]' /proc/self/cgroup; then
    mkdir $groups/cpu
    echo 100000 >$groups/cpu/cpu.cfs_period_us
    echo 50000 >$groups/cpu/cpu.cfs_quota_us
    tells 0.5
    echo -1 >$groups/cpu/cpu.cfs_quota_us
    rm -f $groups/cpu.max
    tells null
else
    echo "SKIPPED: version 1: this system does not have it"
fi
umount $groups
