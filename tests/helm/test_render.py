"""The chart renders: with helm 3 and 4, for every overlay, into objects that each Kubernetes accepts."""

from __future__ import annotations

import re

import kubernetes_validate
import pytest
import yaml
from tests.helm import charts
from tests.helm.charts import EVERYTHING, OVERLAYS, render

HELMS = ("3", "4")
VERSIONS = [f"1.{minor}" for minor in range(28, 37)]


@pytest.mark.parametrize("version", HELMS)
@pytest.mark.parametrize("overlay", OVERLAYS)
def test_helm_lint_finds_nothing(chart, version, overlay):
    files = [argument for name in OVERLAYS[overlay] for argument in ("--values", str(chart / name))]
    assert "0 chart(s) failed" in charts.run(version, "lint", "--strict", str(chart), *files)


@pytest.mark.parametrize("overlay", OVERLAYS)
def test_helm_3_and_4_render_the_same(chart, overlay):
    three, four = (render(chart, version=version, overlays=OVERLAYS[overlay]) for version in HELMS)
    assert [without_what_is_random(thing) for thing in three] == [without_what_is_random(thing) for thing in four]


def without_what_is_random(thing):
    text = re.sub(r"checksum/tls: \w+", "", yaml.safe_dump(thing))
    return charts.name_of(thing) if thing["kind"] == "Secret" else yaml.safe_load(text)


@pytest.mark.parametrize("kubernetes", VERSIONS)
def test_objects_are_valid(chart, kubernetes):
    objects = render(chart, values=EVERYTHING, kubernetes=kubernetes)
    charts.validate(objects, kubernetes)
    assert {"CronJob", "HorizontalPodAutoscaler", "PodDisruptionBudget"} <= {thing["kind"] for thing in objects}


@pytest.mark.parametrize("overlay", OVERLAYS)
def test_objects_of_an_overlay_are_valid(chart, overlay):
    charts.validate(render(chart, overlays=OVERLAYS[overlay]), charts.NEWEST)


def test_a_wrong_field_is_found(everything):
    wrong = charts.named(everything, "Deployment/caire-exchange") | {"spek": {}}
    with pytest.raises(kubernetes_validate.ValidationError, match="spek"):
        charts.validate([wrong], charts.NEWEST)


def test_what_a_cluster_does_not_know_is_left_out(chart):
    # `helm template` takes the APIs of its own library; a CronJob goes by the version of the cluster.
    kinds = {thing["kind"] for thing in render(chart, kubernetes="1.20")}
    assert "CronJob" not in kinds
    cron_jobs = [thing for thing in render(chart, kubernetes="1.26") if thing["kind"] == "CronJob"]
    assert {charts.name_of(thing) for thing in cron_jobs} == {"CronJob/caire-backup", "CronJob/caire-homes"}
    assert all("timeZone" not in thing["spec"] for thing in cron_jobs)


def test_names_are_said_once(everything):
    names = [charts.name_of(thing) for thing in everything]
    assert sorted(names) == sorted(set(names))


def test_every_object_carries_our_labels(everything):
    for thing in everything:
        labels = thing["metadata"]["labels"]
        assert labels["app.kubernetes.io/name"] == "caire-labs", charts.name_of(thing)
        assert labels["app.kubernetes.io/component"], charts.name_of(thing)


def test_versions_agree():
    described = yaml.safe_load((charts.CHART / "Chart.yaml").read_text())
    project = (charts.CHART.parent.parent / "pyproject.toml").read_text()
    version = re.search(r'^version = "(.+)"$', project, re.MULTILINE)[1]
    assert (described["version"], described["appVersion"]) == (version, version)
    values = "".join(
        (charts.CHART / name).read_text() for name in ("values.yaml", "values-production.yaml", "values-gpu.yaml")
    )
    tags = re.findall(r"caire-(?:hub|lab|lab-gpu|grader|grader-gpu)(?:, tag: |\n *tag: |:)([\w.]+)", values)
    assert len(tags) >= 6
    assert set(tags) == {version}


def test_a_worker_has_more_time_to_end_than_any_lab_may_take(chart):
    objects = render(chart)
    grace = charts.named(objects, "Deployment/caire-worker-cpu")["spec"]["template"]["spec"]
    drain = yaml.safe_load(charts.named(objects, "ConfigMap/caire-settings")["data"]["caire.yaml"])["grader"][
        "drain_seconds"
    ]
    budgets = [
        float(found)
        for lab in (charts.CHART.parent.parent / "labs").glob("*/*/lab.py")
        for found in re.findall(r"cpu_seconds: ([0-9.]+)", lab.read_text(encoding="utf-8"))
    ]
    assert budgets
    assert grace["terminationGracePeriodSeconds"] > drain >= 3 * max(budgets)


def test_a_replica_that_drains_is_not_killed(chart):
    """A replica drains, then finishes what it has begun: both fit into the grace period."""
    pod = charts.named(render(chart, values=["settings.service.drain_seconds=60"]), "Deployment/caire-exchange")
    assert pod["spec"]["template"]["spec"]["terminationGracePeriodSeconds"] > 2 * 60


def test_a_restore_closes_what_writes(chart):
    objects = render(chart, values=["restore.from=file:///var/lib/caire-backup/2026"])
    closed = [
        charts.named(objects, f"Deployment/caire-{name}")["spec"]["replicas"] for name in ("exchange", "dispatcher")
    ]
    assert closed == [0, 0]
    job = charts.named(objects, "Job/caire-restore")
    assert job["spec"]["template"]["spec"]["containers"][0]["args"][-1] == "file:///var/lib/caire-backup/2026"
    assert charts.named(render(chart), "Deployment/caire-exchange")["spec"]["replicas"] == 2
