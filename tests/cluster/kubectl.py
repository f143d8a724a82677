"""Calls kubectl on one cluster, and waits by its watches instead of by the clock."""

from __future__ import annotations

import base64
import json
import subprocess
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

Object = dict[str, Any]


class KubectlError(RuntimeError):
    """kubectl refused; the sentence is its own."""


@dataclass(frozen=True)
class Kubectl:
    """kubectl with a kubeconfig, and a namespace of its own if one is given."""

    program: Path
    kubeconfig: Path
    namespace: str | None = None

    def within(self, namespace: str) -> Kubectl:
        """The same in `namespace`."""
        return Kubectl(self.program, self.kubeconfig, namespace)

    def command(self, *arguments: str) -> list[str]:
        """The command line."""
        place = ["--namespace", self.namespace] if self.namespace else []
        return [str(self.program), "--kubeconfig", str(self.kubeconfig), *place, *arguments]

    def __call__(self, *arguments: str, stdin: str | None = None, timeout: float = 300) -> str:
        """What `kubectl ARGUMENTS` prints."""
        done = subprocess.run(
            self.command(*arguments), input=stdin, capture_output=True, text=True, timeout=timeout, check=False
        )
        if done.returncode != 0:
            raise KubectlError(f"kubectl {' '.join(arguments)}: {done.stderr.strip()}")
        return done.stdout

    def apply(self, *objects: Object) -> None:
        """Create or change `objects`."""
        self("apply", "-f", "-", stdin=yaml.safe_dump_all(objects))

    def get(self, kind: str, name: str) -> Object:
        """One object."""
        found: Object = json.loads(self("get", kind, name, "-o", "json"))
        return found

    def list(self, kind: str, selector: str = "", *, everywhere: bool = False) -> list[Object]:
        """The objects of `kind` with the labels of `selector`."""
        arguments = ["get", kind, "-o", "json", *(["-l", selector] if selector else [])]
        found: list[Object] = json.loads(self(*arguments, *(["-A"] if everywhere else [])))["items"]
        return found

    def wait(self, what: str, condition: str, seconds: float = 120) -> None:
        """Until `what` fulfils `condition`, as `kubectl wait --for` knows them."""
        self("wait", what, f"--for={condition}", f"--timeout={seconds:.0f}s", timeout=seconds + 30)

    def rollout(self, what: str, seconds: float = 300) -> None:
        """Until a Deployment, StatefulSet or DaemonSet runs as it is declared."""
        self("rollout", "status", what, f"--timeout={seconds:.0f}s", timeout=seconds + 30)

    def execute(self, pod: str, *command: str, stdin: str | None = None) -> str:
        """What `command` prints in `pod`."""
        return self("exec", *(["-i"] if stdin is not None else []), pod, "--", *command, stdin=stdin)

    def stored(self, kind: str, name: str, key: str) -> str:
        """One entry of a Secret or a ConfigMap, in clear."""
        value = str(self.get(kind, name)["data"][key])
        return base64.b64decode(value).decode() if kind == "secret" else value


def ready(pod: Object) -> bool:
    """Whether `pod` takes requests."""
    conditions = pod.get("status", {}).get("conditions", [])
    return any(each["type"] == "Ready" and each["status"] == "True" for each in conditions)


def names(objects: Sequence[Object], where: Callable[[Object], bool] = lambda _: True) -> list[str]:
    """The names of those `objects` for which `where` holds."""
    return [str(item["metadata"]["name"]) for item in objects if where(item)]
