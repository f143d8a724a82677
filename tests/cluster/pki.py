"""The certificates of a cluster: one authority made anew for each start, and a kubeconfig for each that signs in."""

from __future__ import annotations

import base64
import datetime as dt
import ipaddress
from collections.abc import Mapping, Sequence
from pathlib import Path

import yaml
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from tests.cluster.machine import NODE_IP

NODE = "caire"
SERVICE_IP = "10.96.0.1"
VALID = dt.timedelta(days=30)
APISERVER_NAMES = (
    "kubernetes",
    "kubernetes.default",
    "kubernetes.default.svc",
    "kubernetes.default.svc.cluster.local",
    "localhost",
)
SERVERS: Mapping[str, tuple[str, Sequence[str], Sequence[str]]] = {
    "apiserver": ("kube-apiserver", APISERVER_NAMES, ("127.0.0.1", NODE_IP, SERVICE_IP)),
    "kubelet-server": (f"system:node:{NODE}", (NODE,), (NODE_IP, "127.0.0.1")),
}
"""Server certificates: common name, names, addresses."""
CLIENTS: Mapping[str, tuple[str, str | None]] = {
    "admin": ("kubernetes-admin", "system:masters"),
    "apiserver-kubelet": ("kube-apiserver-kubelet-client", "system:masters"),
    "front-proxy": ("front-proxy-client", None),
    "controller-manager": ("system:kube-controller-manager", None),
    "scheduler": ("system:kube-scheduler", None),
    "kube-proxy": ("system:kube-proxy", None),
    "kubelet": (f"system:node:{NODE}", "system:nodes"),
}
"""Client certificates: user and group, as Kubernetes' own roles name them."""


class Authority:
    """Signs certificates into a folder: `NAME.crt` and `NAME.key`, keys readable by their owner alone."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self.folder = folder
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = _name("caire-test-cluster")
        certificate = (
            _builder(self._name, self._name, self._key.public_key())
            .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
            .sign(self._key, hashes.SHA256())
        )
        self._write("ca", self._key, certificate)

    def issue(
        self, name: str, subject: x509.Name, usage: x509.ObjectIdentifier, names: Sequence[x509.GeneralName] = ()
    ) -> None:
        """Write a certificate for `subject`."""
        key = ec.generate_private_key(ec.SECP256R1())
        builder = _builder(subject, self._name, key.public_key())
        builder = builder.add_extension(x509.ExtendedKeyUsage([usage]), critical=False)
        if names:
            builder = builder.add_extension(x509.SubjectAlternativeName(names), critical=False)
        self._write(name, key, builder.sign(self._key, hashes.SHA256()))

    def _write(self, name: str, key: ec.EllipticCurvePrivateKey, certificate: x509.Certificate) -> None:
        _write_key(self.folder / f"{name}.key", key)
        (self.folder / f"{name}.crt").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))


def make(folder: Path) -> None:
    """Write everything that a cluster's programs need: certificates, keys of service accounts, kubeconfigs."""
    authority = Authority(folder)
    for name, (common, names, addresses) in SERVERS.items():
        general = [x509.DNSName(host) for host in names] + [
            x509.IPAddress(ipaddress.ip_address(address)) for address in addresses
        ]
        authority.issue(name, _name(common), ExtendedKeyUsageOID.SERVER_AUTH, general)
    for name, (common, group) in CLIENTS.items():
        authority.issue(name, _name(common, group), ExtendedKeyUsageOID.CLIENT_AUTH)
        _write_kubeconfig(folder, name)
    accounts = ec.generate_private_key(ec.SECP256R1())
    _write_key(folder / "accounts.key", accounts)
    public = accounts.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    (folder / "accounts.pub").write_bytes(public)


def _write_kubeconfig(folder: Path, name: str) -> None:
    def inline(file: str) -> str:
        return base64.b64encode((folder / file).read_bytes()).decode()

    server = {"server": f"https://{NODE_IP}:6443", "certificate-authority-data": inline("ca.crt")}
    user = {"client-certificate-data": inline(f"{name}.crt"), "client-key-data": inline(f"{name}.key")}
    config = {
        "apiVersion": "v1",
        "kind": "Config",
        "clusters": [{"name": "caire", "cluster": server}],
        "users": [{"name": name, "user": user}],
        "contexts": [{"name": "caire", "context": {"cluster": "caire", "user": name}}],
        "current-context": "caire",
    }
    path = folder / f"{name}.conf"
    path.touch(mode=0o600)
    path.write_text(yaml.safe_dump(config), encoding="utf-8")


def _name(common: str, group: str | None = None) -> x509.Name:
    parts = [x509.NameAttribute(NameOID.COMMON_NAME, common)]
    if group:
        parts.insert(0, x509.NameAttribute(NameOID.ORGANIZATION_NAME, group))
    return x509.Name(parts)


def _builder(subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePublicKey) -> x509.CertificateBuilder:
    now = dt.datetime.now(dt.UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(minutes=5))
        .not_valid_after(now + VALID)
    )


def _write_key(path: Path, key: ec.EllipticCurvePrivateKey) -> None:
    path.touch(mode=0o600)
    encoding, form = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8
    path.write_bytes(key.private_bytes(encoding, form, serialization.NoEncryption()))
