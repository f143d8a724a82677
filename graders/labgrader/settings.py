"""One typed settings object, read from one YAML file and the environment; an unknown key is an error.

The same file drives `caire up` on a laptop and the chart's ConfigMap. Environment variables override it:
`CAIRE_GRADER__WORKERS=4` sets `grader.workers`. The file is `caire.yaml` in the current folder, or the
path in `CAIRE_SETTINGS`.
"""

from __future__ import annotations

import os
from collections import Counter
from pathlib import Path
from typing import Any, Literal
from zoneinfo import ZoneInfo

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    YamlConfigSettingsSource,
)

from labgrader import setting_keys
from labgrader.cluster_settings import Cohort, KubernetesSettings

DEFAULT_FILE = "caire.yaml"
SETTINGS_VARIABLE = "CAIRE_SETTINGS"


class SettingsError(Exception):
    """The settings cannot be used; the message says which key, why, and what to do."""


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class HubSettings(_Section):
    """Sign-in, learner servers and addresses of the embedded deployment."""

    port: int = Field(
        default=8000, ge=1024, le=65000, description="Public port, on 127.0.0.1; the four ports after it are used too."
    )
    demo: bool = Field(
        default=True,
        description="Demo accounts, courses and releases at first start. With `false` nobody can sign in until another "
        "authenticator is configured.",
    )
    isolation: Literal["auto", "uid", "none"] = Field(
        default="auto",
        description="`uid`: one uid per learner, needs root. `none`: a marked demonstration. "
        "`auto`: `uid` as root, else `none`.",
    )
    base_uid: int = Field(default=200_000, ge=1000, description="First uid given to a learner.")
    idle_minutes: int = Field(default=60, ge=1, description="An idle learner server is stopped after this.")


class _Served(_Section):
    """What listens for requests."""

    host: str = Field(
        default="127.0.0.1", description="Address to listen on; `0.0.0.0` in a pod, where the network policy guards it."
    )
    drain_seconds: float = Field(
        default=0,
        ge=0,
        le=300,
        description="Told to stop, it is no longer ready but answers for so long; 5 or more behind a load balancer.",
    )


class ServiceSettings(_Served):
    """The exchange service."""

    port: int | None = Field(default=None, description="Port; `hub.port` + 3 when not given.")
    url: str | None = Field(
        default=None, description="Its address for graders and servers elsewhere, up to `/services/exchange`."
    )
    database_url: str | None = Field(default=None, description="SQLAlchemy URL; SQLite in `state_dir` if none.")
    blob_url: str | None = Field(default=None, description="fsspec URL; a folder in `state_dir` if none.")
    gradebook_url: str | None = Field(
        default=None,
        description="SQLAlchemy URL of nbgrader's gradebook with `{course}` in it; SQLite in `state_dir` if none.",
    )
    max_upload_mib: int = Field(default=20, ge=1, description="Largest submission, compressed, MiB.")
    max_unpacked_mib: int = Field(default=100, ge=1, description="Largest submission, unpacked, MiB.")
    max_files: int = Field(default=200, ge=1, description="Most files in one submission.")
    demo_due_days: int = Field(default=28, ge=1, description="Due date of the demo releases, days from now.")


class PortalSettings(_Served):
    """The pages for learners and trainers."""

    port: int | None = Field(default=None, description="Port; `hub.port` + 4 when not given.")


class GraderSettings(_Section):
    """The resident grader."""

    workers: int | None = Field(
        default=None,
        ge=1,
        le=64,
        description="Submissions graded at the same time, in each process that grades; if not given, one more than the "
        "processors that it may use, as one is fetched or handed in while others run.",
    )
    gpus: int = Field(
        default=0, ge=0, le=64, description="Beside them, submissions of labs that need a GPU; with 0 they wait."
    )
    scheduler: str | None = Field(
        default=None,
        description="Address of `caire grader scheduler`, such as `tls://10.0.0.5:8786`: `caire grader worker` grades; "
        "`caire grader` does if none.",
    )
    tls: Path | None = Field(
        default=None, description="Folder with the certificates of that cluster (`caire grader certificates FOLDER`)."
    )
    drain_seconds: float = Field(
        default=0,
        ge=0,
        description="Told to stop, a worker finishes what it grades for so long, then gives back what is left.",
    )
    ready_file: Path | None = Field(
        default=None, description="A file that is there while a worker takes submissions, for the probe of a pod."
    )
    engine: str = Field(
        default="sealed",
        description="Name of an entry point in `caire.engines`: `sealed`, or `nbgrader`, the reference that it is "
        "compared with.",
    )
    lease_seconds: float = Field(
        default=20, gt=1, description="A grader silent for this long loses its submission to another."
    )
    max_tries: int = Field(default=3, ge=1, description="Crashes of the grader before a submission is given up.")
    isolation: Literal["auto", "uid", "none"] = Field(
        default="auto", description="As `hub.isolation`, for graded code."
    )
    uid: int = Field(default=199_999, ge=1000, description="Uid under which learner code is graded, as root.")
    minimum: tuple[str, ...] = Field(
        default=("no_new_privs", "seccomp", "rlimits", "landlock|mount_ns"),
        description="Sandbox layers without which the sealed engine refuses to grade; `a|b` asks for one of them.",
    )
    preload: tuple[str, ...] = Field(
        default=("numpy", "pandas", "matplotlib.pyplot", "sklearn", "torch", "labkit"),
        description="Modules that the sealed engine's warm server imports once, for every grading.",
    )

    @property
    def places(self) -> int:
        """Submissions graded at the same time, in each process that grades."""
        return self.workers or len(os.sched_getaffinity(0)) + 1


