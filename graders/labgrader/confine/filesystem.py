"""A root folder of its own: read-only what may be read, in memory what may be written, and nothing else by any name.

The view is built in a private mount namespace out of detached copies of mounts, below a new empty root that then
replaces the old one. All that can be written (the box's folder, /tmp, /dev/shm) shares one file system in memory of
bounded size and number of files: the disk is never touched, and all is gone with the last process. Without this layer
the folder on disk itself is written, and only the size of each file is bounded (`RLIMIT_FSIZE`).
"""

from __future__ import annotations

import os
import shutil
import stat
from collections.abc import Collection, Iterator
from pathlib import Path

from labgrader.confine import syscalls
from labgrader.confine.box import Box, Layer
from labgrader.confine.paths import DEVICES, ROOT, SHARED_MEMORY, TEMPORARY, layout

FILES = 20_000
MIB = 1 << 20
EMPTY = "mode=0755,size=1m,nr_inodes=10000"
PLAIN = syscalls.MS_NOSUID | syscalls.MS_NODEV
READ_ONLY = syscalls.MOUNT_RDONLY | syscalls.MOUNT_NOSUID | syscalls.MOUNT_NODEV
DEVICE = syscalls.MOUNT_NOSUID | syscalls.MOUNT_NOEXEC


def enter(box: Box) -> None:
    """Build the view of `box` in the caller's new mount namespace; enter it and the box's folder.

    Needs CAP_SYS_ADMIN in the namespace. Takes about one millisecond, and the copying of what lies in the folder.
    """
    os.umask(0o022)
    syscalls.mount("", "/", syscalls.MS_PRIVATE_RECURSIVE)
    own = [path for path in box.readable if box.folder in path.parents]
    steps = layout(path for path in box.readable if path not in own).mounts()
    sources = (*(step.path for step in steps if step.kind == "bind"), *DEVICES, *own)
    trees = {path: syscalls.open_tree(str(path)) for path in sources if not path.is_symlink()}
    links = {path: path.readlink() for path in sources if path.is_symlink()}
    content = os.open(box.folder, os.O_RDONLY | os.O_DIRECTORY)
    root = box.folder  # all that is needed of it is open: it may be covered
    syscalls.mount("tmpfs", str(root), PLAIN, EMPTY)
    _mount_scratch(box, root, content, own)
    for step in steps:
        if step.kind == "cover":
            syscalls.mount("tmpfs", str(_inside(root, step.path)), PLAIN, EMPTY)
        elif step.path in trees:
            _attach(trees[step.path], _inside(root, step.path), READ_ONLY)
        else:
            _parent_made(_inside(root, step.path)).symlink_to(links[step.path])
    for path in DEVICES:
        _attach(trees[path], _inside(root, path), DEVICE)
    (_inside(root, Path("/dev/fd"))).symlink_to("/proc/self/fd")
    _attach(syscalls.open_tree(str(root / ".work")), _inside(root, box.folder), syscalls.MOUNT_NOSUID)
    for path in own:
        _attach(trees[path], _inside(root, path), READ_ONLY)
    syscalls.detach(str(root / ".work"))
    _mount_proc(_inside(root, Path("/proc")), box.layers)
    for path in (ROOT, *(step.path for step in steps if step.kind == "cover")):
        syscalls.mount("", str(_inside(root, path)), PLAIN | syscalls.MS_REMOUNT_READ_ONLY)
    os.chdir(root)
    syscalls.pivot_root_here()
    os.chdir(box.folder)


def _inside(root: Path, path: Path) -> Path:
    return root / path.relative_to(ROOT)


def _parent_made(place: Path) -> Path:
    place.parent.mkdir(parents=True, exist_ok=True)
    return place


def _attach(tree: int, place: Path, attributes: int) -> None:
    """Mount `tree` at `place`, which is made if it is not there."""
    syscalls.restrict_mount(tree, attributes)
    if stat.S_ISDIR(os.fstat(tree).st_mode):
        place.mkdir(parents=True, exist_ok=True)
    elif not place.exists():
        _parent_made(place).touch()
    syscalls.move_mount(tree, str(place))
    os.close(tree)


def _mount_scratch(box: Box, root: Path, content: int, left_out: Collection[Path]) -> None:
    """One bounded file system in memory: its parts become /tmp, /dev/shm and (at `.work` for now) the box's folder."""
    entries = list(_entries(content, Path(), {path.relative_to(box.folder) for path in left_out}))
    size = sum(size or 0 for _, size in entries) + box.file_mib * MIB
    staging = root / ".work"
    staging.mkdir()
    syscalls.mount("tmpfs", str(staging), PLAIN, f"mode=0755,size={size},nr_inodes={FILES}")
    parts = {"work": staging / "work", "tmp": staging / "tmp", "shm": staging / "shm"}
    for folder in parts.values():
        folder.mkdir(mode=0o700)
    made = [_copy(content, name, size, parts["work"] / name) for name, size in entries]
    if box.uid is not None:
        for path in (*parts.values(), *made):
            os.chown(path, box.uid, box.uid)
    for name, place in {"tmp": TEMPORARY, "shm": SHARED_MEMORY}.items():
        _attach(syscalls.open_tree(str(parts[name])), _inside(root, place), syscalls.MOUNT_NOSUID)
    work = syscalls.open_tree(str(parts["work"]))
    syscalls.detach(str(staging))
    syscalls.move_mount(work, str(staging))
    os.close(work)


def _entries(folder: int, name: Path, left_out: Collection[Path]) -> Iterator[tuple[Path, int | None]]:
    """Regular files with their size in bytes, and folders (`None`) before what they hold; no links, no devices."""
    with os.scandir(folder) as found:
        for entry in found:
            path = name / entry.name
            if path in left_out:
                continue
            if entry.is_dir(follow_symlinks=False):
                yield path, None
                below = os.open(entry.name, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW, dir_fd=folder)
                yield from _entries(below, path, left_out)
                os.close(below)
            elif entry.is_file(follow_symlinks=False):
                yield path, entry.stat(follow_symlinks=False).st_size


def _copy(content: int, name: Path, size: int | None, target: Path) -> Path:
    if size is None:
        target.mkdir()
        return target
    source = os.open(name, os.O_RDONLY | os.O_NOFOLLOW, dir_fd=content)
    with os.fdopen(source, "rb") as read, target.open("wb") as write:
        shutil.copyfileobj(read, write, MIB)
    return target


def _mount_proc(place: Path, layers: Collection[Layer]) -> None:
    """A /proc with the box's own processes; an empty folder where the kernel refuses one, as in some containers."""
    place.mkdir()
    flags = PLAIN | syscalls.MS_NOEXEC | syscalls.MS_RDONLY
    try:
        syscalls.mount("proc", str(place), flags, "" if Layer.PID_NS in layers else "hidepid=invisible")
    except PermissionError:
        return
