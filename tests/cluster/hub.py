"""A hub and its proxy with the names of the official chart, for where that chart cannot run (Kubernetes before 1.28).

Same image, same ConfigMap, same `configure(c)`: only what the official chart writes itself is written here.
"""

from __future__ import annotations

import secrets

from tests.cluster.kubectl import Object

SERVICES = ("exchange", "labs", "grader", "ops")
CONFIGURATION = "from labhub.kubernetes import configure\n\nconfigure(c, standalone=True)\n"
NETWORK = {"hub.jupyter.org/network-access-hub": "true", "hub.jupyter.org/network-access-proxy-api": "true"}


def tokens() -> Object:
    """The Secret `hub`: a token for each service, and what hub and proxy share. It comes before everything else."""
    entries = {f"hub.services.{name}.apiToken": secrets.token_hex(32) for name in SERVICES}
    entries |= {"hub.config.ConfigurableHTTPProxy.auth_token": secrets.token_hex(32)}
    entries |= {"hub.config.CryptKeeper.keys": secrets.token_hex(32)}
    return {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "hub"}, "stringData": entries}


def objects(hub_image: str, proxy_image: str) -> list[Object]:
    """Everything else."""
    rights = [
        {
            "apiGroups": [""],
            "resources": ["pods", "persistentvolumeclaims"],
            "verbs": ["get", "watch", "list", "create", "delete"],
        },
        {"apiGroups": [""], "resources": ["events"], "verbs": ["get", "watch", "list"]},
    ]
    subject = {"kind": "ServiceAccount", "name": "hub"}
    role = {"apiGroup": "rbac.authorization.k8s.io", "kind": "Role", "name": "hub"}
    return [
        _object("v1", "ServiceAccount", "hub"),
        _object("rbac.authorization.k8s.io/v1", "Role", "hub", rules=rights),
        _object("rbac.authorization.k8s.io/v1", "RoleBinding", "hub", subjects=[subject], roleRef=role),
        _object("v1", "ConfigMap", "hub", data={"jupyterhub_config.py": CONFIGURATION}),
        _service("hub", "hub", 8081),
        _service("proxy-api", "proxy", 8001),
        _service("proxy-public", "proxy", 80, target=8000, type="NodePort"),
        _deployment("hub", "hub", _hub(hub_image)),
        _deployment("proxy", "proxy", _proxy(proxy_image)),
    ]


def _hub(image: str) -> Object:
    mounts = {
        "config": "/usr/local/etc/jupyterhub",
        "caire-settings": "/etc/caire",
        "caire-demo": "/etc/caire-demo",
        "tmp": "/tmp",
    }
    environment = [
        _value("CAIRE_SETTINGS", "/etc/caire/caire.yaml"),
        _value("CAIRE_DEMO_PASSWORDS", "/etc/caire-demo/passwords"),
        _value("CAIRE_HUB_DATABASE_URL", "postgresql+psycopg://caire@caire-postgresql:5432/jupyterhub"),
        _secret("PGPASSWORD", "caire-database", "password"),
        _secret("CONFIGPROXY_AUTH_TOKEN", "hub", "hub.config.ConfigurableHTTPProxy.auth_token"),
        _secret("JUPYTERHUB_CRYPT_KEY", "hub", "hub.config.CryptKeeper.keys"),
        *(_secret(f"CAIRE_TOKEN_{name.upper()}", "hub", f"hub.services.{name}.apiToken") for name in SERVICES),
        {"name": "POD_NAMESPACE", "valueFrom": {"fieldRef": {"fieldPath": "metadata.namespace"}}},
    ]
    health = {"httpGet": {"path": "/hub/health", "port": 8081}}
    container = {
        "name": "hub",
        "image": image,
        "args": ["jupyterhub", "--config", "/usr/local/etc/jupyterhub/jupyterhub_config.py", "--upgrade-db"],
        "workingDir": "/tmp",
        "env": environment,
        "ports": [{"containerPort": 8081}],
        # As the official chart sets them; the watchdog answers there.
        "livenessProbe": {**health, "initialDelaySeconds": 300, "periodSeconds": 10, "failureThreshold": 30},
        "readinessProbe": {**health, "periodSeconds": 2, "failureThreshold": 1000},
        "resources": {"requests": {"cpu": "100m", "memory": "256Mi"}, "limits": {"cpu": "2", "memory": "2Gi"}},
        "volumeMounts": [{"name": name, "mountPath": path} for name, path in mounts.items()],
    }
    volumes = [
        {"name": "config", "configMap": {"name": "hub"}},
        {"name": "caire-settings", "configMap": {"name": "caire-settings"}},
        {"name": "caire-demo", "secret": {"secretName": "caire-demo"}},
        {"name": "tmp", "emptyDir": {}},
    ]
    return {"serviceAccountName": "hub", "containers": [container], "volumes": volumes}


def _proxy(image: str) -> Object:
    ways = ["--ip=0.0.0.0", "--port=8000", "--api-ip=0.0.0.0", "--api-port=8001"]
    targets = ["--default-target=http://hub:8081", "--error-target=http://hub:8081/hub/error"]
    container = {
        "name": "chp",
        "image": image,
        "args": ["configurable-http-proxy", *ways, *targets],
        "env": [_secret("CONFIGPROXY_AUTH_TOKEN", "hub", "hub.config.ConfigurableHTTPProxy.auth_token")],
        "ports": [{"containerPort": 8000}, {"containerPort": 8001}],
        "readinessProbe": {"httpGet": {"path": "/_chp_healthz", "port": 8000}, "periodSeconds": 2},
        "resources": {"requests": {"cpu": "50m", "memory": "64Mi"}, "limits": {"cpu": "1", "memory": "512Mi"}},
        "volumeMounts": [{"name": "tmp", "mountPath": "/tmp"}],
    }
    return {
        "containers": [container],
        "volumes": [{"name": "tmp", "emptyDir": {}}],
        "automountServiceAccountToken": False,
    }


def _object(version: str, kind: str, name: str, **more: object) -> Object:
    return {"apiVersion": version, "kind": kind, "metadata": {"name": name, "labels": {"app": "jupyterhub"}}, **more}


def _service(name: str, component: str, port: int, target: int | None = None, **more: object) -> Object:
    selector = {"app": "jupyterhub", "component": component}
    spec = {"selector": selector, "ports": [{"port": port, "targetPort": target or port}], **more}
    return _object("v1", "Service", name, spec=spec)


def _deployment(name: str, component: str, pod: Object) -> Object:
    labels = {"app": "jupyterhub", "component": component}
    security = {"runAsNonRoot": True, "runAsUser": 1000, "runAsGroup": 1000, "fsGroup": 1000}
    pod = {"securityContext": {**security, "seccompProfile": {"type": "RuntimeDefault"}}, **pod}
    for container in pod["containers"]:
        container["imagePullPolicy"] = "IfNotPresent"
        container["securityContext"] = {
            "allowPrivilegeEscalation": False,
            "readOnlyRootFilesystem": True,
            "capabilities": {"drop": ["ALL"]},
        }
    spec = {
        "replicas": 1,
        "strategy": {"type": "Recreate"},
        "selector": {"matchLabels": labels},
        "template": {"metadata": {"labels": {**labels, **NETWORK}}, "spec": {**pod, "enableServiceLinks": False}},
    }
    return _object("apps/v1", "Deployment", name, spec=spec)


def _value(name: str, value: str) -> Object:
    return {"name": name, "value": value}


def _secret(name: str, secret: str, key: str) -> Object:
    return {"name": name, "valueFrom": {"secretKeyRef": {"name": secret, "key": key}}}
