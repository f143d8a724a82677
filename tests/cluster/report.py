"""What a namespace went through during a test: its events as they come, and the logs of pods that are not well.

pytest shows it with a test that failed (`tests.cluster.conftest`): whoever reads the report needs no cluster any more.
"""

from __future__ import annotations

import json
import subprocess
import threading
import time
from dataclasses import dataclass, field
from typing import Any

from tests.cluster.kubectl import Kubectl, KubectlError, Object, ready

LOG_LINES = 60


@dataclass
class Events:
    """The events of a namespace, gathered by a thread of its own from `start` to `stop`."""

    kubectl: Kubectl
    lines: list[tuple[float, str]] = field(default_factory=list)
    _process: subprocess.Popen[str] | None = None

    def start(self) -> None:
        """Begin to gather."""
        columns = "TYPE:.type,REASON:.reason,KIND:.involvedObject.kind,NAME:.involvedObject.name,MESSAGE:.message"
        command = self.kubectl.command("get", "events", "--watch", "--no-headers", "-o", f"custom-columns={columns}")
        self._process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        threading.Thread(target=self._read, args=(self._process,), daemon=True).start()

    def stop(self) -> None:
        """End it."""
        if self._process:
            self._process.terminate()
            self._process.wait()

    def since(self, moment: float) -> str:
        """What has come since `moment` (of `time.time`), a line each."""
        return "\n".join(
            f"{time.strftime('%H:%M:%S', time.localtime(at))} {line}" for at, line in self.lines if at >= moment
        )

    def _read(self, process: subprocess.Popen[str]) -> None:
        stream: Any = process.stdout
        for line in stream:
            self.lines.append((time.time(), " ".join(line.split())))


def ailing(pod: Object) -> bool:
    """Whether `pod` is not as it should be: neither ready nor done, or with a container that had to start again."""
    status = pod.get("status", {})
    again = any(each.get("restartCount") for each in status.get("containerStatuses", []))
    return again or not (ready(pod) or status.get("phase") == "Succeeded")


def sections(kubectl: Kubectl, events: Events, since: float) -> list[tuple[str, str]]:
    """Titles and texts for a report: events, pods, and the logs of those that ail."""
    found = [(f"events of {kubectl.namespace}", events.since(since))]
    try:
        pods = kubectl.list("pods")
        found.append((f"pods of {kubectl.namespace}", kubectl("get", "pods", "-o", "wide")))
    except KubectlError as error:
        return [*found, ("the cluster does not answer", str(error))]
    return found + [log for pod in filter(ailing, pods) for log in _logs(kubectl, pod)]


def _logs(kubectl: Kubectl, pod: Object) -> list[tuple[str, str]]:
    name = pod["metadata"]["name"]
    statuses = pod.get("status", {}).get("containerStatuses", [])
    found = [(f"state of {name}", json.dumps([each.get("state") for each in statuses], indent=1))]
    again = any(each.get("restartCount") for each in statuses)
    for title, option in (("log", []), ("log before the restart", ["--previous"])):
        if option and not again:
            continue
        try:
            text = kubectl("logs", name, "--all-containers", f"--tail={LOG_LINES}", *option)
        except KubectlError as error:  # a pod that has not started has no log
            text = str(error)
        found.append((f"{title} of {name}", text))
    return found
