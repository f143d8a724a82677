"""The programs of a single-node Kubernetes 1.20 and how each is started: pure data, one function a program."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import yaml
from tests.cluster import archives, machine
from tests.cluster.pki import NODE

PODS = "10.244.0.0/24"
DNS_IP = "10.244.0.1"
SERVICES = "10.96.0.0/16"
SOCKET = "unix:///run/containerd/containerd.sock"
DOMAIN = "cluster.local"
AUDIT_LOG = "audit.log"


@dataclass(frozen=True)
class Places:
    """Folders of one cluster."""

    programs: Path
    keys: Path
    state: Path
    logs: Path


def etcd(at: Places) -> list[str]:
    """The store. It need not outlive a power cut, so it does not wait for the disk."""
    return [
        "/usr/bin/etcd",
        f"--data-dir={at.state / 'etcd'}",
        "--listen-client-urls=http://127.0.0.1:2379",
        "--advertise-client-urls=http://127.0.0.1:2379",
        "--listen-peer-urls=http://127.0.0.1:2380",
        "--unsafe-no-fsync",
    ]


def apiserver(at: Places) -> list[str]:
    """The API, for the machine and for the host, with an audit log that says who called what."""
    keys = at.keys
    return [
        str(at.programs / "kube-apiserver"),
        "--etcd-servers=http://127.0.0.1:2379",
        f"--service-cluster-ip-range={SERVICES}",
        "--secure-port=6443",
        f"--advertise-address={machine.NODE_IP}",
        f"--client-ca-file={keys}/ca.crt",
        f"--tls-cert-file={keys}/apiserver.crt",
        f"--tls-private-key-file={keys}/apiserver.key",
        f"--service-account-key-file={keys}/accounts.pub",
        f"--service-account-signing-key-file={keys}/accounts.key",
        f"--service-account-issuer=https://kubernetes.default.svc.{DOMAIN}",
        "--authorization-mode=Node,RBAC",
        "--enable-admission-plugins=NodeRestriction,ResourceQuota,LimitRanger,Priority",
        "--allow-privileged=true",
        f"--kubelet-client-certificate={keys}/apiserver-kubelet.crt",
        f"--kubelet-client-key={keys}/apiserver-kubelet.key",
        f"--kubelet-certificate-authority={keys}/ca.crt",
        "--kubelet-preferred-address-types=InternalIP",
        f"--requestheader-client-ca-file={keys}/ca.crt",
        f"--proxy-client-cert-file={keys}/front-proxy.crt",
        f"--proxy-client-key-file={keys}/front-proxy.key",
        "--requestheader-allowed-names=front-proxy-client",
        "--requestheader-username-headers=X-Remote-User",
        "--requestheader-group-headers=X-Remote-Group",
        "--requestheader-extra-headers-prefix=X-Remote-Extra-",
        f"--audit-policy-file={at.state / 'audit.yaml'}",
        f"--audit-log-path={at.logs / AUDIT_LOG}",
    ]


def controller_manager(at: Places) -> list[str]:
    """The controllers of Kubernetes itself."""
    return [
        str(at.programs / "kube-controller-manager"),
        *_signing_in(at, "controller-manager"),
        f"--service-account-private-key-file={at.keys}/accounts.key",
        f"--root-ca-file={at.keys}/ca.crt",
        "--use-service-account-credentials=true",
        "--leader-elect=false",
        "--node-monitor-grace-period=20s",
    ]


def scheduler(at: Places) -> list[str]:
    """The scheduler."""
    return [str(at.programs / "kube-scheduler"), *_signing_in(at, "scheduler"), "--leader-elect=false"]


def containerd(at: Places) -> list[str]:
    """The container runtime."""
    return ["/usr/bin/containerd", f"--config={at.state / 'containerd.toml'}"]


def kubelet(at: Places) -> list[str]:
    """The node."""
    return [
        str(at.programs / "kubelet"),
        f"--config={at.state / 'kubelet.yaml'}",
        f"--kubeconfig={at.keys}/kubelet.conf",
        f"--hostname-override={NODE}",
        f"--node-ip={machine.NODE_IP}",
        f"--cert-dir={at.state / 'kubelet-keys'}",
        "--container-runtime=remote",
        f"--container-runtime-endpoint={SOCKET}",
        f"--image-service-endpoint={SOCKET}",
    ]


def kube_proxy(at: Places) -> list[str]:
    """Services and NodePorts."""
    return [
        str(at.programs / "kube-proxy"),
        f"--kubeconfig={at.keys}/kube-proxy.conf",
        "--proxy-mode=iptables",
        f"--cluster-cidr={PODS}",
        f"--hostname-override={NODE}",
        f"--bind-address={machine.NODE_IP}",
        # Limits of connections belong to the whole kernel: leave the host's alone.
        "--conntrack-max-per-core=0",
        "--conntrack-tcp-timeout-established=0",
        "--conntrack-tcp-timeout-close-wait=0",
        "--oom-score-adj=0",
    ]


def _signing_in(at: Places, name: str) -> list[str]:
    config = at.keys / f"{name}.conf"
    options = ("kubeconfig", "authentication-kubeconfig", "authorization-kubeconfig")
    return [f"--{option}={config}" for option in options]


def files(at: Places, network: Path) -> dict[Path, str]:
    """The files that the programs read, by path. `network` is the machine's `/etc/cni/net.d`."""
    return {
        at.state / "audit.yaml": yaml.safe_dump(AUDIT),
        at.state / "containerd.toml": CONTAINERD,
        at.state / "kubelet.yaml": yaml.safe_dump(_kubelet_settings(at)),
        at.state / "resolv.conf": f"nameserver {DNS_IP}\n",
        network / "10-bridge.conflist": json.dumps(NETWORK, indent=1),
    }


