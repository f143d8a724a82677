"""What a learner lives through on a cluster: sign in, spawn, open, submit, read the score; alone and with a class."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from playwright.sync_api import Browser
from tests.browser import notebook
from tests.browser.assistant_lab import TITLE, answer_everything
from tests.browser.people import screenshot, signed_in_as
from tests.cluster import figures, learner
from tests.cluster.conftest import PEOPLE
from tests.cluster.deployment import Deployment
from tests.cluster.gpu import RESOURCE
from tests.cluster.kubectl import Kubectl, names
from tests.cluster.local import LocalCluster
from tests.cluster.small_lab import COURSE, LAB, POINTS, solved

from labgrader.client import ExchangeError
from labgrader.record import Outcome

pytestmark = pytest.mark.timeout(900)


def container(pod: dict[str, object]) -> dict[str, dict[str, dict[str, str]]]:
    """The one container of a learner's pod."""
    [found] = pod["spec"]["containers"]  # type: ignore[index]
    return found  # type: ignore[no-any-return]


def test_a_learner_signs_in_works_submits_and_reads_score_and_feedback(deployed: Deployment) -> None:
    with deployed.person("alice") as alice:
        alice.start_server(profile="cpu")
        notebook = alice.open_lab(COURSE, LAB)
        assert notebook == f"labs/{COURSE}/{LAB}/{LAB}.ipynb"
        alice.write(notebook, solved("alice"))
        with alice.exchange() as exchange:
            receipt = learner.submit(exchange, COURSE, LAB, alice.read(notebook))
            read = learner.result(exchange, receipt.id)
            assert read.submission.points == POINTS
            automatic = {check.id: check.outcome for check in read.checks if check.outcome is not Outcome.MANUAL}
            assert automatic == {"double": Outcome.PASSED, "valeur": Outcome.PASSED}
            with deployed.person("formateur") as trainer, trainer.exchange() as grading:
                grading.release_feedback(COURSE, LAB)
            assert "double" in exchange.feedback(receipt.id)
        alice.stop_server()


def test_limits_user_and_rights_in_the_pod_are_what_the_settings_say(deployed: Deployment, namespace: Kubectl) -> None:
    with deployed.person("bilal") as bilal:
        bilal.start_server(profile="cpu")
        pod = deployed.server("bilal")
        resources = container(pod)["resources"]
        assert resources["limits"] == {"cpu": "2", "memory": "1073741824"}
        assert resources["requests"] == {"cpu": "20m", "memory": "134217728"}
        name = pod["metadata"]["name"]
        assert namespace.execute(name, "id", "-u", "-n").strip() != "root"
        assert namespace.execute(name, "id", "-u").strip() == "1000"
        assert (
            namespace.execute(name, "sh", "-c", "ls /var/run/secrets/kubernetes.io 2>/dev/null || echo none")
            == "none\n"
        )
        assert "CapEff:\t0000000000000000" in namespace.execute(name, "cat", "/proc/1/status")
        solutions = "find / -path /proc -prune -o -name lab.py -print 2>/dev/null; true"
        assert namespace.execute(name, "sh", "-c", solutions) == ""
        bilal.stop_server()


def test_a_home_is_the_same_after_stop_and_start(deployed: Deployment, namespace: Kubectl) -> None:
    with deployed.person("chloe") as chloe:
        chloe.start_server()
        notebook = chloe.open_lab(COURSE, LAB)
        chloe.write(notebook, solved("kept"))
        first = deployed.server("chloe")["metadata"]["uid"]
        chloe.stop_server()
        chloe.start_server()
        assert deployed.server("chloe")["metadata"]["uid"] != first
        assert "kept" in str(chloe.read(notebook))
        chloe.stop_server()


@pytest.fixture
def one_gpu(own_cluster: LocalCluster) -> Iterator[LocalCluster]:
    own_cluster.offer_gpus(1)
    yield own_cluster
    own_cluster.offer_gpus(0)


def test_who_asks_for_a_gpu_while_all_seats_are_taken_waits_and_then_gets_it(
    one_gpu: LocalCluster, deployed: Deployment, namespace: Kubectl
) -> None:
    with deployed.person("alice") as alice, deployed.person("bilal") as bilal:
        alice.start_server(profile="gpu")
        pod = deployed.server("alice")
        assert container(pod)["resources"]["limits"][RESOURCE] == "1"
        seen = namespace.execute(pod["metadata"]["name"], "printenv", "NVIDIA_VISIBLE_DEVICES").strip()
        assert seen == "fake-0"

        bilal.ask_for_server(profile="gpu")
        told = bilal.progress()
        assert next(said for said in told if said.get("step") == "queue")
        assert names(namespace.list("pods", "hub.jupyter.org/username=bilal")) == []
        alice.stop_server()
        assert [said for said in told if said.get("ready")]
        pod = deployed.server("bilal")
        assert namespace.execute(pod["metadata"]["name"], "printenv", "NVIDIA_VISIBLE_DEVICES").strip() == seen
        bilal.stop_server()


