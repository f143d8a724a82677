"""Decides who may use which kind of machine, and what a pod of it is made of: pure functions of settings and groups."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from labgrader.cluster_settings import KubernetesSettings, Profile
from labgrader.names import COHORT_GROUP_PREFIX, LEARNER_GROUP_PREFIX, TRAINER_GROUP_PREFIX

NOBODY = "none"
"""The cohort of whoever belongs to none, as a label of a pod."""


@dataclass(frozen=True)
class Person:
    """Who asks for a server: what the hub's groups say."""

    groups: frozenset[str] = frozenset()
    admin: bool = False

    @classmethod
    def of(cls, groups: Iterable[str], admin: bool = False) -> Person:
        """The person with these groups."""
        return cls(frozenset(groups), admin)

    @property
    def courses(self) -> frozenset[str]:
        """Courses that the person follows or teaches."""
        return self._suffixes(LEARNER_GROUP_PREFIX) | self._suffixes(TRAINER_GROUP_PREFIX)

    @property
    def cohorts(self) -> frozenset[str]:
        """Cohorts that the person belongs to."""
        return self._suffixes(COHORT_GROUP_PREFIX)

    @property
    def cohort(self) -> str:
        """The one that a seat counts for: the first by name, since nobody may wait in two queues."""
        return min(self.cohorts, default=NOBODY)

    def _suffixes(self, prefix: str) -> frozenset[str]:
        return frozenset(name.removeprefix(prefix) for name in self.groups if name.startswith(prefix))


class NotEntitledError(Exception):
    """The person may not have the profile that was asked for; `profile` is its name."""

    def __init__(self, profile: str) -> None:
        self.profile = profile
        super().__init__(f"The profile {profile} does not exist or is not open to this person.")


def is_open_to(profile: Profile, person: Person) -> bool:
    """Whether the profile is offered at all, and to this person."""
    if profile.seats == 0:
        return False
    if person.admin or not (profile.courses or profile.cohorts):
        return True
    return not person.courses.isdisjoint(profile.courses) or not person.cohorts.isdisjoint(profile.cohorts)


def open_to(settings: KubernetesSettings, person: Person) -> list[str]:
    """Names of the profiles that the person may use, the default one first."""
    names = [name for name, profile in settings.profiles.items() if is_open_to(profile, person)]
    return sorted(names, key=lambda name: name != settings.default_profile)


def demanded(settings: KubernetesSettings, person: Person, name: str) -> str:
    """`name`, if the person may use it. Raises `NotEntitledError`."""
    if name not in settings.profiles or not is_open_to(settings.profiles[name], person):
        raise NotEntitledError(name)
    return name


def recommended(settings: KubernetesSettings, person: Person, name: str) -> str:
    """The profile for a lab that recommends `name`: that one, or the nearest of its fallbacks open to the person."""
    here: str | None = name if name in settings.profiles else None
    while here is not None and not is_open_to(settings.profiles[here], person):
        here = settings.profiles[here].fallback
    return here or settings.default_profile


def pod_traits(profile: Profile, name: str, cohort: str, base: Mapping[str, Any]) -> dict[str, Any]:
    """What KubeSpawner is told for a server of `profile`; `base` is what it has been told for every server."""
    traits: dict[str, Any] = {
        "cpu_guarantee": profile.cpu_guarantee,
        "cpu_limit": profile.cpu_limit,
        "mem_guarantee": profile.memory_guarantee,
        "mem_limit": profile.memory_limit,
        "extra_resource_limits": {key: str(number) for key, number in profile.resources.items()},
        # An extended resource is not overcommitted: what is guaranteed is what is limited.
        "extra_resource_guarantees": {key: str(number) for key, number in profile.resources.items()},
        "node_selector": {**base.get("node_selector", {}), **profile.node_selector},
        "tolerations": [
            *base.get("tolerations", []),
            *(toleration.model_dump(exclude_none=True) for toleration in profile.tolerations),
        ],
        "extra_labels": {**base.get("extra_labels", {}), PROFILE_LABEL: name, COHORT_LABEL: cohort},
        "extra_pod_config": {**base.get("extra_pod_config", {}), **_end(profile)},
    }
    return traits | ({"image": profile.image} if profile.image else {})


def told(profile: Profile, name: str, now: datetime) -> dict[str, str]:
    """What a server of `profile` that starts at `now` gets to know of itself: above all, when it ends."""
    if profile.max_minutes is None:
        return {"CAIRE_PROFILE": name}
    end = now + timedelta(minutes=profile.max_minutes)
    warned = end - timedelta(minutes=profile.warn_minutes)
    return {
        "CAIRE_PROFILE": name,
        "CAIRE_SERVER_ENDS": end.isoformat(timespec="seconds"),
        "CAIRE_SERVER_WARNS": warned.isoformat(timespec="seconds"),
    }


PROFILE_LABEL = "caire-labs/profile"
COHORT_LABEL = "caire-labs/cohort"
"""Labels of a learner's pod: what seats are counted by, and costs are shared by."""


def _end(profile: Profile) -> dict[str, Any]:
    """The end of a time-boxed server: kept by the kubelet, so that no restart of the hub prolongs it."""
    return {} if profile.max_minutes is None else {"activeDeadlineSeconds": profile.max_minutes * 60}
