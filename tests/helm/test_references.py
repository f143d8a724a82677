"""Whatever an object names is there: rendered here, made by the hub's chart, or documented as the operator's own."""

from __future__ import annotations

import re

import pytest
from tests.helm import charts
from tests.helm.charts import OVERLAYS, containers, named, pods, render

INSTALL = charts.CHART.parent.parent / "docs" / "operations" / "install.md"
OF_THE_HUBS_CHART = {("Secret", "hub")}


def of_the_operator():
    """Secrets that the page on installing tells to make."""
    return {
        ("Secret", name) for name in re.findall(r"create secret generic (\S+)", INSTALL.read_text(encoding="utf-8"))
    }


def named_by(pod):
    """Kind and name of all that a pod refers to."""
    spec = pod["spec"]
    for volume in spec.get("volumes", []):
        if "secret" in volume:
            yield "Secret", volume["secret"]["secretName"]
        elif "configMap" in volume:
            yield "ConfigMap", volume["configMap"]["name"]
        elif "persistentVolumeClaim" in volume:
            yield "PersistentVolumeClaim", volume["persistentVolumeClaim"]["claimName"]
    for container in containers(pod):
        for entry in container.get("env", []):
            source = entry.get("valueFrom", {}).get("secretKeyRef")
            if source:
                yield "Secret", source["name"]
        for source in container.get("envFrom", []):
            yield "Secret", source["secretRef"]["name"]
    yield "ServiceAccount", spec["serviceAccountName"]
    if "priorityClassName" in spec:
        yield "PriorityClass", spec["priorityClassName"]


@pytest.mark.parametrize("overlay", OVERLAYS)
def test_what_pods_name_is_there(chart, overlay):
    objects = render(chart, overlays=OVERLAYS[overlay])
    there = {(thing["kind"], thing["metadata"]["name"]) for thing in objects} | OF_THE_HUBS_CHART | of_the_operator()
    for name, pod in pods(objects):
        assert set(named_by(pod)) <= there, name


def test_every_volume_that_is_mounted_exists(everything):
    for name, pod in pods(everything):
        volumes = {volume["name"] for volume in pod["spec"].get("volumes", [])}
        volumes |= {"data"} if name == "StatefulSet/caire-postgresql" else set()
        mounted = {mount["name"] for container in containers(pod) for mount in container.get("volumeMounts", [])}
        assert mounted == volumes, name


def test_keys_of_secrets_exist(everything):
    secrets = {
        thing["metadata"]["name"]: {*thing.get("data", {}), *thing.get("stringData", {})}
        for thing in everything
        if thing["kind"] == "Secret"
    }
    for name, pod in pods(everything):
        for container in containers(pod):
            for entry in container.get("env", []):
                source = entry.get("valueFrom", {}).get("secretKeyRef")
                if source and source["name"] != "hub":
                    assert source["key"] in secrets[source["name"]], name


def test_services_lead_to_pods_that_listen_there(everything):
    by_labels = [(pod["metadata"]["labels"], pod) for _, pod in pods(everything)]
    services = [thing for thing in everything if thing["kind"] == "Service"]
    assert {service["metadata"]["name"] for service in services} == {
        "caire-exchange", "caire-portal", "caire-scheduler", "caire-postgresql",
    }  # fmt: skip
    for service in services:
        selected = [pod for labels, pod in by_labels if service["spec"]["selector"].items() <= labels.items()]
        [pod] = selected
        [port] = service["spec"]["ports"]
        listening = {p["name"]: p["containerPort"] for c in containers(pod) for p in c.get("ports", [])}
        assert listening[port["targetPort"]] == port["port"], service["metadata"]["name"]


def test_addresses_in_the_settings_are_services(everything):
    settings = named(everything, "ConfigMap/caire-settings")["data"]["caire.yaml"]
    services = {thing["metadata"]["name"] for thing in everything if thing["kind"] == "Service"}
    hosts = set(re.findall(r"//(caire-[\w-]+)", settings))
    assert hosts
    assert hosts <= services


def test_what_is_kept_after_uninstalling(everything):
    kept = {charts.name_of(thing) for thing in everything
            if thing["metadata"].get("annotations", {}).get("helm.sh/resource-policy") == "keep"}  # fmt: skip
    assert kept == {
        "PersistentVolumeClaim/caire-blobs", "PersistentVolumeClaim/caire-backup", "Secret/caire-database",
        "Secret/caire-signing",
    }  # fmt: skip
    page = INSTALL.read_text(encoding="utf-8")
    assert not [name for name in kept if name.partition("/")[2] not in page]
