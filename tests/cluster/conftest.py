"""Fixtures of the cluster tests: one cluster a session, the images in it, a namespace a module, and the reports."""

from __future__ import annotations

import re
from collections.abc import Generator, Iterator
from pathlib import Path

import pytest
from tests.cluster import archives, choice, deployment, image_set, small_lab
from tests.cluster.choice import Cluster
from tests.cluster.deployment import Deployment
from tests.cluster.kubectl import Kubectl
from tests.cluster.local import LocalCluster
from tests.cluster.report import Events, sections

EVENTS = pytest.StashKey[Events]()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """All that lies here needs a cluster."""
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.cluster)


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    """The cluster of this session; what the session has started ends with it."""
    with choice.chosen() as cluster:
        yield cluster


@pytest.fixture(scope="session")
def own_cluster(cluster: Cluster) -> LocalCluster:
    """The cluster of our own making, for tests that stop its very programs."""
    if not isinstance(cluster, LocalCluster):
        pytest.skip("only a cluster of our own making may lose its API server or its GPUs")
    return cluster


@pytest.fixture(scope="module")
def namespace(cluster: Cluster, request: pytest.FixtureRequest) -> Iterator[Kubectl]:
    """kubectl in a namespace of this module's own, which is gone afterwards; its events go into reports."""
    name = "caire-" + re.sub("[^a-z0-9]+", "-", request.path.stem.removeprefix("test_"))
    cluster.kubectl("create", "namespace", name)
    kubectl = cluster.kubectl.within(name)
    events = Events(kubectl)
    events.start()
    request.node.stash[EVENTS] = events
    try:
        kubectl.wait("serviceaccount/default", "jsonpath={.metadata.name}=default")
        yield kubectl
    finally:
        events.stop()
        cluster.kubectl("delete", "namespace", name, "--timeout=180s")


@pytest.fixture(scope="session")
def images(cluster: Cluster) -> dict[str, str]:
    """The names of the images of a deployment, built from this checkout and loaded."""
    return image_set.load(cluster, image_set.archives())


PEOPLE = tuple(f"apprenant-{number:02}" for number in range(1, 31))


@pytest.fixture(scope="module")
def deployed(
    cluster: Cluster, namespace: Kubectl, images: dict[str, str], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Deployment]:
    """CAIRE Labs in the module's namespace: thirty learners beside the demo accounts, the small lab released."""
    installed = deployment.install(cluster, namespace, images, tmp_path_factory.mktemp("chart"), PEOPLE)
    small_lab.release(installed)
    yield installed
    installed.helm.uninstall()


@pytest.fixture(scope="session")
def trial_image(cluster: Cluster, tmp_path_factory: pytest.TempPathFactory) -> str:
    """A small image with a shell."""
    archive = tmp_path_factory.mktemp("trial") / "caire-trial.tar"
    archives.trial(archive)
    cluster.load(archive)
    return f"{cluster.registry}/caire-trial:test"


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Put what happened in the cluster beside what the test says."""
    report = yield
    module = item.getparent(pytest.Module)
    events = module.stash.get(EVENTS, None) if module else None
    if report.failed and events is not None:
        report.sections += sections(events.kubectl, events, since=call.start - 60)
    return report
