"""The whole: our chart with the real Zero to JupyterHub renders, validates, and confines every pod of both.

Skipped where its chart cannot be had: no registry of packages carries it (see `tests/helm/dependency.py`).
"""

from __future__ import annotations

import asyncio
import base64
import sys

import pytest
import yaml
from kubernetes_asyncio.config import kube_config
from kubespawner import KubeSpawner
from kubespawner.clients import load_config
from tests.helm import charts, dependency
from tests.helm.charts import OVERLAYS, RefusedError, containers, named, pods, render
from traitlets.config import Config

from labgrader.settings import SETTINGS_VARIABLE

ASK_THE_API_SERVER = {"Deployment/hub", "Deployment/user-scheduler", "Job/hook-image-awaiter"}
NOWHERE = """
current-context: x
contexts: [{name: x, context: {cluster: x, user: x}}]
clusters: [{name: x, cluster: {server: "http://127.0.0.1:9"}}]
users: [{name: x, user: {}}]
"""
PARTS = {"exchange", "labs", "grader", "ops"}


@pytest.fixture(scope="session")
def umbrella(tmp_path_factory):
    try:
        packed = dependency.packed()
    except RefusedError as unreachable:
        pytest.skip(f"Zero to JupyterHub cannot be had here ({dependency.VARIABLE} is not set): {unreachable}")
    return charts.umbrella(tmp_path_factory.mktemp("umbrella"), packed)


@pytest.mark.parametrize("version", ["3", "4"])
@pytest.mark.parametrize("overlay", OVERLAYS)
def test_the_whole_renders_and_its_values_pass_the_schema_of_both(umbrella, version, overlay):
    objects = render(umbrella, version=version, overlays=OVERLAYS[overlay])
    names = {charts.name_of(thing) for thing in objects}
    assert {"Deployment/hub", "Deployment/proxy", "Service/proxy-public", "Deployment/caire-exchange"} <= names
    charts.validate(objects, charts.NEWEST)


@pytest.mark.parametrize("kubernetes", ["1.28", "1.32"])
def test_the_whole_is_valid_on_older_clusters(umbrella, kubernetes):
    charts.validate(render(umbrella, values=charts.EVERYTHING, kubernetes=kubernetes), kubernetes)


def test_a_value_that_the_dependency_does_not_know_is_refused(umbrella):
    with pytest.raises(RefusedError, match="concurrentSpawnLimitt"):
        render(umbrella, values=["jupyterhub.hub.concurrentSpawnLimitt=100"])


def test_both_charts_share_no_name(umbrella):
    names = [charts.name_of(thing) for thing in render(umbrella, values=charts.EVERYTHING)]
    assert sorted(names) == sorted(set(names))


@pytest.mark.parametrize("overlay", OVERLAYS)
def test_every_pod_of_the_hubs_chart_is_confined(umbrella, overlay):
    for name, pod in pods(render(umbrella, overlays=OVERLAYS[overlay])):
        spec = pod["spec"]
        if "caire-" in name:
            continue
        for container in containers(pod):
            security = {**spec.get("securityContext", {}), **container["securityContext"]}
            assert security["runAsNonRoot"] is True, name
            assert security["seccompProfile"] == {"type": "RuntimeDefault"}, name
            assert security["allowPrivilegeEscalation"] is False, name
            assert security["capabilities"] == {"drop": ["ALL"]}, name
            assert security["readOnlyRootFilesystem"] is True, name
            assert {"cpu", "memory"} <= set(container["resources"]["limits"]), name
            assert not container["image"].endswith((":latest", ":")), name
        if name not in ASK_THE_API_SERVER:
            assert spec.get("automountServiceAccountToken") is False, name


def test_what_the_hubs_pod_names_is_there(umbrella):
    objects = render(umbrella, overlays=OVERLAYS["demo"])
    there = {charts.name_of(thing) for thing in objects}
    spec = dict(pods(objects))["Deployment/hub"]["spec"]
    for volume in spec["volumes"]:
        if "secret" in volume:
            assert f"Secret/{volume['secret']['secretName']}" in there
        elif "configMap" in volume:
            assert f"ConfigMap/{volume['configMap']['name']}" in there
    tokens = named(objects, "Secret/hub")["data"]
    assert {f"hub.services.{name}.apiToken" for name in PARTS} <= set(tokens)


