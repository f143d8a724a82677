"""Real spawners of the real KubeSpawner, configured as a hub would be; they make manifests and need no cluster."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from jupyterhub import orm
from jupyterhub.objects import Hub
from jupyterhub.user import User
from kubernetes_asyncio.client import ApiClient
from kubernetes_asyncio.config import kube_config
from kubespawner import KubeSpawner
from kubespawner.clients import load_config
from traitlets.config import Config

from labgrader.settings import Settings
from labhub.config import apply
from labhub.kubernetes import config
from labhub.kubernetes.config import Present
from labhub.kubernetes.spawner import LabPodSpawner

TOKENS = tuple({"name": name, "api_token": f"token-{name}"} for name in config.SERVICES)
SERVICE_URL = "http://caire-exchange:8003/services/exchange"


def cluster_settings(folder: Path, **sections: Any) -> Settings:
    """Settings of a cluster with a GPU of each kind, and `sections` on top."""
    gpus = {"gpu": {"seats": 1}, "gpu-shared": {"seats": 4}}
    kubernetes = {"image": "registry/caire-lab:1", "profiles": gpus, **sections.pop("kubernetes", {})}
    return Settings(state_dir=folder, service={"url": SERVICE_URL}, kubernetes=kubernetes, **sections)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return cluster_settings(tmp_path)


@pytest.fixture
def cluster_at(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], None]]:
    """Tells KubeSpawner where the API server is, as a kubeconfig would in a process that starts anew."""

    def point(server: str) -> None:
        file = write_kubeconfig(tmp_path / "kubeconfig", server)
        # The library reads the variable KUBECONFIG once, when it is imported.
        monkeypatch.setattr(kube_config, "KUBE_CONFIG_DEFAULT_LOCATION", str(file))
        load_config.cache_clear()

    yield point
    load_config.cache_clear()
    KubeSpawner.reflectors.clear()
    LabPodSpawner.desk = None


@pytest.fixture
def no_cluster(cluster_at: Callable[[str], None]) -> None:
    """A cluster at an address where nothing is: KubeSpawner wants to know one before it makes anything."""
    cluster_at("http://127.0.0.1:9")


def write_kubeconfig(path: Path, server: str) -> Path:
    context = {"name": "c", "context": {"cluster": "c", "user": "u"}}
    path.write_text(
        yaml.safe_dump(
            {
                "clusters": [{"name": "c", "cluster": {"server": server}}],
                "users": [{"name": "u", "user": {"token": "t"}}],
                "contexts": [context],
                "current-context": "c",
            }
        )
    )
    return path


@pytest.fixture
def database() -> Any:
    session = orm.new_session_factory("sqlite:///:memory:")()
    yield session
    session.close()


MakeSpawner = Callable[..., LabPodSpawner]


@pytest.fixture
def make_spawner(no_cluster: None, settings: Settings, database: Any) -> MakeSpawner:
    """A spawner for `name` in `groups`, of a hub configured from the settings (and `before`, the chart's part)."""

    def make(
        name: str = "alice",
        groups: tuple[str, ...] = (),
        admin: bool = False,
        settings: Settings = settings,
        **before: Any,
    ) -> LabPodSpawner:
        c = Config(before)
        apply(config.hub_config(settings, {}, Present(services=TOKENS)), c)
        person = orm.User.find(database, name)
        if person is None:
            person = orm.User(name=name, admin=admin)
            person.groups = [orm.Group.find(database, group) or orm.Group(name=group) for group in groups]
            database.add(person)
            database.commit()
        hub = Hub(ip="127.0.0.1", port=8081, base_url="/hub/")
        user = User(person, {"config": c, "spawner_class": LabPodSpawner, "base_url": "/", "hub": hub}, db=database)
        return user.spawner

    return make


async def manifest(spawner: LabPodSpawner, **options: str) -> dict[str, Any]:
    """The pod that KubeSpawner would ask Kubernetes for."""
    spawner.use(spawner.asked_for(options))
    spawner.api_token = "t"
    return plain(await spawner.get_pod_manifest())


def plain(thing: Any) -> dict[str, Any]:
    """An object of the Kubernetes client as it goes over the wire."""
    writer = ApiClient.__new__(ApiClient)  # a whole one opens connections, and nothing is sent from here
    written: dict[str, Any] = writer.sanitize_for_serialization(thing)
    return written
