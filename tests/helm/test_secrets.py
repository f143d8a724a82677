"""What the chart generates is what the programs take: certificates for Dask, a key that signs, a database's address."""

from __future__ import annotations

import asyncio
import base64

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from distributed import Client
from sqlalchemy import make_url
from tests.helm import charts
from tests.helm.charts import named, pods, render

from labgrader.grader import cluster
from labgrader.settings import Settings
from labgrader.signing import PRIVATE_FILE, Signer


@pytest.fixture(scope="module")
def objects(chart):
    return render(chart)


def data(objects, name):
    secret = named(objects, f"Secret/{name}")
    return {key: base64.b64decode(value) for key, value in secret.get("data", {}).items()} | secret.get(
        "stringData", {}
    )


def test_dispatcher_and_scheduler_know_each_other_by_the_certificates(objects, tmp_path):
    for name, text in data(objects, "caire-tls").items():
        (tmp_path / name).write_bytes(text)
    settings = Settings(grader={"scheduler": "tls://127.0.0.1:0", "tls": tmp_path})

    async def meet():
        async with cluster.scheduler(settings, "127.0.0.1") as scheduler:
            _, security = cluster.secured(settings)
            async with Client(scheduler.address, asynchronous=True, security=security, timeout=60) as client:
                return scheduler.address, (await client.scheduler.identity())["address"]

    started, met = asyncio.run(meet())
    assert started.startswith("tls://")
    assert met == started


def test_certificates_last_and_name_the_scheduler(objects):
    shown = x509.load_pem_x509_certificate(data(objects, "caire-tls")["cert.pem"])
    lasts = shown.not_valid_after_utc - shown.not_valid_before_utc
    names = shown.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert lasts.days == 3650
    assert names.get_values_for_type(x509.DNSName) == ["caire-scheduler"]
    load_pem_private_key(data(objects, "caire-tls")["key.pem"], password=None)


def test_the_key_signs(objects, tmp_path):
    file = tmp_path / PRIVATE_FILE
    file.write_bytes(data(objects, "caire-signing")[PRIVATE_FILE])
    file.chmod(0o600)
    assert len(Signer(tmp_path).key_id) == 64


def test_a_worker_lays_the_key_where_the_signer_looks(objects):
    spec = dict(pods(objects))["Deployment/caire-worker-cpu"]["spec"]
    [prepares] = spec["initContainers"]
    assert prepares["command"] == [
        "install", "-D", "-m", "0600", f"/etc/caire/signing/{PRIVATE_FILE}", f"/var/lib/caire/keys/{PRIVATE_FILE}",
    ]  # fmt: skip


def test_the_databases_address_opens_with_its_password(objects):
    secret = data(objects, "caire-database")
    for key, schema in (("database-url", None), ("gradebook-url", "-csearch_path=gradebook_{course}")):
        url = make_url(secret[key])
        assert (url.drivername, url.username, url.host, url.database) == (
            "postgresql+psycopg", "caire", "caire-postgresql", "caire",
        )  # fmt: skip
        assert (url.password, url.query.get("options")) == (secret["password"], schema)
        assert len(secret["password"]) == 32


def test_each_installation_has_its_own(chart):
    first, second = (
        data(charts.render(chart, values=[f"settings.hub.idle_minutes={n}"]), "caire-database") for n in (5, 6)
    )
    assert first["password"] != second["password"]


@pytest.mark.parametrize(
    ("values", "name"),
    [
        (["tls.existingSecret=mine"], "caire-tls"),
        (["signing.existingSecret=mine"], "caire-signing"),
        (
            [
                "database.existingSecret=mine",
                "jupyterhub.hub.extraEnv.PGPASSWORD.valueFrom.secretKeyRef.name=mine",
            ],
            "caire-database",
        ),
    ],
)
def test_a_secret_of_the_operators_own_takes_the_place(chart, values, name):
    objects = render(chart, values=values)
    assert f"Secret/{name}" not in {charts.name_of(thing) for thing in objects}
    assert f"{{'secretName': '{name}'" not in str(objects)


def test_the_demonstration_has_accounts_and_nothing_else_has(chart):
    demo = data(render(chart, overlays=charts.OVERLAYS["demo"]), "caire-demo")
    words = dict(line.split() for line in demo["passwords"].splitlines())
    assert set(words) == {"alice", "bilal", "chloe", "formateur", "admin"}
    assert words[demo["username"]] == demo["password"]
    assert len(set(words.values())) == 5
    assert "Secret/caire-demo" not in {charts.name_of(thing) for thing in render(chart)}