def test_a_worker_that_is_killed_while_grading_costs_no_grade_and_gives_none_twice(
    deployed: Deployment, namespace: Kubectl
) -> None:
    with deployed.person("alice") as alice, alice.exchange() as exchange:
        receipt = learner.submit(exchange, COURSE, LAB, solved("killed", seconds=15))
        next(state for state in exchange.events(receipt.id) if state.state == "grading")
        for pod in names(deployed.pods("worker-cpu")):
            namespace("delete", "pod", pod, "--grace-period=0", "--force")
        assert learner.result(exchange, receipt.id).submission.points == POINTS
    assert deployed.sql(f"select count(*) from records where submission_id = '{receipt.id}'") == "1"
    deployed.wait()


def test_no_submission_fails_while_the_service_is_rolled(deployed: Deployment, namespace: Kubectl) -> None:
    rolled = threading.Event()

    def submit_until_rolled(name: str) -> list[str]:
        receipts: list[str] = []
        with deployed.person(name) as person, person.exchange() as exchange:
            while not rolled.is_set():
                receipts.append(learner.submit(exchange, COURSE, LAB, solved(len(receipts))).id)
        return receipts

    with ThreadPoolExecutor(4) as pool:
        running = [pool.submit(submit_until_rolled, name) for name in PEOPLE[:4]]
        try:
            before = set(names(deployed.pods("exchange")))
            namespace("rollout", "restart", "deployment/caire-exchange")
            namespace.rollout("deployment/caire-exchange")
        finally:
            rolled.set()
        acknowledged = {receipt for future in running for receipt in future.result()}
    assert before.isdisjoint(names(deployed.pods("exchange"), lambda pod: "deletionTimestamp" not in pod["metadata"]))
    assert len(acknowledged) > len(running)
    with deployed.person("formateur") as trainer, trainer.exchange() as exchange:
        assert acknowledged <= {submission.id for submission in exchange.lab_submissions(COURSE, LAB)}
        for submission in acknowledged:  # what follows need not wait until all of them are graded
            try:
                exchange.cancel_grading(submission)
            except ExchangeError as error:
                if error.code != "not_waiting":  # it is graded, or about to be
                    raise
    figures.keep("service rolled", submissions=len(acknowledged))


def test_thirty_learners_who_sign_in_at_once_all_get_their_lab(deployed: Deployment, namespace: Kubectl) -> None:
    everyone = threading.Barrier(len(PEOPLE))

    def come(name: str) -> float:
        person = deployed.person(name)
        everyone.wait()
        with person:
            seconds = person.start_server(profile="cpu")
            assert person.open_lab(COURSE, LAB).endswith(".ipynb")
        return seconds

    def go(name: str) -> None:
        with deployed.person(name) as person:
            person.stop_server()

    calls = _calls_of_the_hub(deployed)
    with ThreadPoolExecutor(len(PEOPLE)) as pool:
        seconds = list(pool.map(come, PEOPLE))
        calls = _calls_of_the_hub(deployed) - calls
        list(pool.map(go, PEOPLE))
    figures.keep(
        "thirty learners at once",
        p50_seconds=figures.percentile(seconds, 0.5),
        p95_seconds=figures.percentile(seconds, 0.95),
        api_calls_per_spawn=calls / len(PEOPLE),
    )


def _calls_of_the_hub(deployed: Deployment) -> int:
    """How often the hub has called the API server; a cluster that is not of our making does not tell."""
    if not isinstance(deployed.cluster, LocalCluster):
        return 0
    user = f"system:serviceaccount:{deployed.kubectl.namespace}:hub"
    return sum(call["user"]["username"] == user for call in deployed.cluster.audit())  # type: ignore[index]


def test_a_lab_of_the_catalogue_is_walked_in_a_browser_and_graded(deployed: Deployment, chromium: Browser) -> None:
    """The real thing: what the lab imports, its kernel's threads and its grading share one node."""
    page = signed_in_as(chromium, deployed.url, "chloe", deployed.passwords["chloe"])
    notebook.open_from_portal(page, TITLE)
    notebook.run_all(page)
    answer_everything(page, kappa="0.84")
    notebook.submit(page, "Score : 13 sur 18")
    screenshot(page, "cluster-score", full=False)
    page.context.close()
    with deployed.person("chloe") as chloe:
        chloe.stop_server()
