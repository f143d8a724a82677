"""What operations do to a cluster that people work on: upgrade, lose the API server, restore, end homes, uninstall."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest
from tests.cluster import deployment, learner, small_lab
from tests.cluster.choice import Cluster
from tests.cluster.conftest import PEOPLE
from tests.cluster.deployment import CHART, Deployment
from tests.cluster.helm import without_dependency
from tests.cluster.kubectl import Kubectl, names
from tests.cluster.local import LocalCluster
from tests.cluster.small_lab import COURSE, LAB, POINTS, solved

pytestmark = pytest.mark.timeout(1200)
AWAY_SECONDS = 120
BACKUP = "file:///var/lib/caire-backup"


@pytest.fixture(scope="module")
def deployed(
    cluster: Cluster, namespace: Kubectl, images: dict[str, str], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Deployment]:
    """An installation of the chart under the number before this one."""
    folder = tmp_path_factory.mktemp("chart-before")
    installed = deployment.install(cluster, namespace, images, folder, PEOPLE[:2], version="0.0.1")
    small_lab.release(installed)
    return installed


@pytest.fixture(scope="module")
def submission(deployed: Deployment) -> str:
    """A graded submission of alice, and work in her home that is not submitted."""
    with deployed.person("alice") as alice, alice.exchange() as exchange:
        alice.start_server()
        alice.write(alice.open_lab(COURSE, LAB), solved("unfinished"))
        alice.stop_server()
        receipt = learner.submit(exchange, COURSE, LAB, solved("before"))
        learner.graded(exchange, receipt.id)
    return receipt.id


def all_is_there(deployed: Deployment, submission: str) -> None:
    """Alice's grade, and the work in her home."""
    with deployed.person("alice") as alice, alice.exchange() as exchange:
        assert exchange.result(submission).submission.points == POINTS
        alice.start_server()
        assert "unfinished" in str(alice.read(f"labs/{COURSE}/{LAB}/{LAB}.ipynb"))
        alice.stop_server()


def test_an_upgrade_keeps_grades_homes_and_secrets(
    deployed: Deployment, submission: str, namespace: Kubectl, tmp_path_factory: pytest.TempPathFactory
) -> None:
    secrets = {name: namespace.get("secret", name)["data"] for name in ("caire-database", "caire-signing", "caire-tls")}
    deployed.chart = without_dependency(CHART, tmp_path_factory.mktemp("chart-now"))
    deployed.upgrade(exchange={"replicas": 2})
    assert secrets == {name: namespace.get("secret", name)["data"] for name in secrets}
    all_is_there(deployed, submission)


def test_the_hub_spawns_again_after_the_api_server_was_away_for_two_minutes(
    own_cluster: LocalCluster, deployed: Deployment, submission: str, namespace: Kubectl
) -> None:
    [hub] = namespace.list("pods", "component=hub")
    restarts = hub["status"]["containerStatuses"][0]["restartCount"]
    own_cluster.stop_program("apiserver")
    time.sleep(AWAY_SECONDS)  # what is tested is that time passes
    own_cluster.start_program("apiserver")
    own_cluster.wait_for_api()
    name = hub["metadata"]["name"]
    namespace.wait(f"pod/{name}", f"jsonpath={{.status.containerStatuses[0].restartCount}}={restarts + 1}", seconds=180)
    namespace.wait(f"pod/{name}", "condition=Ready", seconds=180)
    deployed.wait()
    all_is_there(deployed, submission)


def test_a_restored_backup_brings_grades_and_homes_back(
    deployed: Deployment, submission: str, namespace: Kubectl
) -> None:
    deployed.back_up()
    deployed.wipe()
    deployed.put_back()
    deployed.upgrade(restore={"from": BACKUP})
    deployed.upgrade()
    all_is_there(deployed, submission)


def test_a_home_whose_cohort_is_over_is_archived_and_comes_back(
    deployed: Deployment, submission: str, namespace: Kubectl
) -> None:
    past = {"start": "2020-01-06T09:00:00+01:00", "end": "2020-01-06T12:00:00+01:00"}
    cohort = {"id": "past", "course": COURSE, "learners": 1, "sessions": [past]}
    with deployed.person("bilal") as bilal:
        bilal.start_server()
        bilal.stop_server()
    with deployed.person("admin") as admin:
        admin.gather("cohort-past", "alice")
    deployed.upgrade(settings={"cohorts": [cohort]})
    said = deployed.archive_homes()
    assert "alice: archived as home-alice/" in said
    assert "Homes archived and deleted: 1" in said
    while "home-alice" in (claims := names(namespace.list("pvc"))):
        time.sleep(0.5)  # `kubectl wait` takes a claim that is gone already for an error
    assert "home-bilal" in claims
    deployed.bring_home_back("alice", f"{BACKUP}/archive")
    all_is_there(deployed, submission)


def test_uninstalling_leaves_what_the_documentation_says(
    deployed: Deployment, submission: str, namespace: Kubectl
) -> None:
    before = set(names(namespace.list("persistentvolumeclaims")))
    deployed.helm.uninstall()
    ours = "app.kubernetes.io/name=caire-labs"
    while names(namespace.list("pods", ours)):
        time.sleep(0.5)  # they drain; `kubectl wait` takes a pod that is gone already for an error
    assert names(namespace.list("deployments,statefulsets,services,jobs,configmaps", ours)) == []
    assert {"caire-database", "caire-signing"} <= set(names(namespace.list("secrets")))
    assert set(names(namespace.list("persistentvolumeclaims"))) == before
    assert before >= {"data-caire-postgresql-0", "caire-blobs", "caire-backup", "home-alice"}
