"""The settings of a cluster: profiles, homes and cohorts; each value is checked, so that a planner never has to.

Sizes are Kubernetes quantities as KubeSpawner reads them (`2G`, `512M`); processors are cores.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints, field_validator, model_validator

from labgrader.names import Slug
from labgrader.record import Text

Size = Annotated[str, StringConstraints(pattern=r"^[1-9][0-9]*(\.[0-9]+)?[KMGT]$")]
"""An amount of memory: a number and K, M, G or T (powers of 1024)."""

Quantity = Annotated[str, StringConstraints(pattern=r"^[1-9][0-9]*(Ki|Mi|Gi|Ti)$")]
"""An amount of storage, as Kubernetes writes it."""


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Toleration(_Section):
    """A taint of a node that pods of a profile accept; the names are those of Kubernetes."""

    key: str | None = Field(default=None, description="Key of the taint; every taint if none.")
    operator: Literal["Equal", "Exists"] = Field(default="Exists", description="How `value` is compared.")
    value: str | None = Field(default=None, description="Value of the taint, with `Equal`.")
    effect: Literal["NoSchedule", "PreferNoSchedule", "NoExecute"] | None = Field(
        default=None, description="Effect of the taint; each effect if none."
    )


class Profile(_Section):
    """A kind of machine that a learner's server can run on."""

    title: Text = Field(description="What people call it, `{fr: …, en: …}`.")
    cpu_guarantee: float = Field(gt=0, description="Cores that a server always has.")
    cpu_limit: float = Field(gt=0, description="Cores that it may use at most.")
    memory_guarantee: Size = Field(description="Memory that a server always has.")
    memory_limit: Size = Field(description="Memory at which it is ended.")
    resources: dict[str, int] = Field(default={}, description="Extended resources, such as `nvidia.com/gpu: 1`.")
    node_selector: dict[str, str] = Field(default={}, description="Labels that a node must have.")
    tolerations: tuple[Toleration, ...] = Field(default=(), description="Taints that its pods accept.")
    image: str | None = Field(default=None, description="Image; `kubernetes.image` if none.")
    max_minutes: int | None = Field(default=None, ge=5, description="A server is stopped after this; never if none.")
    warn_minutes: int = Field(default=10, ge=1, description="The learner is warned so long before.")
    seats: int | None = Field(
        default=None,
        ge=0,
        description="Servers at the same time: the next one waits. No bound if none; 0: not offered.",
    )
    wait_minutes: float = Field(
        default=20, gt=0, description="Whoever waited so long for a seat gets a server of `fallback` instead."
    )
    fallback: Slug | None = Field(default=None, description="Profile for whoever waited in vain, or is not entitled.")
    start_minutes: float = Field(default=5, gt=0, description="Time for image and node to get ready.")
    courses: tuple[Slug, ...] = Field(default=(), description="Courses whose people may use it.")
    cohorts: tuple[Slug, ...] = Field(default=(), description="Cohorts whose people may use it; all if neither.")

    @model_validator(mode="after")
    def _limits_hold_guarantees(self) -> Profile:
        if self.cpu_limit < self.cpu_guarantee:
            raise ValueError("cpu_limit is less than cpu_guarantee: a server could not use what it is given")
        if bytes_of(self.memory_limit) < bytes_of(self.memory_guarantee):
            raise ValueError("memory_limit is less than memory_guarantee: a server could not use what it is given")
        if self.max_minutes is not None and self.warn_minutes >= self.max_minutes:
            raise ValueError("warn_minutes is not less than max_minutes: the warning would come with the start")
        return self


def bytes_of(size: str) -> float:
    """A `Size` in bytes."""
    return float(size[:-1]) * 1024.0 ** ("KMGT".index(size[-1]) + 1)


_GPU: dict[str, Any] = {
    "cpu_guarantee": 1,
    "cpu_limit": 4,
    "memory_guarantee": "4G",
    "memory_limit": "8G",
    "tolerations": [{"key": "nvidia.com/gpu"}],
    "max_minutes": 240,
    "seats": 0,
    "fallback": "cpu",
    # A GPU node that has to be bought from a cloud takes about ten minutes.
    "start_minutes": 15,
}

