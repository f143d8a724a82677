"""The kinds of machines as a person chooses among them: pure, and in the reader's language on the page."""

from __future__ import annotations

from dataclasses import dataclass

from labgrader.cluster_settings import KubernetesSettings, bytes_of
from labgrader.record import Text
from labhub.kubernetes.profiles import Person, open_to, recommended

GIB = 1024**3


@dataclass(frozen=True)
class Choice:
    """One kind of machine: `gib` of memory, for `minutes` at most; `few`: one may have to wait for it."""

    name: str
    title: Text
    cores: float
    gib: float
    gpu: bool
    minutes: int | None
    few: bool
    chosen: bool


def choices(settings: KubernetesSettings, person: Person, last: str) -> list[Choice]:
    """What `person` may choose; that of `last` time is chosen, or what stands for it."""
    chosen = recommended(settings, person, last)
    return [
        Choice(
            name=name,
            title=profile.title,
            cores=profile.cpu_limit,
            gib=round(bytes_of(profile.memory_limit) / GIB, 1),
            gpu=any("gpu" in key or "mig-" in key for key in profile.resources),
            minutes=profile.max_minutes,
            few=profile.seats is not None,
            chosen=name == chosen,
        )
        for name in open_to(settings, person)
        if (profile := settings.profiles[name])
    ]
