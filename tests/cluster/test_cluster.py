"""The cluster itself: what the other tests take for granted about it."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import astuple
from pathlib import Path

import pytest
from tests.cluster import archives, machine, report
from tests.cluster.choice import Cluster
from tests.cluster.gpu import RESOURCE
from tests.cluster.kubectl import Kubectl, Object, names, ready
from tests.cluster.local import CTR, LocalCluster


def pod(name: str, image: str, script: str, **more: object) -> Object:
    """A pod that runs a shell script once, confined as ours are."""
    security = {"runAsNonRoot": True, "runAsUser": 1000, "allowPrivilegeEscalation": False}
    container = {
        "name": "main",
        "image": image,
        "imagePullPolicy": "IfNotPresent",
        "command": ["/bin/busybox", "sh", "-c", script],
        "securityContext": security,
    }
    container |= {key: more.pop(key) for key in ("resources", "volumeMounts", "ports") if key in more}
    spec = {"restartPolicy": "Never", "terminationGracePeriodSeconds": 1, "containers": [container], **more}
    return {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": name, "labels": {"app": name}}, "spec": spec}


def claim(name: str) -> Object:
    spec = {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "10Mi"}}}
    return {"apiVersion": "v1", "kind": "PersistentVolumeClaim", "metadata": {"name": name}, "spec": spec}


def service(name: str, **more: object) -> Object:
    spec = {"selector": {"app": name}, "ports": [{"port": 8080}], **more}
    return {"apiVersion": "v1", "kind": "Service", "metadata": {"name": name}, "spec": spec}


def done(kubectl: Kubectl, name: str) -> str:
    """What the pod `name` has printed by its successful end."""
    kubectl.wait(f"pod/{name}", "jsonpath={.status.phase}=Succeeded")
    return kubectl("logs", name)


def test_every_node_is_ready(cluster: Cluster) -> None:
    nodes = cluster.kubectl.list("nodes")
    assert nodes
    assert names(nodes, ready) == names(nodes)


def test_what_a_pod_wrote_is_there_for_the_next_and_goes_with_the_claim(namespace: Kubectl, trial_image: str) -> None:
    volume = {"name": "home", "persistentVolumeClaim": {"claimName": "home"}}
    mount = [{"name": "home", "mountPath": "/home"}]
    namespace.apply(
        claim("home"), pod("writes", trial_image, "echo kept > /home/file", volumes=[volume], volumeMounts=mount)
    )
    done(namespace, "writes")
    namespace.apply(pod("reads", trial_image, "cat /home/file; id -u", volumes=[volume], volumeMounts=mount))
    assert done(namespace, "reads").split() == ["kept", "1000"]
    [bound] = [
        each
        for each in namespace.list("persistentvolumes")
        if each["spec"]["claimRef"]["namespace"] == namespace.namespace
    ]
    namespace("delete", "pod/writes", "pod/reads", "pvc/home")
    namespace.wait(f"persistentvolume/{bound['metadata']['name']}", "delete")


def test_an_image_that_is_loaded_anew_leaves_nothing_of_the_one_before(
    own_cluster: LocalCluster, trial_image: str, tmp_path: Path
) -> None:
    def content() -> set[str]:
        return set(own_cluster.machine.run(*CTR, "content", "list", "-q").split())

    def load(note: bytes) -> None:
        archives.trial(tmp_path / "trial.tar", note)
        own_cluster.load(tmp_path / "trial.tar")

    before = content()
    load(b"first")
    first = content() - before
    load(b"second")
    assert first
    assert first.isdisjoint(content())
    assert trial_image in own_cluster.images()


def test_a_service_answers_by_its_name_and_on_its_node_port(
    cluster: Cluster, namespace: Kubectl, trial_image: str
) -> None:
    serve = "mkdir /tmp/www; echo hello > /tmp/www/index.html; busybox httpd -f -p 8080 -h /tmp/www"
    namespace.apply(service("web", type="NodePort"), pod("web", trial_image, serve))
    namespace.wait("pod/web", "condition=Ready")
    port = namespace.get("service", "web")["spec"]["ports"][0]["nodePort"]
    ask = "printf 'GET / HTTP/1.0\\r\\n\\r\\n' | nc -w 5 {} 8080 | tail -n 1"
    for name in ("web", f"web.{namespace.namespace}.svc.cluster.local"):
        script = f"until {ask.format(name)} | grep hello; do sleep 0.2; done"  # DNS follows the API a moment later
        namespace.apply(pod("asks", trial_image, script))
        assert done(namespace, "asks") == "hello\n"
        namespace("delete", "pod/asks")
    curl = ["curl", "-sf", "--retry", "5", "--retry-connrefused", f"http://{cluster.address}:{port}/"]
    assert subprocess.run(curl, capture_output=True, text=True, check=True).stdout.strip() == "hello"


def test_pods_of_a_headless_service_have_names(namespace: Kubectl, trial_image: str) -> None:
    spec = {"hostname": "first", "subdomain": "many"}
    namespace.apply(service("many", clusterIP="None"), pod("many", trial_image, "exec sleep 300", **spec))
    namespace.wait("pod/many", "condition=Ready")
    address = namespace.get("pod", "many")["status"]["podIP"]
    ask = f"until nslookup first.many.{namespace.namespace}.svc.cluster.local; do sleep 0.2; done"
    namespace.apply(pod("looks", trial_image, ask))
    assert address in done(namespace, "looks")


@pytest.fixture
def two_gpus(own_cluster: LocalCluster) -> Iterator[LocalCluster]:
    own_cluster.offer_gpus(2)
    yield own_cluster
    own_cluster.offer_gpus(0)


def test_gpus_are_given_to_as_many_pods_as_there_are(
    two_gpus: LocalCluster, namespace: Kubectl, trial_image: str
) -> None:
    one = {"limits": {RESOURCE: 1}}
    for name in ("first", "second"):
        namespace.apply(pod(name, trial_image, "echo $NVIDIA_VISIBLE_DEVICES; exec sleep 300", resources=one))
        namespace.wait(f"pod/{name}", "condition=Ready")
    assert {namespace("logs", name).strip() for name in ("first", "second")} == {"fake-0", "fake-1"}
    namespace.apply(pod("third", trial_image, "echo $NVIDIA_VISIBLE_DEVICES", resources=one))
    namespace.wait("pod/third", "jsonpath={.status.conditions[0].reason}=Unschedulable")
    freed = namespace("logs", "first")
    namespace("delete", "pod/first")
    assert done(namespace, "third") == freed


def test_the_report_of_a_failure_holds_events_and_logs(namespace: Kubectl, trial_image: str) -> None:
    events = report.Events(namespace)
    events.start()
    namespace.apply(pod("fails", trial_image, "echo my last words; exit 3"))
    namespace.wait("pod/fails", "jsonpath={.status.phase}=Failed")
    found = dict(report.sections(namespace, events, since=0))
    events.stop()
    assert "Started" in found[f"events of {namespace.namespace}"]
    assert "my last words" in found["log of fails"]
    assert '"exitCode": 3' in found["state of fails"]


def test_the_api_server_can_be_away_and_come_back(
    own_cluster: LocalCluster, namespace: Kubectl, trial_image: str
) -> None:
    own_cluster.stop_program("apiserver")
    own_cluster.start_program("apiserver")
    own_cluster.wait_for_api()
    namespace.apply(claim("after"), pod("after", trial_image, "echo back"))
    assert done(namespace, "after") == "back\n"
    namespace.wait("pvc/after", "jsonpath={.status.phase}=Bound")


SESSION = """
import os, signal, subprocess, sys, threading
from pathlib import Path
from tests.cluster import machine
here = Path(sys.argv[1])
identity = machine.Identity(*sys.argv[2:])
started = machine.start(here / "logs", here / "private", with_us=True, identity=identity)
started.spawn("sleeper", "sleep", "600")
print(started.init.pid, started.programs["sleeper"].pid, flush=True)
threading.Event().wait()
"""


@pytest.mark.skipif(os.geteuid() != 0, reason="a machine of its own needs root")
def test_a_session_that_is_killed_leaves_no_process_no_mount_and_no_network(tmp_path: Path) -> None:
    identity = machine.Identity("caire-trial", "10.98.0.5", "10.98.0.6")
    command = [sys.executable, "-c", SESSION, str(tmp_path), *astuple(identity)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=machine.CHECKOUT) as session:
        assert session.stdout
        inside = [machine.Process.of(int(pid)) for pid in session.stdout.readline().split()]
        assert len(inside) == 2
        assert all(process.alive() for process in inside)
        session.kill()
    for process in inside:
        assert process.gone(seconds=20)
    machine.remove_cgroups(identity)
    assert not [line for line in Path("/proc/mounts").read_text().splitlines() if str(tmp_path) in line]
    assert machine.remains(identity) == []
