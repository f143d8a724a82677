"""Starts a learner's JupyterLab as a pod: of a profile that the person may use, and of no other."""

from __future__ import annotations

from typing import Any

from kubespawner import KubeSpawner
from tornado import web
from traitlets import Instance, Unicode

from labgrader.cluster_settings import KubernetesSettings
from labhub.kubernetes.profiles import NotEntitledError, Person, demanded, pod_traits, recommended

SAME_AS_BEFORE = "again"


class LabPodSpawner(KubeSpawner):
    """One pod a learner. Its options: `profile`, demanded, or `recommended`, as near as the person may come to it."""

    kubernetes = Instance(KubernetesSettings, help="The section of the settings.").tag(config=True)
    time_zone = Unicode("Europe/Paris", help="Of the times that people are told.").tag(config=True)

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._base = {
            name: getattr(self, name)
            for name in ("node_selector", "tolerations", "extra_labels", "extra_pod_config", "image")
        }

    @property
    def person(self) -> Person:
        """Who the server is for, as the hub's groups say now."""
        return Person.of((group.name for group in self.user.groups), bool(self.user.admin))

    def options_from_query(self, query_data: dict[str, list[str]]) -> dict[str, str]:
        """What `/hub/spawn?opt-…` asks for. Raises HTTP 403 for a profile that the person may not use."""
        return self._options(query_data)

    def _options_from_form(self, formdata: dict[str, list[str]]) -> dict[str, str]:
        return self._options(formdata)

    def _options(self, data: dict[str, list[str]]) -> dict[str, str]:
        asked = {name: values[0] for name, values in data.items() if values}
        if asked.get("profile") == SAME_AS_BEFORE:
            return {"recommended": self.last_profile}
        if "profile" in asked:
            return {"profile": self._demanded(asked["profile"])}
        return {"recommended": asked.get("recommended", self.kubernetes.default_profile)}

    @property
    def last_profile(self) -> str:
        """The profile that was asked for last time, or the default one."""
        options = self.orm_spawner.user_options or {}
        asked = options.get("profile") or options.get("recommended") or self.kubernetes.default_profile
        return str(asked)

    def _demanded(self, name: str) -> str:
        try:
            return demanded(self.kubernetes, self.person, name)
        except NotEntitledError as error:
            raise web.HTTPError(403, str(error)) from None

    async def load_user_options(self) -> None:
        """Make the pod one of the profile asked for. Raises HTTP 403 when the person may not use it."""
        options = self.user_options
        if "profile" in options:
            self.use(self._demanded(str(options["profile"])))
        else:
            self.use(recommended(self.kubernetes, self.person, str(options.get("recommended", ""))))

    def use(self, name: str) -> None:
        """Make the pod one of the profile `name`."""
        profile = self.kubernetes.profiles[name]
        traits = {"image": self._base["image"]} | pod_traits(profile, name, self.person.cohort, self._base)
        for trait, value in traits.items():
            setattr(self, trait, value)
