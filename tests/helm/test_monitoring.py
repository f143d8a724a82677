"""Alerts and dashboard ask in valid PromQL for metrics that exist."""

from __future__ import annotations

import json
import re

import promql_parser
import pytest
from tests.helm.charts import named

EXPORTERS = {
    # of Kubernetes' own exporters, by their names there
    "kube_pod_status_phase", "kube_deployment_status_replicas_available", "kube_pod_container_status_restarts_total",
    "kube_cronjob_status_last_successful_time", "kube_pod_container_resource_requests", "kube_pod_labels",
    "kubelet_volume_stats_available_bytes", "kubelet_volume_stats_capacity_bytes", "up",
    "container_cpu_usage_seconds_total", "container_memory_working_set_bytes",
    "DCGM_FI_DEV_GPU_UTIL", "DCGM_FI_DEV_POWER_USAGE",
}  # fmt: skip


@pytest.fixture(scope="module")
def dashboard(everything):
    return json.loads(named(everything, "ConfigMap/caire-dashboard")["data"]["caire-labs.json"])


@pytest.fixture(scope="module")
def rules(everything):
    groups = named(everything, "PrometheusRule/caire-labs")["spec"]["groups"]
    return [rule for group in groups for rule in group["rules"]]


@pytest.fixture(scope="module")
def expressions(dashboard, rules):
    shown = [target["expr"] for panel in dashboard["panels"] for target in panel["targets"]]
    numbers = {variable["name"]: variable["query"] for variable in dashboard["templating"]["list"]}
    shown = [re.sub(r"\$(\w+)(?![\w}])", lambda found: numbers.get(found[1], found[0]), text) for text in shown]
    return [*shown, *(rule["expr"] for rule in rules)]


def test_every_expression_is_promql(expressions):
    assert len(expressions) > 25
    for text in expressions:
        promql_parser.parse(text)


def test_every_metric_exists(expressions, tmp_path):
    from jupyterhub import metrics as _hub  # noqa: F401  registers what the hub tells
    from prometheus_client import REGISTRY

    from labgrader.service.db import Database
    from labgrader.service.metrics import Metrics

    database = Database(f"sqlite:///{tmp_path / 'exchange.sqlite'}")
    database.migrate()
    page = Metrics(database).page().decode()
    database.dispose()
    ours = set(re.findall(r"^# TYPE (\w+)", page, re.MULTILINE))
    known = {*EXPORTERS, *ours, *REGISTRY._names_to_collectors}
    for text in expressions:
        for name in re.findall(r"\b(caire_\w+|jupyterhub_\w+|kube\w*_\w+|container_\w+|DCGM_\w+)(?=[{)\s]|$)", text):
            if name.startswith("label_"):
                continue
            assert name in known or re.sub(r"_(bucket|count|sum|total)$", "", name) in known, name


def test_the_dashboard_answers_what_operations_ask(dashboard):
    titles = {panel["title"] for panel in dashboard["panels"]}
    assert {
        "Learners", "Time to lab", "Servers waiting", "Servers failed", "Grading queue", "Age of the queue",
        "Grades per minute", "Processors", "Memory", "GPUs", "Power (estimate)", "Cost per cohort (estimate)",
    } <= titles  # fmt: skip
    places = [(panel["gridPos"]["x"], panel["gridPos"]["y"]) for panel in dashboard["panels"]]
    assert len(set(places)) == len(places)


def test_every_alert_says_what_it_means(rules):
    for rule in rules:
        assert re.match(r"Caire[A-Z]", rule["alert"])
        assert rule["labels"]["severity"] in ("critical", "warning")
        assert rule["annotations"]["summary"].endswith("."), rule["alert"]


def test_prometheus_asks_where_the_metrics_are(everything):
    exchange = named(everything, "ServiceMonitor/caire-exchange")["spec"]
    service = named(everything, "Service/caire-exchange")
    assert exchange["selector"]["matchLabels"].items() <= service["metadata"]["labels"].items()
    [endpoint] = exchange["endpoints"]
    assert endpoint["path"] == "/services/exchange/api/metrics"
    assert endpoint["port"] in {port["name"] for port in service["spec"]["ports"]}
