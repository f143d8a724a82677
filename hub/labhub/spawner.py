"""Starts a learner's JupyterLab: its own uid and private view where the machine can, and none of our environment."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import psutil
from jupyterhub.spawner import LocalProcessSpawner
from jupyterhub.utils import can_connect, exponential_backoff
from traitlets import Enum, Integer, Unicode

from labgrader.sandbox import confine
from labhub.isolation import home

JUPYTER_CONFIG = Path(__file__).parent / "jupyter"
PRIVATE_RUNTIME = "/tmp/jupyter"  # noqa: S108  below the learner's own /tmp
GRACE_SECONDS = 5


class LabSpawner(LocalProcessSpawner):
    """One local process a learner; see `labhub.isolation` for the three ways to keep them apart."""

    isolation = Enum(["namespaces", "uid", "none"], default_value="none").tag(config=True)
    homes = Unicode(help="Folder of the homes.").tag(config=True)
    state = Unicode(help="State folder, hidden from learners.").tag(config=True)
    models = Unicode(help="Folder of the local models.").tag(config=True)
    logs = Unicode(help="Folder of the servers' logs.").tag(config=True)
    base_uid = Integer(200_000, help="First uid of a learner.").tag(config=True)

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._runtime: str | None = None

    def options_from_query(self, query_data: dict[str, list[str]]) -> dict[str, str]:
        """There is one kind of machine here: what a link asks for is what everyone gets."""
        return {}

    @property
    def home_dir(self) -> Path:
        """The learner's home, made when it is first needed."""
        return home(Path(self.homes), self.user.escaped_name, None if self.isolation == "none" else self.base_uid)

    def get_env(self) -> dict[str, str]:
        """What the server gets to know: JupyterHub's own variables and these, nothing of the hub's environment."""
        env: dict[str, str] = super().get_env()
        folder = str(self.home_dir)
        env |= {
            "PATH": f"{Path(sys.executable).parent}:/usr/local/bin:/usr/bin:/bin",
            "HOME": folder,
            "USER": self.user.name,
            "LOGNAME": self.user.name,
            "SHELL": "/bin/bash" if Path("/bin/bash").exists() else "/bin/sh",
            "JUPYTER_CONFIG_PATH": str(JUPYTER_CONFIG),
            "JUPYTER_RUNTIME_DIR": self._runtime or PRIVATE_RUNTIME,
        }
        return env

    def user_env(self, env: dict[str, str]) -> dict[str, str]:
        """No account of the machine stands behind a learner: `get_env` sets what a login would."""
        return env

    def make_preexec_fn(self, name: str) -> Callable[[], None] | None:
        """Become the learner's uid in the child, where no namespace does it."""
        folder = self.home_dir
        uid = folder.stat().st_uid if self.isolation == "uid" else None
        if self.isolation == "namespaces":
            return None

        def enter() -> None:
            if uid is not None:
                os.setgroups([])
                os.setgid(uid)
                os.setuid(uid)
            os.umask(0o077)
            os.chdir(folder)

        return enter

    async def start(self) -> tuple[str, int]:
        """Start the server and return its address."""
        folder = self.home_dir
        owner = folder.stat().st_uid
        if self.isolation != "namespaces":
            # Short, because the kernels' sockets lie below it and a socket's path may have 107 bytes.
            self._runtime = tempfile.mkdtemp(prefix="caire-")
            os.chown(self._runtime, owner, owner if self.isolation == "uid" else -1)
        command = [sys.executable, "-m", "labhub.lean", "jupyterhub.singleuser"]
        if owner == 0:  # a demonstration that root asked for by name, in a throw-away container
            command.append("--allow-root")
        self.cmd = self.confined(command)
        log = Path(self.logs) / f"{self.user.escaped_name}.log"
        with log.open("ab") as stream:
            self.popen_kwargs = {"stdin": subprocess.DEVNULL, "stdout": stream, "stderr": stream}
            address: tuple[str, int] = await super().start()
        await exponential_backoff(
            self._settled, "The server does not answer", start_wait=0.1, max_wait=0.3, timeout=self.start_timeout
        )
        if await self.poll() is not None:
            raise RuntimeError(f"The server of {self.user.name} ended while it was starting; see {log}")
        return address

    async def _settled(self) -> bool:
        """Whether the server listens, or has ended already: a failed start is known at once."""
        return await self.poll() is not None or can_connect("127.0.0.1", self.port)

    def confined(self, command: list[str]) -> list[str]:
        """`command` as the isolation of this machine runs it."""
        if self.isolation != "namespaces":
            return command
        folder = self.home_dir
        uid = folder.stat().st_uid
        return confine(
            command,
            uid=uid,
            gid=uid,
            writable=folder,
            hidden=(Path(self.state), Path("/root")),
            readable=tuple(filter(Path.is_dir, [Path(self.models)])),
            network=True,
        )

    async def stop(self, now: bool = False) -> None:
        """Ask the server to end, then end everything that it started; returns when nothing is left."""
        tree = self._tree()
        if not now:
            for process in self._servers(tree):
                _send(process, signal.SIGTERM)
            await self.wait_for_death(GRACE_SECONDS)
        for process in [*self._tree(), *tree]:
            _send(process, signal.SIGKILL)
        await self.wait_for_death(GRACE_SECONDS)
        await self.poll()
        if self._runtime:
            shutil.rmtree(self._runtime, ignore_errors=True)
            self._runtime = None

    def _tree(self) -> list[psutil.Process]:
        try:
            root = psutil.Process(self.pid) if self.pid else None
            return [root, *root.children(recursive=True)] if root else []
        except psutil.NoSuchProcess:
            return []

    def _servers(self, tree: list[psutil.Process]) -> list[psutil.Process]:
        """The server itself: what was started, or the first child of the wrapper, which ignores SIGTERM."""
        return tree[1:2] if self.isolation == "namespaces" else tree[:1]

    async def progress(self) -> AsyncIterator[dict[str, Any]]:
        """What the waiting page shows; the page holds the words in both languages, by `step`."""
        yield {"progress": 20, "message": "home", "step": "home"}
        yield {"progress": 50, "message": "start", "step": "start"}


def _send(process: psutil.Process, number: signal.Signals) -> None:
    try:
        process.send_signal(number)
    except psutil.NoSuchProcess:
        return
