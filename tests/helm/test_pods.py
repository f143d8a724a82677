"""Every pod that the chart makes is confined, bounded, and has no token that it does not need."""

from __future__ import annotations

import pytest
from tests.helm import charts
from tests.helm.charts import containers, pods

WITH_TOKEN = {"CronJob/caire-backup", "CronJob/caire-homes", "Job/caire-restore", "Deployment/caire-warm"}
"""Who asks the API server something."""
SERVE = {
    "Deployment/caire-exchange",
    "Deployment/caire-portal",
    "Deployment/caire-scheduler",
    "StatefulSet/caire-postgresql",
}
LEARNERS = 1000
ALL = {
    *SERVE, *WITH_TOKEN, "Deployment/caire-dispatcher", "Deployment/caire-worker-cpu", "Deployment/caire-worker-gpu",
    "Deployment/caire-placeholder", "Job/caire-migrate", "Pod/caire-smoke",
}  # fmt: skip


def faults(name, pod):
    """What an administrator would refuse, one sentence each: PodSecurity `restricted` and the house's own rules."""
    spec = pod["spec"]
    found = [*_pod_faults(name, spec)]
    for container in containers(pod):
        found += [f"{container['name']}: {fault}" for fault in _container_faults(container)]
    if name in SERVE:
        [container] = spec["containers"]
        found += [f"no {probe}" for probe in ("livenessProbe", "readinessProbe") if probe not in container]
    return found


def _pod_faults(name, spec):
    security = spec["securityContext"]
    if not security.get("runAsNonRoot") or not security.get("runAsUser"):
        yield "may run as root"
    if security.get("seccompProfile") != {"type": "RuntimeDefault"}:
        yield "no seccomp profile"
    if spec.get("automountServiceAccountToken") is not (name in WITH_TOKEN):
        yield "token"
    if (spec["serviceAccountName"] != "caire") is not (name in WITH_TOKEN):
        yield "service account"
    if any(spec.get(key) for key in ("hostNetwork", "hostPID", "hostIPC")):
        yield "shares the host's"
    if (
        any("hostPath" in volume for volume in spec["volumes"] if isinstance(volume, dict))
        if "volumes" in spec
        else False
    ):
        yield "mounts the host"
    if spec.get("enableServiceLinks") is not False:
        yield "names of services in its environment"


def _container_faults(container):
    security = container["securityContext"]
    if security.get("privileged") or security.get("allowPrivilegeEscalation") is not False:
        yield "may gain privileges"
    if security.get("capabilities") != {"drop": ["ALL"]}:
        yield "capabilities"
    if security.get("readOnlyRootFilesystem") is not True:
        yield "writes to its image"
    for kind in ("requests", "limits"):
        if not {"cpu", "memory"} <= set(container.get("resources", {}).get(kind, {})):
            yield f"no {kind}"
    tag = container["image"].rpartition(":")[2]
    if tag in ("", "latest") or "/" in tag:
        yield "no version of its image"


def test_every_pod_is_confined(everything):
    judged = {name: faults(name, pod) for name, pod in pods(everything)}
    assert judged == {name: [] for name in ALL}


@pytest.mark.parametrize("overlay", charts.OVERLAYS)
def test_every_pod_of_an_overlay_is_confined(chart, overlay):
    for name, pod in pods(charts.render(chart, overlays=charts.OVERLAYS[overlay])):
        assert not faults(name, pod), name


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"securityContext": {"privileged": True}}, "may gain privileges"),
        ({"resources": {"requests": {"cpu": "1", "memory": "1Gi"}}}, "no limits"),
        ({"image": "caire-hub:latest"}, "no version of its image"),
        ({"securityContext": {"readOnlyRootFilesystem": False}}, "writes to its image"),
        ({"readinessProbe": None}, "no readinessProbe"),
    ],
)
def test_what_is_not_allowed_is_found(everything, change, fault):
    pod = dict(pods(everything))["Deployment/caire-exchange"]
    [container] = pod["spec"]["containers"]
    changed = {key: value for key, value in {**container, **change}.items() if value is not None}
    judged = faults("Deployment/caire-exchange", {"spec": {**pod["spec"], "containers": [changed]}})
    assert any(fault in found for found in judged)


def test_a_token_that_nobody_needs_is_found(everything):
    pod = dict(pods(everything))["Deployment/caire-exchange"]
    assert "token" in faults(
        "Deployment/caire-exchange", {"spec": {**pod["spec"], "automountServiceAccountToken": True}}
    )


def test_rights_are_the_least(everything):
    roles = {role["metadata"]["name"]: role["rules"] for role in everything if role["kind"] in ("Role", "ClusterRole")}
    assert set(roles) == {"caire-warm", "caire-backup", "caire-homes"}
    deleting = {
        name
        for name, rules in roles.items()
        for rule in rules
        if "delete" in rule["verbs"] and "persistentvolumeclaims" in rule["resources"]
    }
    assert deleting == {"caire-homes"}
    [scale] = roles["caire-warm"]
    assert scale["resourceNames"] == ["caire-placeholder"]
    for rules in roles.values():
        for rule in rules:
            assert "*" not in [*rule["verbs"], *rule["resources"], *rule["apiGroups"]]
            assert "secrets" not in rule["resources"]


def test_a_gpu_worker_gets_its_gpus_and_grades_on_them(everything):
    [container] = dict(pods(everything))["Deployment/caire-worker-gpu"]["spec"]["containers"]
    assert container["resources"]["limits"]["nvidia.com/gpu"] == "1"
    environment = {entry["name"]: entry.get("value") for entry in container["env"]}
    assert environment["CAIRE_GRADER__GPUS"] == "1"


def test_replicas_are_spread_and_taken_one_by_one(everything):
    budgets = {thing["spec"]["selector"]["matchLabels"]["app.kubernetes.io/component"] for thing in everything
               if thing["kind"] == "PodDisruptionBudget"}  # fmt: skip
    assert {"exchange", "portal", "worker-cpu"} == budgets
    for name in ("exchange", "portal", "worker-cpu"):
        spec = dict(pods(everything))[f"Deployment/caire-{name}"]["spec"]
        keys = [constraint["topologyKey"] for constraint in spec["topologySpreadConstraints"]]
        assert keys == ["topology.kubernetes.io/zone", "kubernetes.io/hostname"]


def test_graders_have_an_account_that_no_other_pod_has(everything):
    """The kernel counts processes by account across the pods of a node: learners' would end gradings."""
    accounts = {name: pod["spec"]["securityContext"]["runAsUser"] for name, pod in pods(everything)}
    graders = {name: accounts.pop(name) for name in list(accounts) if name.startswith("Deployment/caire-worker-")}
    assert set(graders.values()).isdisjoint({*accounts.values(), LEARNERS})
