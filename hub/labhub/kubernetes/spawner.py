"""Starts a learner's JupyterLab as a pod: of a profile that the person may use, once there is a seat for it.

Its options: `profile`, which is demanded, or `recommended`, to which the person comes as near as may be. What became of
it is in the option `got`.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

from kubespawner import KubeSpawner
from sqlalchemy.orm import object_session
from traitlets import Instance, Unicode, default

from labgrader.cluster_settings import KubernetesSettings
from labhub.kubernetes import progress, refusals
from labhub.kubernetes.choices import Choice, choices
from labhub.kubernetes.desk import Desk
from labhub.kubernetes.profiles import NotEntitledError, Person, demanded, pod_traits, recommended, told
from labhub.kubernetes.waiting import Wait, open_desk, patience
from labhub.kubernetes.watchdog import Watchdog

AGAIN = "again"
"""As a profile: the one of last time."""
BASE_TRAITS = ("image", "node_selector", "tolerations", "extra_labels", "extra_pod_config", "environment")
PROGRESS_SECONDS = 1.0


class LabPodSpawner(KubeSpawner):
    """One pod a learner."""

    kubernetes = Instance(KubernetesSettings, help="The section of the settings.").tag(config=True)
    time_zone = Unicode("Europe/Paris", help="Of the times that people are told.").tag(config=True)

    desk: ClassVar[Desk | None] = None
    user_options: dict[str, Any]
    watchdog: ClassVar[Watchdog] = Watchdog()

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._base = {name: getattr(self, name) for name in BASE_TRAITS}
        self._wait: Wait | None = None
        self.ticket: dict[str, Any] | None = None

    @property
    def person(self) -> Person:
        """Who the server is for, as the hub's groups say now."""
        return Person.of((group.name for group in self.user.groups), bool(self.user.admin))

    @property
    def choices(self) -> list[Choice]:
        """What the page offers to the person."""
        return choices(self.kubernetes, self.person, self.last_profile)

    @property
    def last_profile(self) -> str:
        """The profile that was asked for last time, or the default one."""
        options = self.orm_spawner.user_options or {}
        return str(options.get("profile") or options.get("recommended") or self.kubernetes.default_profile)

    def options_from_query(self, query_data: dict[str, list[str]]) -> dict[str, str]:
        """What `/hub/spawn?opt-…` asks for. Raises HTTP 403 for a profile that the person may not use."""
        return self._options_from_form(query_data)

    def _options_from_form(self, formdata: dict[str, list[str]]) -> dict[str, str]:
        asked = {name: values[0] for name, values in formdata.items() if values}
        if asked.get("profile") == AGAIN:
            return {"recommended": self.last_profile}
        if "profile" in asked:
            return {"profile": self._demanded(asked["profile"])}
        return {"recommended": asked.get("recommended", self.kubernetes.default_profile)}

    def _demanded(self, name: str) -> str:
        try:
            return demanded(self.kubernetes, self.person, name)
        except NotEntitledError:
            raise refusals.refusal(403, refusals.NOT_OPEN) from None

    def asked_for(self, options: dict[str, Any]) -> str:
        """The profile that `options` come to, wherever they are from. Raises HTTP 403 for one that is not open."""
        if "profile" in options:
            return self._demanded(str(options["profile"]))
        return recommended(self.kubernetes, self.person, str(options.get("recommended", "")))

    @default("apply_user_options")
    def _default_apply_user_options(self) -> Any:
        # Called by the hub for every start, whether by a form, a link or the API.
        return LabPodSpawner.asked_for

    def start(self) -> asyncio.Future[str]:
        """Start the pod; what it may take is known before: the waits for seats, and the slowest profile's start."""
        asked = self.asked_for(self.user_options)
        self.start_timeout = patience(self.kubernetes, self.person, asked)
        started: asyncio.Future[str] = super().start()
        started.add_done_callback(lambda _: self._arrived())
        return started

    async def load_user_options(self) -> None:
        """Make the pod one of the profile asked for, or of a fallback where no seat came free. Raises HTTP 403, 503."""
        asked = self.asked_for(self.user_options)
        await self._start_watching_pods()  # taken seats are read off the pods
        self._wait = Wait(self, self._desk(), asked)
        name = await self._wait.seated()
        if name is None:
            raise refusals.refusal(503, refusals.NO_SEAT)
        self.use(name)
        self.user_options = {**self.user_options, "got": name}
        self.orm_spawner.user_options = self.user_options
        self.start_timeout = int(self.kubernetes.profiles[name].start_minutes * 60)

    def use(self, name: str) -> None:
        """Make the pod one of the profile `name`."""
        profile = self.kubernetes.profiles[name]
        for trait, value in (self._base | pod_traits(profile, name, self.person.cohort, self._base)).items():
            setattr(self, trait, value)
        self.environment = {**self._base["environment"], **told(profile, name, datetime.now(UTC))}

    def _desk(self) -> Desk:
        if LabPodSpawner.desk is None:
            LabPodSpawner.desk = open_desk(self.kubernetes, self._session)
        return LabPodSpawner.desk

    def _arrived(self) -> None:
        if self._wait is not None:
            self._wait.over()

    def keep_ticket(self, ticket: dict[str, Any] | None) -> None:
        """Remember the place in the queue where a restart of the hub does not reach it, or forget it."""
        self.ticket = ticket
        self.orm_spawner.state = self.get_state()
        self._session.commit()

    @property
    def _session(self) -> Any:
        # The hub's own: it knows one thread and one session, and commits before each wait, as this does.
        return object_session(self.orm_spawner)

    def get_state(self) -> dict[str, Any]:
        """What the hub stores of this server."""
        state: dict[str, Any] = super().get_state()
        return state | ({"ticket": self.ticket} if self.ticket else {})

    def load_state(self, state: dict[str, Any]) -> None:
        """Take up what the hub has stored of this server."""
        super().load_state(state)
        self.ticket = state.get("ticket")

    async def _start_reflector(self, *args: Any, **kwargs: Any) -> Any:
        self.watchdog.ensure(self.reflectors)
        return await super()._start_reflector(*args, **kwargs)

    async def progress(self) -> AsyncIterator[dict[str, Any]]:
        """What the waiting page shows, each step once and each change of the place; the page holds the words."""
        said: dict[str, Any] = {}
        while self._start_future is None or not self._start_future.done():
            if (now := self.step()) != said:
                said = now
                yield said
            await asyncio.sleep(PROGRESS_SECONDS)

    def step(self) -> dict[str, Any]:
        """Where the start is."""
        wait = self._wait
        if wait is not None and (place := wait.place) is not None:
            title = self.kubernetes.profiles[str(wait.profile)].title
            until = datetime.fromtimestamp(wait.until, ZoneInfo(self.time_zone)).strftime("%H:%M")
            return progress.event("queue", place=place, until=until, title=title.model_dump())
        pods = self.pod_reflector.pods if self.pod_reflector else {}
        pod = pods.get(f"{self.namespace}/{self.pod_name}")
        return progress.event(progress.step_of(pod, self.events), fallback=bool(wait and wait.in_vain))
