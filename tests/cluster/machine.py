"""A Linux machine of its own for the node: namespaces that hang on one process, so that its end ends everything.

Processes, mounts and network of the node live in a process, a mount and a network namespace whose first process is
`init`. The kernel ends them with it, however it ends: nothing has to be found and stopped one by one. What is left are
empty control groups, which `stop` and the next `start` remove.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import time
from dataclasses import asdict, dataclass, field
from pathlib import Path

CHECKOUT = Path(__file__).parent.parent.parent
HOST_IP = "10.98.0.1"
NODE_IP = "10.98.0.2"
PROGRAMS = "programs.json"
PRIVATE = ("/run/containerd", "/run/netns", "/var/lib/containerd", "/var/lib/kubelet", "/var/lib/cni", "/etc/cni/net.d")
"""Folders that the programs of a node insist on: the machine has its own, and never sees the host's."""


class MachineError(RuntimeError):
    """The machine could not be started; the sentence says why."""


@dataclass(frozen=True)
class Identity:
    """What tells a machine from another on the same host: its control group, and the two ends of its cable."""

    cgroup: str
    host_ip: str
    node_ip: str


NODE = Identity("caire-cluster", HOST_IP, NODE_IP)


@dataclass(frozen=True)
class Process:
    """A process that cannot be confused with a later one of the same number."""

    pid: int
    started: int  # clock ticks since boot

    @classmethod
    def of(cls, pid: int) -> Process:
        """The process `pid` as it is now. `ProcessLookupError` if there is none."""
        try:
            # The name, in parentheses, may hold anything; the start is the 20th field after it.
            fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
        except (FileNotFoundError, ProcessLookupError):
            raise ProcessLookupError(pid) from None
        if fields[0] in "ZX":
            raise ProcessLookupError(pid)
        return cls(pid, int(fields[19]))

    def alive(self) -> bool:
        """Whether it still runs."""
        try:
            return Process.of(self.pid) == self
        except ProcessLookupError:
            return False

    def gone(self, seconds: float) -> bool:
        """Whether it is gone within `seconds`."""
        deadline = time.monotonic() + seconds
        while self.alive() and time.monotonic() < deadline:
            time.sleep(0.05)
        return not self.alive()

    def end(self, number: signal.Signals = signal.SIGTERM, seconds: float = 20) -> None:
        """Signal it and wait until it is gone; by force where `number` was not enough."""
        for attempt in (number, signal.SIGKILL):
            if self.alive():
                os.kill(self.pid, attempt)
            if self.gone(seconds):
                return
        raise MachineError(f"Process {self.pid} does not end.")


@dataclass
class Machine:
    """A running machine; `init` is its first process."""

    init: Process
    logs: Path
    programs: dict[str, Process] = field(default_factory=dict)
    identity: Identity = NODE
    _outer: list[subprocess.Popen[bytes]] = field(default_factory=list)

    @classmethod
    def running(cls, init: Process, logs: Path) -> Machine:
        """The machine that another process has started."""
        told = json.loads((logs / PROGRAMS).read_text(encoding="utf-8"))
        return cls(init, logs, {name: Process(**program) for name, program in told.items()})

    def command(self, *command: str) -> list[str]:
        """`command`, to be run inside."""
        pid = str(self.init.pid)
        return ["nsenter", "--target", pid, "--pid", "--mount", "--net", "--uts", "--ipc", "--", *command]

    def run(self, *command: str) -> str:
        """Run `command` inside to its end and return what it printed."""
        done = subprocess.run(self.command(*command), capture_output=True, text=True)
        if done.returncode != 0:
            raise MachineError(f"{' '.join(command)}: {done.stdout}{done.stderr}".strip())
        return done.stdout

    def spawn(self, name: str, *command: str) -> None:
        """Start `command` inside; its output goes to the log `name`."""
        with (self.logs / f"{name}.log").open("ab") as log:
            outer = subprocess.Popen(
                self.command("nice", "-n", "2", *command),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                # Entering a mount namespace leads to its root: programs of ours are found by this path.
                env={**os.environ, "PYTHONPATH": str(CHECKOUT)},
                start_new_session=True,
            )
        self._outer.append(outer)
        self.programs[name] = _child(outer)
        self._write()

    def end(self, name: str) -> None:
        """Stop the program `name` and wait until it is gone."""
        self.programs.pop(name).end()
        self._write()

    def stop(self) -> None:
        """End everything inside, at once, and leave nothing of it."""
        self.init.end(signal.SIGKILL)
        for outer in self._outer:
            outer.wait()
        remove_cgroups(self.identity)

    def _write(self) -> None:
        told = {name: asdict(program) for name, program in self.programs.items()}
        (self.logs / PROGRAMS).write_text(json.dumps(told), encoding="utf-8")


