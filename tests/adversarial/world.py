"""What surrounds a grading here: servers that listen, secrets beside it, and traces that nothing may leave."""

from __future__ import annotations

import base64
import json
import os
import selectors
import socket
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from pathlib import Path
from uuid import uuid4

import psutil

TRACE = "evasion"
"""How every file begins that an attack tries to leave."""
IPC_KEY = "0x5ca1ab1e"


@dataclass
class Listeners:
    """One server for each way out, on addresses of this machine."""

    folder: Path
    held: ExitStack = field(default_factory=ExitStack)
    sockets: list[socket.socket] = field(default_factory=list)
    places: dict[str, int | str] = field(default_factory=dict)

    def open(self) -> None:
        """Listen."""
        mark, path = uuid4().hex, str(self.folder / "ecoute.sock")
        inet, inet6, unix = socket.AF_INET, socket.AF_INET6, socket.AF_UNIX
        stream, datagram = socket.SOCK_STREAM, socket.SOCK_DGRAM
        addresses: dict[str, tuple[int, int, object]] = {
            "tcp": (inet, stream, ("127.0.0.1", 0)),
            "udp": (inet, datagram, ("127.0.0.1", 0)),
            "tcp6": (inet6, stream, ("::1", 0)),
            "udp6": (inet6, datagram, ("::1", 0)),
            "unix": (unix, stream, path),
            "abstract": (unix, stream, f"\0{mark}"),
            "abstract-datagram": (unix, datagram, f"\0{mark}d"),
        }
        for name, (family, kind, address) in addresses.items():
            listener = self.held.enter_context(socket.socket(family, kind))
            listener.bind(address)
            listener.setblocking(False)
            if kind == stream:
                listener.listen()
            self.sockets.append(listener)
            found = listener.getsockname()
            is_unix = family == unix
            self.places[name] = str(address).lstrip("\0") if is_unix else found[1]
        os.chmod(path, 0o777)  # noqa: PTH101

    def heard(self) -> list[str]:
        """The places where something came since the last call."""
        with selectors.DefaultSelector() as selector:
            for name, listener in zip(self.places, self.sockets, strict=True):
                selector.register(listener, selectors.EVENT_READ, name)
            ready = selector.select(0)
        for key, _ in ready:
            listener = key.fileobj
            assert isinstance(listener, socket.socket)
            if listener.type == socket.SOCK_STREAM:
                listener.accept()[0].close()
            else:
                listener.recv(4096)
        return [str(key.data) for key, _ in ready]

    def file(self) -> bytes:
        """The addresses, for the attacks."""
        return json.dumps(self.places).encode()


def forms(secret: str) -> Iterator[bytes]:
    """`secret` as it is, and in the ways by which it could be hidden from a search."""
    data = secret.encode()
    yield from (data, data[::-1], data.hex().encode(), base64.b64encode(data), base64.b32encode(data))


def leaks(secrets: Iterable[str], *texts: bytes) -> list[str]:
    """The secrets that are in `texts`, in any form."""
    return [secret for secret in secrets if any(form in text for form in forms(secret) for text in texts)]


def survivors(server: int | None, waiting: int) -> list[str]:
    """What still runs of graded code: below the warm server there are keepers, and below `waiting` of these an examiner
    that waits for the next submission, with nothing below it."""
    found = examiners(server)
    alone = [pids[0] for pids in found if len(pids) == 1]
    return [] if len(alone) == len(found) == waiting else [str(pid) for pids in found for pid in pids]


def examiners(server: int | None) -> list[list[int]]:
    """Process ids of what runs below each keeper, where anything does."""
    if server is None:
        return []
    found = []
    for keeper in psutil.Process(server).children():
        with suppress(psutil.NoSuchProcess):  # it has been replaced meanwhile
            below = [child for child in keeper.children(recursive=True) if child.is_running()]
            found.append([process.pid for process in below if process.status() != psutil.STATUS_ZOMBIE])
    return [pids for pids in found if pids]


def foreign(uids: range, server: int | None) -> list[str]:
    """Processes of the users that only gradings have, other than those below the warm server."""
    known = {pid for pids in examiners(server) for pid in pids}
    found = []
    for process in psutil.process_iter(["pid", "name", "uids"]):
        owner = process.info["uids"]
        if owner is not None and owner.real in uids and process.pid not in known:
            found.append(f"{process.info['pid']} {process.info['name']}")
    return found


def traces(*below: Path) -> list[str]:
    """Files that an attack left on this machine."""
    tops = [Path(p) for p in ("/", "/run", "/run/lock", "/var/tmp", "/dev/shm", "/home", "/etc", "/root")]
    tops += [Path(tempfile.gettempdir()), Path.cwd(), Path.cwd().parent, Path.home()]
    found: list[str] = []
    for top in {*tops, *below}:
        try:
            found += [str(path) for path in top.iterdir() if path.name.startswith(TRACE)]
        except OSError:
            continue
    for kind in ("shm", "msg", "sem"):
        listed = Path(f"/proc/sysvipc/{kind}").read_text(encoding="ascii")
        found += [line for line in listed.splitlines() if str(int(IPC_KEY, 16)) in line.split()[:1]]
    return found
