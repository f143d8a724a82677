"""Bad values are refused before anything is installed, by both helms, in words that name the key."""

from __future__ import annotations

import pytest
from tests.helm.charts import RefusedError, render

WRONG_KIND = {
    # an unknown key, in each depth
    "exchnge.replicas=3": "exchnge",
    "exchange.replica=3": "replica",
    "worker.cpu.autoscaling.enable=true": "enable",
    "backup.resources.requests.gpu=1": "gpu",
    "networkPolicy.external[0].cidr=10.0.0.0/8,networkPolicy.external[0].port=5432": "port",
    "worker.cpu.tolerations[0].kye=x": "kye",
    # of the settings: the program's own names
    "settings.grader.enginee=sealed": "enginee",
    "settings.gradder.engine=sealed": "gradder",
    "settings.grader.workers=0": "workers",
    "settings.language=de": "language",
    "settings.kubernetes.profiles.gpu.seat=2": "seat",
    "settings.kubernetes.homes.size=5GB": "size",
    "settings.cohorts[0].learner=20": "learner",
    # a wrong type, out of bounds, or no such thing
    "exchange.replicas=0": "replicas",
    "exchange.replicas=two": "replicas",
    "exchange.replicas=1.5": "replicas",
    "portal.replicas=null": "replicas",
    "settings.grader.drain_seconds=-1": "drain_seconds",
    "worker.cpu.autoscaling.targetCPUUtilizationPercentage=120": "targetCPUUtilizationPercentage",
    "worker.gpu.resourceName=gpu": "resourceName",
    "worker.gpu.enabled=maybe": "enabled",
    "exchange.resources.limits.memory=2GB": "memory",
    "exchange.resources.limits.cpu=lots": "cpu",
    "exchange.resources.limits=null": "limits",
    "images.pullPolicy=Sometimes": "pullPolicy",
    "images.grader.name=": "name",
    "database.existingSecret=My Secret": "existingSecret",
    "blobs.volume.size=20G": "size",
    "blobs.volume.accessModes[0]=ReadWriteSometimes": "accessModes",
    "backup.schedule=at night": "schedule",
    "backup.archive.schedule=never": "schedule",
    "backup.url=/backups": "url",
    "restore.from=yesterday": "from",
    "networkPolicy.apiServer.ports[0]=70000": "ports",
    "networkPolicy.apiServer.cidr=everywhere": "cidr",
    "monitoring.serviceMonitor.interval=30": "interval",
    "monitoring.estimates.pue=0.9": "pue",
    "smoke.url=labs.example.org": "url",
    "jupyterhub.fullnameOverride=my-hub": "fullnameOverride",
    "jupyterhub.hub.baseUrl=/hub": "baseUrl",
}

DO_NOT_FIT = {
    "settings.service.port=9000": "settings.service.port: it is 8003",
    "settings.grader.scheduler=null": "settings.grader.scheduler: it is tls://caire-scheduler:8786",
    "settings.state_dir=/srv/labs": "settings.state_dir: it is /var/lib/caire",
    "images.grader.tag=latest": "images.grader.tag: latest is another image tomorrow",
    "jupyterhub.hub.image.tag=latest": "jupyterhub.hub.image.tag: latest is another image tomorrow",
    "postgresql.enabled=false": "database.existingSecret: name the Secret",
    "postgresql.enabled=false,database.existingSecret=mine": "jupyterhub.hub.db.url: it names caire-postgresql",
    "database.existingSecret=mine": "jupyterhub.hub.extraEnv.PGPASSWORD.valueFrom.secretKeyRef.name: give mine",
    "settings.service.blob_url=s3://bucket/work": "blobs.volume.enabled: settings.service.blob_url leads elsewhere",
    "blobs.volume.enabled=false": "settings.service.blob_url: a folder in a pod ends with the pod",
    "backup.url=s3://bucket/backup": "backup.volume.enabled: backup.url leads elsewhere",
    "backup.volume.enabled=false": "backup.url: a folder in a pod ends with the pod",
    "backup.url=file:///backup,backup.volume.enabled=false": "backup.url: a folder in a pod ends with the pod",
    "worker.cpu.autoscaling.enabled=true,worker.cpu.replicas=9": "worker.cpu.autoscaling.maxReplicas: give at least",
    "priorityClasses.grader=-20": "priorityClasses.grader: placeholders yield to graders",
    "jupyterhub.hub.services.ops=null": "jupyterhub.hub.services.ops: leave it there",
}


@pytest.mark.parametrize("version", ["3", "4"])
@pytest.mark.parametrize(("values", "key"), WRONG_KIND.items(), ids=WRONG_KIND)
def test_a_value_of_the_wrong_kind_is_refused_by_its_name(chart, version, values, key):
    with pytest.raises(RefusedError) as refused:
        render(chart, version=version, values=[values])
    message = str(refused.value)
    assert "schema" in message
    where = values.partition("=")[0].partition("[")[0].split(".")[0]
    assert key in message
    assert where in message


@pytest.mark.parametrize(("values", "sentence"), DO_NOT_FIT.items(), ids=DO_NOT_FIT)
def test_values_that_do_not_fit_together_are_refused_with_what_to_do(chart, values, sentence):
    with pytest.raises(RefusedError) as refused:
        render(chart, values=[values])
    assert sentence in str(refused.value)


@pytest.mark.parametrize(
    "values",
    [
        "settings.kubernetes.profiles.gpu.seats=2",
        "settings.cohorts[0].id=lyon,settings.cohorts[0].course=ia-niveau-2,settings.cohorts[0].learners=20",
        "worker.cpu.resources.limits.cpu=2",
        "worker.cpu.resources.limits.cpu=1500m",
        "backup.schedule=@daily",
        "smoke.url=https://labs.example.org",
        "restore.from=file:///var/lib/caire-backup/2026-11-27",
        "jupyterhub.hub.labels.team=labs",
        "global.anything=1",
    ],
)
def test_good_values_pass(chart, values):
    assert render(chart, values=[values])