def test_prometheus_finds_the_hub(umbrella):
    objects = render(umbrella, values=charts.EVERYTHING)
    monitor = named(objects, "ServiceMonitor/caire-hub")["spec"]
    hub = named(objects, "Service/hub")
    assert monitor["selector"]["matchLabels"].items() <= hub["metadata"]["labels"].items()
    assert monitor["endpoints"][0]["port"] in {port.get("name") for port in hub["spec"]["ports"]}


@pytest.fixture
def configured(umbrella, tmp_path, monkeypatch):
    """What the hub's pod would be configured with: the chart's files, read by the chart's own program and by ours."""
    objects = render(umbrella, overlays=OVERLAYS["demo"])
    folder = "/usr/local/etc/jupyterhub"
    for kind, name in (("config", "ConfigMap/hub"), ("secret", "Secret/hub")):
        (tmp_path / kind).mkdir()
        for key, value in named(objects, name)["data"].items():
            content = value.encode() if kind == "config" else base64.b64decode(value)
            (tmp_path / kind / key).write_bytes(content)
    program = (tmp_path / "config" / "jupyterhub_config.py").read_text().replace(folder, str(tmp_path))
    (tmp_path / "z2jh.py").write_text((tmp_path / "config" / "z2jh.py").read_text().replace(folder, str(tmp_path)))
    settings = tmp_path / "caire.yaml"
    text = yaml.safe_load(named(objects, "ConfigMap/caire-settings")["data"]["caire.yaml"])
    text["lab"] |= {"catalogue_dir": str(tmp_path / "catalogue")}  # it lies in the image
    settings.write_text(yaml.safe_dump(text))
    passwords = tmp_path / "passwords"
    passwords.write_text(named(objects, "Secret/caire-demo")["stringData"]["passwords"])
    for key, value in {
        SETTINGS_VARIABLE: str(settings), "CAIRE_DEMO_PASSWORDS": str(passwords), "POD_NAMESPACE": charts.NAMESPACE,
        "HUB_SERVICE_PORT": "8081", "PROXY_API_SERVICE_PORT": "8001", "HELM_RELEASE_NAME": "caire",
    }.items():  # fmt: skip
        monkeypatch.setenv(key, value)
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.delitem(sys.modules, "z2jh", raising=False)
    path = tmp_path / "jupyterhub_config.py"
    path.write_text(program)
    c = Config()
    exec(compile(program, str(path), "exec"), {"get_config": lambda: c, "__file__": str(path)})
    sys.modules.pop("z2jh", None)
    return c


def test_the_hub_is_configured_by_both(configured):
    services = {service["name"]: service for service in configured.JupyterHub.services}
    assert set(services) >= PARTS | {"prometheus"}
    assert all(services[name]["api_token"] for name in PARTS)
    assert services["exchange"]["url"] == "http://caire-exchange:8003"
    assert configured.JupyterHub.default_url == "/services/labs/"
    assert configured.JupyterHub.db_url.startswith("postgresql+psycopg://caire@caire-postgresql:5432/")
    assert "prometheus" in {role["name"] for role in configured.JupyterHub.load_roles}
    assert not configured.KubeSpawner.init_containers


def test_a_learners_pod_is_confined(configured, tmp_path, monkeypatch):
    nowhere = tmp_path / "kubeconfig"  # the spawner wants an address before it is asked for a pod
    nowhere.write_text(NOWHERE)
    # The library reads the variable KUBECONFIG once, when it is imported.
    monkeypatch.setattr(kube_config, "KUBE_CONFIG_DEFAULT_LOCATION", str(nowhere))
    load_config.cache_clear()

    async def made():
        return await KubeSpawner(config=configured, _mock=True).get_pod_manifest()

    pod = asyncio.run(made())
    [container] = pod.spec.containers
    security = container.security_context
    assert pod.spec.security_context["runAsNonRoot"] is True
    assert pod.spec.security_context["seccompProfile"] == {"type": "RuntimeDefault"}
    assert not pod.spec.automount_service_account_token
    assert (security.get("runAsUser"), security.get("allowPrivilegeEscalation")) == (1000, False)
    assert security["capabilities"] == {"drop": ["ALL"]}
    assert not pod.spec.init_containers
    assert container.image.rpartition("/")[2].startswith("caire-lab:")
    assert pod.metadata.labels["hub.jupyter.org/network-access-hub"] == "true"
    assert pod.metadata.labels["component"] == "singleuser-server"
    mounts = {mount.mount_path for mount in container.volume_mounts}
    assert "/home/learner" in mounts
