"""Says where a start is, from the pod and its events: a step that the waiting page has words for in both languages."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Literal

Step = Literal["queue", "home", "node", "image", "start"]

PROGRESS: dict[Step, int] = {"queue": 5, "home": 15, "node": 25, "image": 40, "start": 70}
"""How far each step is, percent: the order of the steps."""


def step_of(pod: Mapping[str, Any] | None, events: Iterable[Mapping[str, Any]]) -> Step:
    """The step of a start whose pod is `pod` (`None`: not asked for yet) and about which `events` were told."""
    if pod is None:
        return "home"
    status = pod.get("status", {})
    if status.get("phase") == "Running":
        return "start"
    reasons = [str(event.get("reason")) for event in events]
    if not _is_true(status, "PodScheduled"):
        # Nothing has room for it: a node is on its way, or somebody has to leave.
        return "node" if "FailedScheduling" in reasons else "home"
    if reasons.count("Pulling") > reasons.count("Pulled"):
        return "image"
    return "start" if "Pulled" in reasons or "Created" in reasons else "home"


def _is_true(status: Mapping[str, Any], condition: str) -> bool:
    return any(c.get("type") == condition and c.get("status") == "True" for c in status.get("conditions") or ())


def event(step: Step, **more: Any) -> dict[str, Any]:
    """What the waiting page is sent."""
    return {"progress": PROGRESS[step], "message": step, "step": step, **more}