def _kubelet_settings(at: Places) -> dict[str, object]:
    return {
        "apiVersion": "kubelet.config.k8s.io/v1beta1",
        "kind": "KubeletConfiguration",
        "authentication": {
            "anonymous": {"enabled": False},
            "webhook": {"enabled": True},
            "x509": {"clientCAFile": f"{at.keys}/ca.crt"},
        },
        "authorization": {"mode": "Webhook"},
        "tlsCertFile": f"{at.keys}/kubelet-server.crt",
        "tlsPrivateKeyFile": f"{at.keys}/kubelet-server.key",
        "cgroupDriver": "cgroupfs",
        "cgroupRoot": f"/{machine.NODE.cgroup}",
        "enforceNodeAllocatable": ["pods"],
        "clusterDNS": [DNS_IP],
        "clusterDomain": DOMAIN,
        "failSwapOn": False,
        "oomScoreAdj": 0,
        "resolvConf": str(at.state / "resolv.conf"),
        "volumePluginDir": str(at.state / "volume-plugins"),
        # The disk is the host's: what others write there must not evict our pods, nor delete our images.
        "imageGCHighThresholdPercent": 100,
        "imageGCLowThresholdPercent": 99,
        "evictionHard": {"memory.available": "100Mi", "nodefs.available": "1%", "imagefs.available": "1%"},
        "hairpinMode": "none",
        "maxPods": 200,
        # The first sign of a container's end is what many tests wait for.
        "syncFrequency": "10s",
        "registryPullQPS": 0,
        "eventRecordQPS": 0,
    }


AUDIT = {
    "apiVersion": "audit.k8s.io/v1",
    "kind": "Policy",
    "omitStages": ["RequestReceived"],
    "rules": [{"level": "Metadata", "userGroups": ["system:serviceaccounts"]}, {"level": "None"}],
}
"""Who called what, for pods; the control plane's own calls are not written down."""

NETWORK = {
    "cniVersion": "0.4.0",
    "name": "pods",
    "plugins": [
        {
            "type": "bridge",
            "bridge": "cni0",
            "isGateway": True,
            "ipMasq": True,
            "hairpinMode": True,
            "ipam": {"type": "host-local", "ranges": [[{"subnet": PODS}]], "routes": [{"dst": "0.0.0.0/0"}]},
        },
        {"type": "portmap", "capabilities": {"portMappings": True}},
    ],
}

CONTAINERD = f"""\
version = 2
oom_score = 0
disabled_plugins = [
  "io.containerd.snapshotter.v1.aufs", "io.containerd.snapshotter.v1.btrfs",
  "io.containerd.snapshotter.v1.devmapper", "io.containerd.snapshotter.v1.zfs",
]
[plugins."io.containerd.grpc.v1.cri"]
  sandbox_image = "{archives.PAUSE}"
  restrict_oom_score_adj = true
  disable_apparmor = true
  tolerate_missing_hugetlb_controller = true
  disable_hugetlb_controller = true
  [plugins."io.containerd.grpc.v1.cri".cni]
    bin_dir = "/usr/lib/cni"
    conf_dir = "/etc/cni/net.d"
  [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc]
    runtime_type = "io.containerd.runc.v2"
    [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc.options]
      SystemdCgroup = false
"""
