"""The pods that the real KubeSpawner would create: confined, sized by the profile, with a home that outlives them."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from kubespawner.slugs import is_valid_object_name
from tests.labhub.kubernetes.conftest import MakeSpawner, cluster_settings, manifest, plain

# https://kubernetes.io/docs/concepts/security/pod-security-standards/#restricted
RESTRICTED_VOLUMES = {
    "configMap",
    "csi",
    "downwardAPI",
    "emptyDir",
    "ephemeral",
    "persistentVolumeClaim",
    "projected",
    "secret",
}


def made(make_spawner: MakeSpawner, options: dict[str, str] | None = None, **who: Any) -> dict[str, Any]:
    """The manifest for a server of `who`, started with `options`."""

    async def make() -> dict[str, Any]:
        return await manifest(make_spawner(**who), **(options or {}))

    return asyncio.run(make())


def violations(pod: dict[str, Any]) -> list[str]:
    """What the PodSecurity profile `restricted` forbids of `pod`."""
    spec = pod["spec"]
    found = [f"{key} is set" for key in ("hostNetwork", "hostPID", "hostIPC") if spec.get(key)]
    found += [f"volume {v['name']}" for v in spec.get("volumes", []) if not RESTRICTED_VOLUMES & v.keys()]
    of_pod = spec.get("securityContext", {})
    for container in [*spec["containers"], *spec.get("initContainers", [])]:
        context = {**of_pod, **container.get("securityContext", {})}
        name = container["name"]
        found += [f"{name} is privileged"] if context.get("privileged") else []
        found += [f"{name} may gain rights"] if context.get("allowPrivilegeEscalation") is not False else []
        found += [f"{name} may be root"] if not context.get("runAsNonRoot") or context.get("runAsUser") == 0 else []
        found += [f"{name} keeps capabilities"] if context.get("capabilities") != {"drop": ["ALL"]} else []
        profile = context.get("seccompProfile", {}).get("type")
        found += [f"{name} has no seccomp profile"] if profile not in ("RuntimeDefault", "Localhost") else []
        found += [f"{name} has a host port"] if any("hostPort" in port for port in container.get("ports", [])) else []
    return found


@pytest.mark.parametrize("profile", ["cpu", "cpu-large", "gpu-shared", "gpu"])
def test_a_learners_pod_is_restricted_whatever_its_profile(make_spawner: MakeSpawner, profile: str) -> None:
    pod = made(make_spawner, {"profile": profile})
    assert violations(pod) == []
    assert pod["spec"]["automountServiceAccountToken"] is False
    assert pod["spec"]["enableServiceLinks"] is False


def test_the_check_of_this_file_would_see_a_loose_pod(make_spawner: MakeSpawner) -> None:
    pod = made(make_spawner)
    pod["spec"]["securityContext"] = {}
    pod["spec"]["containers"][0]["securityContext"] = {"privileged": True}
    pod["spec"]["volumes"].append({"name": "host", "hostPath": {"path": "/"}})
    assert len(violations(pod)) == 6


GIB = 1024**3
SIZES = [
    ("cpu", 0.2, 2, 768 * 1024**2, 2 * GIB, {}),
    ("cpu-large", 1, 4, 3 * GIB, 6 * GIB, {}),
    ("gpu-shared", 0.5, 4, 3 * GIB, 8 * GIB, {"nvidia.com/gpu.shared": "1"}),
    ("gpu", 1, 4, 4 * GIB, 8 * GIB, {"nvidia.com/gpu": "1"}),
]


@pytest.mark.parametrize(("profile", "cpu", "cpu_limit", "memory", "memory_limit", "extended"), SIZES)
def test_a_profile_says_what_a_pod_gets_and_may_use(
    make_spawner: MakeSpawner,
    profile: str,
    cpu: float,
    cpu_limit: float,
    memory: int,
    memory_limit: int,
    extended: dict,
) -> None:
    (container,) = made(make_spawner, {"profile": profile})["spec"]["containers"]
    assert container["resources"]["requests"] == {"cpu": cpu, "memory": memory, **extended}
    assert container["resources"]["limits"] == {"cpu": cpu_limit, "memory": memory_limit, **extended}


def test_the_pod_runs_what_the_laptop_runs_as_an_ordinary_account(make_spawner: MakeSpawner) -> None:
    pod = made(make_spawner)
    (container,) = pod["spec"]["containers"]
    assert container["args"][:4] == ["python", "-m", "labhub.lean", "jupyterhub.singleuser"]
    assert container["image"] == "registry/caire-lab:1"
    context = container["securityContext"]
    assert (context["runAsUser"], context["runAsGroup"], pod["spec"]["securityContext"]["fsGroup"]) == (1000,) * 3
    told = {variable["name"]: variable.get("value") for variable in container["env"]}
    assert told["CAIRE_EXCHANGE_URL"] == "http://caire-exchange:8003/services/exchange"
    assert told["TZ"] == "Europe/Paris"
    assert "CAIRE_MODELS_DIR" not in told  # the image knows where its models are


def test_only_a_time_boxed_profile_has_an_end_and_the_kubelet_keeps_it(make_spawner: MakeSpawner) -> None:
    assert made(make_spawner, {"profile": "gpu"})["spec"]["activeDeadlineSeconds"] == 240 * 60
    assert "activeDeadlineSeconds" not in made(make_spawner, {"profile": "cpu"}, name="bilal")["spec"]


def test_a_time_boxed_server_knows_its_end_and_when_to_warn(make_spawner: MakeSpawner) -> None:
    def told(profile: str, name: str) -> dict[str, str]:
        (container,) = made(make_spawner, {"profile": profile}, name=name)["spec"]["containers"]
        return {variable["name"]: variable.get("value", "") for variable in container["env"]}

    gpu, cpu = told("gpu", "alice"), told("cpu", "bilal")
    warned, ended = (datetime.fromisoformat(gpu[f"CAIRE_SERVER_{what}"]) for what in ("WARNS", "ENDS"))
    assert ended - warned == timedelta(minutes=10)
    assert timedelta(minutes=239) < ended - datetime.now(UTC) <= timedelta(minutes=240)
    assert "CAIRE_SERVER_ENDS" not in cpu
    assert (gpu["CAIRE_PROFILE"], cpu["CAIRE_PROFILE"]) == ("gpu", "cpu")


def test_labels_say_whose_the_pod_is_and_keep_what_the_chart_has_set(make_spawner: MakeSpawner) -> None:
    pod = made(make_spawner, {"profile": "gpu"}, groups=("cohort-lyon-1", "nbgrader-niveau-2"))
    labels = pod["metadata"]["labels"]
    assert labels["hub.jupyter.org/component"] == "singleuser-server"
    assert labels["component"] == "singleuser-server"  # what kubespawner watches by
    assert (labels["caire-labs/profile"], labels["caire-labs/cohort"]) == ("gpu", "lyon-1")


def test_selectors_and_tolerations_come_on_top_of_the_charts(make_spawner: MakeSpawner, tmp_path: Any) -> None:
    profiles = {"gpu": {"seats": 1, "node_selector": {"gpu": "a100"}, "image": "registry/caire-lab-gpu:1"}}
    settings = cluster_settings(tmp_path, kubernetes={"image": "registry/caire-lab:1", "profiles": profiles})
    chart = {"KubeSpawner": {"tolerations": [{"key": "user", "operator": "Exists"}], "node_selector": {"zone": "a"}}}
    spec = made(make_spawner, {"profile": "gpu"}, settings=settings, **chart)["spec"]
    assert spec["nodeSelector"] == {"zone": "a", "gpu": "a100"}
    assert [toleration["key"] for toleration in spec["tolerations"]] == ["user", "nvidia.com/gpu"]
    assert spec["containers"][0]["image"] == "registry/caire-lab-gpu:1"


def test_another_profile_leaves_nothing_of_the_one_before(make_spawner: MakeSpawner) -> None:
    async def twice() -> tuple[dict[str, Any], dict[str, Any]]:
        spawner = make_spawner()
        fresh = await manifest(spawner, profile="cpu")
        await manifest(spawner, profile="gpu")
        return fresh, await manifest(spawner, profile="cpu")

    fresh, again = asyncio.run(twice())
    assert fresh == again


@pytest.mark.parametrize("name", ["alice", "Zoé Müller", "a.b@c.fr", "x" * 200, "--", "1"])
def test_each_person_has_a_home_under_a_valid_name(make_spawner: MakeSpawner, name: str) -> None:
    async def make() -> tuple[dict[str, Any], dict[str, Any]]:
        spawner = make_spawner(name=name)
        return plain(spawner.get_pvc_manifest()), await manifest(spawner)

    claim, pod = asyncio.run(make())
    assert claim["metadata"]["name"].startswith("home-")
    assert is_valid_object_name(claim["metadata"]["name"])
    assert claim["spec"] == {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "5Gi"}}}
    (home,) = (v for v in pod["spec"]["volumes"] if v["name"] == "home")
    assert home["persistentVolumeClaim"]["claimName"] == claim["metadata"]["name"]
    (mount,) = (m for m in pod["spec"]["containers"][0]["volumeMounts"] if m["name"] == "home")
    assert mount["mountPath"] == "/home/learner"


def test_two_people_never_share_a_home(make_spawner: MakeSpawner) -> None:
    async def names() -> set[str]:
        people = ["zoe-a", "zoe_a", "Zoe-a", "zoe.a", "zoe a"]
        return {make_spawner(name=name).pvc_name for name in people}

    assert len(asyncio.run(names())) == 5


def test_deleting_an_account_of_the_hub_deletes_no_home(make_spawner: MakeSpawner) -> None:
    async def keeps() -> bool:
        return not make_spawner().delete_pvc

    assert asyncio.run(keeps())


def test_size_and_class_of_a_home_are_settings(make_spawner: MakeSpawner, tmp_path: Any) -> None:
    homes = {"size": "20Gi", "storage_class": "fast"}
    settings = cluster_settings(tmp_path, kubernetes={"homes": homes})

    async def claim() -> dict[str, Any]:
        return plain(make_spawner(settings=settings).get_pvc_manifest())

    spec = asyncio.run(claim())["spec"]
    assert (spec["resources"]["requests"]["storage"], spec["storageClassName"]) == ("20Gi", "fast")