class LabSettings(_Section):
    """What labs need at run time."""

    models_dir: Path | None = Field(default=None, description="Local models; `models` in `state_dir` if none.")
    catalogue_dir: Path | None = Field(default=None, description="Built labs; `catalogue` in `state_dir` if none.")


class Settings(BaseSettings):
    """All settings. Paths are absolute once loaded."""

    model_config = SettingsConfigDict(
        env_prefix="CAIRE_",
        env_nested_delimiter="__",
        extra="forbid",
        frozen=True,
        nested_model_default_partial_update=True,
    )

    state_dir: Path = Field(default=Path("caire-state"), description="All state of the embedded deployment.")
    language: Literal["fr", "en"] = Field(default="fr", description="Language of whoever has not chosen one.")
    time_zone: str = Field(
        default="Europe/Paris", description="Time zone in which dates are told and typed, everywhere (IANA name)."
    )
    hub: HubSettings = HubSettings()
    service: ServiceSettings = ServiceSettings()
    portal: PortalSettings = PortalSettings()
    grader: GraderSettings = GraderSettings()
    lab: LabSettings = LabSettings()
    kubernetes: KubernetesSettings = KubernetesSettings()
    cohorts: tuple[Cohort, ...] = Field(default=(), description="Who works when.")

    @field_validator("time_zone")
    @classmethod
    def _known_zone(cls, name: str) -> str:
        try:
            ZoneInfo(name)
        except (KeyError, ValueError):
            raise ValueError("no such time zone; give an IANA name such as Europe/Paris or Indian/Reunion") from None
        return name

    @model_validator(mode="after")
    def _cohorts_fit_together(self) -> Settings:
        twice = [name for name, times in Counter(cohort.id for cohort in self.cohorts).items() if times > 1]
        if twice:
            raise ValueError(f"cohorts: the id {twice[0]} is there more than once; give each cohort its own")
        profiles = self.kubernetes.profiles
        for cohort in self.cohorts:
            if cohort.profile not in profiles:
                raise ValueError(
                    f"cohorts: {cohort.id} names the profile {cohort.profile}; known are {', '.join(profiles)}"
                )
        return self

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Arguments, then the environment, then the YAML file."""
        file = settings_file()
        sources: tuple[PydanticBaseSettingsSource, ...] = (init_settings, env_settings)
        return (*sources, YamlConfigSettingsSource(settings_cls, file)) if file else sources

    @property
    def base_url(self) -> str:
        """Public address, without a trailing slash."""
        return f"http://127.0.0.1:{self.hub.port}"

    @property
    def service_port(self) -> int:
        """Port of the exchange service."""
        return self.service.port or self.hub.port + 3

    @property
    def portal_port(self) -> int:
        """Port of the portal."""
        return self.portal.port or self.hub.port + 4

    @property
    def service_url(self) -> str:
        """Address of the exchange service inside the deployment, without a trailing slash."""
        return self.service.url or f"http://127.0.0.1:{self.service_port}/services/exchange"

    @property
    def database_url(self) -> str:
        """SQLAlchemy URL of the exchange database."""
        return self.service.database_url or f"sqlite:///{self.state_dir / 'exchange.sqlite'}"

    @property
    def blob_url(self) -> str:
        """fsspec URL of the blob store."""
        return self.service.blob_url or f"file://{self.state_dir / 'blobs'}"

    def gradebook_url(self, course: str) -> str:
        """SQLAlchemy URL of nbgrader's gradebook for `course`."""
        if self.service.gradebook_url:
            return self.service.gradebook_url.replace("{course}", course)
        return f"sqlite:///{self.state_dir / 'gradebooks' / course}.db"

    @property
    def models_dir(self) -> Path:
        """Folder of the local models."""
        return self.lab.models_dir or self.state_dir / "models"

    @property
    def catalogue_dir(self) -> Path:
        """Folder of the built labs."""
        return self.lab.catalogue_dir or self.state_dir / "catalogue"


def settings_file() -> Path | None:
    """The YAML file in force, or `None`. Raises `SettingsError` if `CAIRE_SETTINGS` names none."""
    named = os.environ.get(SETTINGS_VARIABLE)
    if named:
        path = Path(named)
        if not path.is_file():
            raise SettingsError(f"{SETTINGS_VARIABLE} names {path}, which is not a file: correct or unset it.")
        return path
    default = Path(DEFAULT_FILE)
    return default if default.is_file() else None


def load(**overrides: Any) -> Settings:
    """Read the settings. Raises `SettingsError` with one sentence per faulty key."""
    try:
        settings = Settings(**overrides)
    except ValidationError as error:
        raise SettingsError("\n".join(_explain(e["loc"], e["type"], e["msg"]) for e in error.errors())) from None
    except yaml.YAMLError as error:
        raise SettingsError(f"The settings file is not valid YAML: {error}") from None
    return settings.model_copy(update={"state_dir": settings.state_dir.absolute()})


def _explain(location: tuple[int | str, ...], kind: str, message: str) -> str:
    key = setting_keys.dotted(location)
    if kind != "extra_forbidden":
        return f"Setting {key}: {_sentence(message)}" if key else f"Settings: {_sentence(message)}"
    near = setting_keys.nearest(location, Settings)
    return f"Unknown setting {key}. " + (f"Did you mean {near}?" if near else f"Known keys: {', '.join(known_keys())}.")


def _sentence(message: str) -> str:
    return f"{message.removeprefix('Value error, ')}."


def known_keys() -> list[str]:
    """Every key a settings file may hold, dotted."""
    return [key.name for key in setting_keys.keys(Settings)]


def reference() -> str:
    """The settings as a Markdown table: key, default, meaning."""
    return setting_keys.table(Settings)
