"""What the dispatcher decides: which places there are, and how many of them a submission takes."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from lab import manifest

from labgrader.api_models import Lease
from labgrader.grader import cluster
from labgrader.grader.dispatcher import Pool, places_for, pools_of
from labgrader.settings import Settings, SettingsError


def cluster_of(*workers: dict[str, float]) -> dict[str, object]:
    return {"workers": {f"w{n}": {"resources": resources} for n, resources in enumerate(workers)}}


def lease(losses: int) -> Lease:
    return Lease(
        submission_id="0" * 32,
        submission_hash="1" * 64,
        course="c1",
        lab="petit",
        lab_version="v",
        language="fr",
        manifest=manifest(),
        lease_until=datetime.now(UTC),
        attempt_of_grader=losses + 1,
        losses=losses,
        token="t",
    )


def test_pools_are_what_workers_offer() -> None:
    assert pools_of(cluster_of()) == {}
    assert pools_of(cluster_of({"cpu": 2.0}, {"cpu": 4.0, "gpu": 1.0})) == {"cpu": Pool(6, 4), "gpu": Pool(1, 1)}


def test_a_submission_takes_one_place() -> None:
    assert places_for(lease(losses=0), Pool(6, 4)) == 1


def test_what_a_grader_was_lost_on_is_graded_alone_on_its_worker() -> None:
    assert places_for(lease(losses=1), Pool(6, 4)) == 4
    assert places_for(lease(losses=1), Pool()) == 1


def test_a_token_is_not_shown() -> None:
    assert "token" not in repr(lease(losses=0))


@pytest.mark.parametrize("address", [None, "tcp://127.0.0.1:8786", "tls://127.0.0.1", "127.0.0.1:8786"])
def test_a_cluster_elsewhere_is_reached_over_tls_only(address: str | None, tmp_path: Path) -> None:
    cluster.write_certificates(tmp_path)
    with pytest.raises(SettingsError, match=r"grader\.scheduler"):
        cluster.secured(Settings(grader={"scheduler": address, "tls": tmp_path}))


def test_a_cluster_elsewhere_needs_certificates(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"grader\.tls"):
        cluster.secured(Settings(grader={"scheduler": "tls://127.0.0.1:8786", "tls": tmp_path}))


def test_only_their_owner_reads_certificates(tmp_path: Path) -> None:
    folder = tmp_path / "tls"
    cluster.write_certificates(folder)
    assert folder.stat().st_mode & 0o077 == 0
    assert {path.name: path.stat().st_mode & 0o077 for path in folder.iterdir()} == dict.fromkeys(
        ("ca.pem", "cert.pem", "key.pem"), 0
    )
