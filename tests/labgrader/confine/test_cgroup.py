"""A control group holds the whole tree, tells its private memory, and is gone afterwards."""

from __future__ import annotations

import errno
import os
import signal
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from labgrader.confine import Box, Layer, cgroup, probe
from labgrader.confine.cgroup import UNIFIED, Group

Forked = Callable[..., Any]
MIB = 1 << 20

HYBRID = """\
32 31 0:29 / /sys/fs/cgroup/cpu,cpuacct rw,relatime - cgroup cgroup rw,cpu,cpuacct
35 31 0:32 / /sys/fs/cgroup/memory rw,relatime shared:9 - cgroup cgroup rw,memory
41 31 0:38 / /sys/fs/cgroup/unified rw,relatime - cgroup2 cgroup2 rw
"""
UNIFIED_ONLY = "30 23 0:26 / /sys/fs/cgroup rw,nosuid shared:4 - cgroup2 cgroup2 rw,nsdelegate\n"
CONTAINER = "735 728 0:26 /kubepods/pod1/c1 /sys/fs/cgroup rw,nosuid - cgroup2 cgroup rw\n"


@pytest.mark.parametrize(
    ("cgroups", "mounts", "found"),
    [
        (
            "4:memory:/a/b\n1:cpu,cpuacct:/\n0::/u\n",
            HYBRID,
            {
                "memory": "/sys/fs/cgroup/memory/a/b",
                "cpu": "/sys/fs/cgroup/cpu,cpuacct",
                UNIFIED: "/sys/fs/cgroup/unified/u",
            },
        ),
        ("0::/caire.service/main\n", UNIFIED_ONLY, {UNIFIED: "/sys/fs/cgroup/caire.service/main"}),
        ("0::/kubepods/pod1/c1/sub\n", CONTAINER, {UNIFIED: "/sys/fs/cgroup/sub"}),
        ("0::/\n", CONTAINER, {UNIFIED: "/sys/fs/cgroup"}),
        ("0::/elsewhere\n", CONTAINER, {}),
        ("4:memory:/a\n", "", {}),
    ],
    ids=["both versions", "systemd", "container", "group namespace", "not mounted here", "no mounts"],
)  # fmt: skip
def test_the_own_group_is_found_in_every_hierarchy(cgroups: str, mounts: str, found: dict[str, str]) -> None:
    assert cgroup.own(cgroups, mounts) == {name: Path(folder) for name, folder in found.items()}


def test_version_2_gets_the_same_limits(box: Box) -> None:
    written = cgroup.settings(UNIFIED, box)
    assert written["memory.max"] == cgroup.settings("memory", box)["memory.limit_in_bytes"]
    assert written["pids.max"] == str(box.processes)
    assert written["cpu.max"] == "100000 100000"


needs_groups = pytest.mark.skipif(Layer.CGROUP not in probe(), reason="no writable control group here")


@pytest.fixture
def group(box: Box) -> Iterator[Group]:
    made = cgroup.create(box)
    yield made
    made.remove()
    assert not any(folder.exists() for folder in made.folders.values())


@needs_groups
def test_memory_of_the_tree_is_bounded_and_told(forked: Forked, box: Box, group: Group) -> None:
    def take_in_three_processes() -> list[int]:
        """Each takes less than the limit; together they take more."""
        pids = []
        for _ in range(3):
            pid = os.fork()
            if pid == 0:
                kept = bytearray(60 * MIB)
                signal.sigtimedwait({signal.SIGUSR1}, 1) if kept else None
                os._exit(0)
            pids.append(pid)
        return [os.waitpid(pid, 0)[1] for pid in pids]

    def ended(told: Any) -> bool:
        return told.signal == signal.SIGKILL or any(os.WIFSIGNALED(status) for status in told.value)

    assert not group.out_of_memory()
    assert ended(forked(group.join, take_in_three_processes))
    assert group.out_of_memory()
    peak = group.peak_mib()
    assert peak is not None
    assert 100 < peak <= box.memory_mib + box.file_mib + cgroup.KERNEL_MIB
    assert not ended(forked(take_in_three_processes))


@needs_groups
def test_peak_is_private_memory_and_not_what_is_shared_with_the_warm_server(forked: Forked, group: Group) -> None:
    ballast = bytearray(60 * MIB)
    assert forked(group.join, lambda: ballast[-1]).value == 0
    peak = group.peak_mib()
    assert peak is not None
    assert peak < 20


@needs_groups
def test_processes_of_the_tree_are_bounded_even_for_root(forked: Forked, box: Box, group: Group) -> None:
    def fork_many() -> None:
        made = []
        try:
            for _ in range(box.processes):
                pid = os.fork()
                if pid == 0:
                    signal.pause()
                made.append(pid)
        finally:
            for pid in made:
                os.kill(pid, signal.SIGKILL)
                os.waitpid(pid, 0)

    assert forked(group.join, fork_many).errno == errno.EAGAIN
    assert not forked(fork_many).refused


@needs_groups
def test_killing_the_group_ends_who_is_in_it_and_nobody_else(group: Group) -> None:
    inside, outside = os.fork(), None
    if inside == 0:
        group.join()
        os.kill(os.getpid(), signal.SIGSTOP)
        os._exit(0)
    os.waitpid(inside, os.WUNTRACED)
    outside = os.fork()
    if outside == 0:
        signal.pause()
    group.kill()
    assert os.waitstatus_to_exitcode(os.waitpid(inside, 0)[1]) == -signal.SIGKILL
    assert os.waitpid(outside, os.WNOHANG) == (0, 0)
    os.kill(outside, signal.SIGKILL)
    os.waitpid(outside, 0)


@needs_groups
def test_what_a_killed_keeper_left_is_swept(box: Box) -> None:
    keeper = os.fork()
    if keeper == 0:
        cgroup.create(box)
        os.kill(os.getpid(), signal.SIGKILL)
    os.waitpid(keeper, 0)
    left = [made for folder in cgroup.usable().values() for made in folder.glob(f"{cgroup.PREFIX}{keeper}.*")]
    assert left
    for folder in left:
        cgroup.sweep(folder.parent)
    assert not any(folder.exists() for folder in left)
