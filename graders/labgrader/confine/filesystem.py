"""A root folder of its own: read-only what may be read, in memory what may be written, and nothing else by any name.

The view is built in a private mount namespace out of detached copies of mounts, below a new empty root that then
replaces the old one. All that can be written (the box's folder, /tmp, /dev/shm) shares one file system in memory of
bounded size and number of files: the disk is never touched, and all is gone with the last process. Without this layer
the folder on disk itself is written, and only the size of each file is bounded (`RLIMIT_FSIZE`).
Paths are plain strings here: this runs once a submission in a process whose every touched page is copied.
"""

from __future__ import annotations

# ruff: noqa: PTH102, PTH103, PTH110, PTH114, PTH115, PTH120, PTH123, PTH211
import contextlib
import os
import shutil
import stat
from collections.abc import Collection, Iterator

from labgrader.confine import syscalls
from labgrader.confine.box import Box, Layer
from labgrader.confine.paths import DEVICES, SHARED_MEMORY, TEMPORARY, TERMINALS, beside, layout

FILES = 20_000
MIB = 1 << 20
EMPTY = "mode=0755,size=1m,nr_inodes=10000"
PLAIN = syscalls.MS_NOSUID | syscalls.MS_NODEV
READ_ONLY = syscalls.MOUNT_RDONLY | syscalls.MOUNT_NOSUID | syscalls.MOUNT_NODEV
DEVICE = syscalls.MOUNT_NOSUID | syscalls.MOUNT_NOEXEC


def enter(box: Box) -> None:
    """Build the view of `box` in the caller's new mount namespace; enter it and the box's folder.

    Needs CAP_SYS_ADMIN in the namespace. Takes two milliseconds, and the copying of what lies in the folder.
    """
    os.umask(0o022)
    syscalls.mount("", "/", syscalls.MS_PRIVATE_RECURSIVE)
    own = [str(path) for path in box.readable if box.folder in path.parents]
    steps = [(step.kind, str(step.path)) for step in layout(beside(box)).mounts]
    covers = [path for kind, path in steps if kind == "cover"]
    links = {path: os.readlink(path) for kind, path in steps if kind == "bind" and os.path.islink(path)}
    shown = [path for kind, path in steps if kind == "bind" and path not in links]
    trees = {path: syscalls.open_tree(path) for path in (*shown, *DEVICES, *own)}
    content = os.open(box.folder, os.O_RDONLY | os.O_DIRECTORY)
    root = str(box.folder)  # all that is needed of it is open: it may be covered
    syscalls.mount("tmpfs", root, PLAIN, EMPTY)
    work = _mount_scratch(box, root, content, own)
    for _, path in steps:
        if path in trees:
            _attach(trees[path], root + path, READ_ONLY)
        elif path in links:
            _make_parents(root + path)
            os.symlink(links[path], root + path)
        else:
            syscalls.mount("tmpfs", root + path, PLAIN, EMPTY)
    for path in DEVICES:
        _attach(trees[path], root + path, DEVICE)
    _mount_terminals(root)
    os.symlink("/proc/self/fd", f"{root}/dev/fd")
    _attach(work, root + root, syscalls.MOUNT_NOSUID)
    for path in own:
        _attach(trees[path], root + path, READ_ONLY)
    _mount_proc(f"{root}/proc", box.layers)
    for path in ("", *covers):
        syscalls.mount("", root + path, PLAIN | syscalls.MS_REMOUNT_READ_ONLY)
    os.chdir(root)
    syscalls.pivot_root_here()
    os.chdir(root)


def _make_parents(place: str) -> None:
    os.makedirs(os.path.dirname(place), exist_ok=True)


def _attach(tree: int, place: str, attributes: int) -> None:
    """Mount `tree` at `place`, which is made if it is not there."""
    syscalls.restrict_mount(tree, attributes)
    if stat.S_ISDIR(os.fstat(tree).st_mode):
        os.makedirs(place, exist_ok=True)
    elif not os.path.exists(place):
        _make_parents(place)
        os.mknod(place)
    syscalls.move_mount(tree, place)
    os.close(tree)


def _mount_scratch(box: Box, root: str, content: int, left_out: Collection[str]) -> int:
    """One bounded file system in memory: its parts become /tmp, /dev/shm and, returned, the box's folder."""
    entries = list(_entries(content, "", {path.removeprefix(f"{root}/") for path in left_out}))
    size = sum(size or 0 for _, size in entries) + box.file_mib * MIB
    staging = root + TEMPORARY
    os.mkdir(staging)
    syscalls.mount("tmpfs", staging, PLAIN, f"mode=0755,size={size},nr_inodes={FILES}")
    work, temporary, memory = (f"{staging}/{name}" for name in ("work", "tmp", "shm"))
    for folder in (work, temporary, memory):
        os.mkdir(folder, 0o700)
    made = [_copy(content, name, size, work) for name, size in entries]
    if box.uid is not None:
        for path in (work, temporary, memory, *made):
            os.chown(path, box.uid, box.uid)
    trees = [syscalls.open_tree(path) for path in (temporary, memory, work)]
    syscalls.detach(staging)
    _attach(trees[0], staging, syscalls.MOUNT_NOSUID)
    _attach(trees[1], root + SHARED_MEMORY, syscalls.MOUNT_NOSUID)
    return trees[2]


def _entries(folder: int, above: str, left_out: Collection[str]) -> Iterator[tuple[str, int | None]]:
    """Regular files with their size in bytes, and folders (`None`) before what they hold; no links, no devices."""
    with os.scandir(folder) as found:
        for entry in found:
            name = f"{above}{entry.name}"
            if name in left_out:
                continue
            if entry.is_dir(follow_symlinks=False):
                yield name, None
                below = os.open(entry.name, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW, dir_fd=folder)
                yield from _entries(below, f"{name}/", left_out)
                os.close(below)
            elif entry.is_file(follow_symlinks=False):
                yield name, entry.stat(follow_symlinks=False).st_size


def _copy(content: int, name: str, size: int | None, work: str) -> str:
    target = f"{work}/{name}"
    if size is None:
        os.mkdir(target)
        return target
    source = os.open(name, os.O_RDONLY | os.O_NOFOLLOW, dir_fd=content)
    with os.fdopen(source, "rb") as read, open(target, "wb") as write:
        shutil.copyfileobj(read, write, MIB)
    return target


def _mount_terminals(root: str) -> None:
    os.mkdir(root + TERMINALS)
    flags = syscalls.MS_NOSUID | syscalls.MS_NOEXEC
    syscalls.mount("devpts", root + TERMINALS, flags, "newinstance,ptmxmode=0666,mode=0600,max=16")
    os.symlink("pts/ptmx", f"{root}/dev/ptmx")


def _mount_proc(place: str, layers: Collection[Layer]) -> None:
    """A /proc with the box's own processes; an empty folder where the kernel refuses one, as in some containers."""
    os.mkdir(place)
    flags = PLAIN | syscalls.MS_NOEXEC | syscalls.MS_RDONLY
    with contextlib.suppress(PermissionError):
        syscalls.mount("proc", place, flags, "" if Layer.PID_NS in layers else "hidepid=invisible")