DEFAULT_PROFILES: dict[str, dict[str, Any]] = {
    "cpu": {
        "title": {"fr": "Standard", "en": "Standard"},
        "cpu_guarantee": 0.2,
        "cpu_limit": 2,
        "memory_guarantee": "768M",
        "memory_limit": "2G",
    },
    "cpu-large": {
        "title": {"fr": "Grande mémoire", "en": "Large memory"},
        "cpu_guarantee": 1,
        "cpu_limit": 4,
        "memory_guarantee": "3G",
        "memory_limit": "6G",
        "fallback": "cpu",
    },
    "gpu-shared": {
        **_GPU,
        "title": {"fr": "GPU partagé", "en": "Shared GPU"},
        "cpu_guarantee": 0.5,
        "memory_guarantee": "3G",
        # NVIDIA's device plugin calls time slices so (`renameByDefault`); a MIG slice is `nvidia.com/mig-1g.5gb`.
        "resources": {"nvidia.com/gpu.shared": 1},
    },
    "gpu": {**_GPU, "title": {"fr": "GPU", "en": "GPU"}, "resources": {"nvidia.com/gpu": 1}},
}
"""What a key under `kubernetes.profiles` changes; another name is a profile of one's own and has no defaults."""


class Homes(_Section):
    """The learners' homes: one volume each, kept when the server stops."""

    size: Quantity = Field(default="5Gi", description="Size of a home, where the storage class enforces it a quota.")
    storage_class: str | None = Field(default=None, description="Storage class; the cluster's default one if none.")
    retention_days: int = Field(
        default=90, ge=1, description="A home is archived, then deleted, so long after its cohorts' last session."
    )


class KubernetesSettings(_Section):
    """Learner servers as pods."""

    image: str | None = Field(default=None, description="Image of a learner's server; the chart's if none.")
    default_profile: Slug = Field(default="cpu", description="Profile of whoever asks for none; open to all.")
    profiles: dict[Slug, Profile] = Field(
        default_factory=lambda: dict(DEFAULT_PROFILES), validate_default=True, description="Kinds of machines, by name."
    )
    homes: Homes = Homes()

    @field_validator("profiles", mode="before")
    @classmethod
    def _over_the_defaults(cls, given: Any) -> Any:
        if not isinstance(given, Mapping):
            return given
        names = [*DEFAULT_PROFILES, *(name for name in given if name not in DEFAULT_PROFILES)]
        return {name: _merged(DEFAULT_PROFILES.get(name, {}), given.get(name, {})) for name in names}

    @model_validator(mode="after")
    def _names_exist(self) -> KubernetesSettings:
        default = self.profiles.get(self.default_profile)
        if default is None:
            raise ValueError(f"default_profile names {self.default_profile}, which is no profile: {self._known()}")
        if default.courses or default.cohorts or default.seats is not None:
            raise ValueError(f"default_profile {self.default_profile} must be open to all: no courses, cohorts, seats")
        for name in self.profiles:
            self._require_an_end(name)
        return self

    def _require_an_end(self, name: str) -> None:
        seen, here = {name}, self.profiles[name].fallback
        while here is not None:
            if here not in self.profiles:
                raise ValueError(f"profiles.{name}.fallback leads to {here}, which is no profile: {self._known()}")
            if here in seen:
                raise ValueError(f"profiles.{name}.fallback leads back to {here}: let one of them have no fallback")
            seen.add(here)
            here = self.profiles[here].fallback

    def _known(self) -> str:
        return f"known are {', '.join(self.profiles)}"


def _merged(default: Mapping[str, Any], given: Any) -> Any:
    return {**default, **given} if isinstance(given, Mapping) else given


class Session(_Section):
    """One time at which a cohort works together."""

    start: AwareDatetime = Field(description="Begin, with its offset: `2027-01-11T09:00:00+01:00`.")
    end: AwareDatetime = Field(description="End, with its offset.")
    warm_minutes: int = Field(default=20, ge=0, description="The cluster is grown so long before.")

    @model_validator(mode="after")
    def _ends_after_its_start(self) -> Session:
        if self.end <= self.start:
            raise ValueError("end is not after start: correct one of them")
        return self


class Cohort(_Section):
    """People who follow a course together; who belongs to it is the hub's group `cohort-<id>`."""

    id: Slug = Field(description="Identifier.")
    course: Slug = Field(description="Course that it follows.")
    learners: int = Field(gt=0, description="How many people are expected.")
    profile: Slug = Field(default="cpu", description="Profile that most of them will use: what is kept warm.")
    language: Literal["fr", "en"] = Field(default="fr", description="Language of its messages.")
    sessions: tuple[Session, ...] = Field(default=(), description="When it works.")

    @property
    def last_end(self) -> datetime | None:
        """When its last session ends."""
        return max((session.end for session in self.sessions), default=None)