def start(logs: Path, private: Path, *, with_us: bool, identity: Identity = NODE) -> Machine:
    """Start a machine; `with_us`: it ends with the process that calls, however that ends.

    `private` holds the contents of its own folders (`PRIVATE`).
    """
    logs.mkdir(parents=True, exist_ok=True)
    remove_cgroups(identity)
    leash = ["setpriv", "--pdeathsig", "KILL"] if with_us else []
    namespaces = ["--pid", "--mount", "--net", "--uts", "--ipc", "--mount-proc", "--propagation", "slave"]
    # Where nobody listens for SIGCHLD the kernel buries the dead: all that the first process has to do.
    first = ["env", "--ignore-signal=CHLD", "sleep", "infinity"]
    outer = subprocess.Popen(
        [*leash, "unshare", *namespaces, "--fork", "--kill-child=KILL", "--", *first],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )
    machine = Machine(_child(outer), logs, identity=identity, _outer=[outer])
    try:
        machine.run("hostname", "caire")
        for folder in PRIVATE:
            _own_folder(machine, Path(folder), private)
        _network(machine)
    except BaseException:
        machine.stop()
        raise
    # One control group above all pods, so that they can be told from anybody else's.
    for hierarchy in _hierarchies():
        (hierarchy / identity.cgroup).mkdir(exist_ok=True)
    return machine


def _child(outer: subprocess.Popen[bytes], seconds: float = 20) -> Process:
    """The one child of `unshare` or `nsenter`: the program inside."""
    children = Path(f"/proc/{outer.pid}/task/{outer.pid}/children")
    deadline = time.monotonic() + seconds
    while outer.poll() is None and time.monotonic() < deadline:
        found = children.read_text(encoding="utf-8").split()
        if found:
            try:
                return Process.of(int(found[0]))
            except ProcessLookupError:
                continue
        time.sleep(0.01)
    said = outer.stderr.read().decode() if outer.stderr and outer.poll() is not None else ""
    raise MachineError(f"{outer.args!r} did not start: {said}")


def _own_folder(machine: Machine, folder: Path, private: Path) -> None:
    source = private / folder.relative_to("/").as_posix().replace("/", "-")
    source.mkdir(parents=True, exist_ok=True)
    folder.mkdir(parents=True, exist_ok=True)  # an empty folder of this name stays on the host
    machine.run("mount", "--bind", str(source), str(folder))


def _network(machine: Machine) -> None:
    """A cable between host and machine, named after the machine's first process; no way further out."""
    cable = f"caire{machine.init.pid}"
    ip = ["ip", "link", "add", cable, "type", "veth", "peer", "name", "eth0", "netns", str(machine.init.pid)]
    for command in (
        ip,
        ["ip", "address", "add", f"{machine.identity.host_ip}/30", "dev", cable],
        ["ip", "link", "set", cable, "up"],
    ):
        done = subprocess.run(command, capture_output=True, text=True)
        if done.returncode != 0:
            raise MachineError(f"{' '.join(command)}: {done.stderr.strip()}")
    machine.run("ip", "link", "set", "lo", "up")
    machine.run("ip", "address", "add", f"{machine.identity.node_ip}/30", "dev", "eth0")
    machine.run("ip", "link", "set", "eth0", "up")
    machine.run("ip", "route", "add", "default", "via", machine.identity.host_ip)
    machine.run("sysctl", "-qw", "net.ipv4.ip_forward=1", "net.ipv4.conf.all.rp_filter=0")
    # Without it the answers of a Service's pods go past kube-proxy's rules: no Service would work from pod to pod.
    machine.run("sysctl", "-qw", "net.bridge.bridge-nf-call-iptables=1")


def _hierarchies() -> list[Path]:
    """The control group hierarchies (version 1: one a controller; version 2: one)."""
    root = Path("/sys/fs/cgroup")
    if (root / "cgroup.controllers").exists():
        return [root]
    return sorted(folder for folder in root.iterdir() if (folder / "cgroup.procs").exists() and not folder.is_symlink())


def remove_cgroups(identity: Identity = NODE, seconds: float = 10) -> None:
    """Remove our control groups, which are empty once their processes are dead."""
    deadline = time.monotonic() + seconds
    for top in (hierarchy / identity.cgroup for hierarchy in _hierarchies()):
        while top.exists():
            try:
                # Deepest first; a group's files are the kernel's and go with it.
                for folder, _, _ in os.walk(top, topdown=False):
                    Path(folder).rmdir()
            except OSError:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.1)


def remains(identity: Identity = NODE) -> list[str]:
    """What of a machine is still there, in words; empty when all is gone."""
    shown = subprocess.run(["ip", "-json", "address", "show"], capture_output=True, text=True, check=True).stdout
    ends = {entry["local"]: device["ifname"] for device in json.loads(shown) for entry in device["addr_info"]}
    groups = [str(top) for top in (hierarchy / identity.cgroup for hierarchy in _hierarchies()) if top.exists()]
    cable = ends.get(identity.host_ip)
    return [*([f"network device {cable}"] if cable else []), *(f"control group {name}" for name in groups)]
