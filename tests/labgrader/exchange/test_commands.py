"""nbgrader's real command line does a full round through the real service and the real grader."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import nbformat
import pytest
from deployment import COURSE, Deployment
from lab import CANARY, manifest, solved, source_notebook
from tests.labgrader.service.conftest import record_of

from labgrader import archive
from labgrader.api_models import ReleaseRequest

Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def deployment(tmp_path: Path) -> Iterator[Deployment]:
    state = tmp_path / "state"
    state.mkdir(mode=0o700)
    with Deployment(state, {"awa": "learner", "tess": "trainer"}) as running:
        running.start("service")
        running.wait_ready()
        yield running


@pytest.fixture
def nbgrader(deployment: Deployment, tmp_path: Path) -> Run:
    """`nbgrader(who, "command", …)` in that person's home; output in French."""

    def run(who: str, *args: str, fails: bool = False) -> subprocess.CompletedProcess[str]:
        home = tmp_path / who
        home.mkdir(exist_ok=True)
        (home / "nbgrader_config.py").write_text(
            "from labgrader.exchange import configure\nc = get_config()\nconfigure(c)\n"
            f"c.CourseDirectory.course_id = {COURSE!r}\n"
        )
        environment = {
            "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
            "HOME": str(home),
            "JUPYTERHUB_API_TOKEN": who,
            "CAIRE_EXCHANGE_URL": deployment.url,
            "CAIRE_LANG": "fr",
        }
        done = subprocess.run(
            [sys.executable, "-m", "nbgrader", *args], cwd=home, env=environment, capture_output=True, text=True
        )
        assert (done.returncode != 0) == fails, done.stdout + done.stderr
        return done

    return run


def write_source(home: Path) -> None:
    notebook = source_notebook()
    notebook.cells = [c for c in notebook.cells if c.metadata.get("nbgrader", {}).get("grade_id") != "widget"]
    folder = home / "source" / "petit"
    folder.mkdir(parents=True)
    nbformat.write(notebook, folder / "petit.ipynb")


@pytest.mark.slow
def test_a_full_round(deployment: Deployment, nbgrader: Run, tmp_path: Path) -> None:
    write_source(tmp_path / "tess")
    nbgrader("tess", "generate_assignment", "petit")
    assert "Lab ouvert" in nbgrader("tess", "release_assignment", "petit").stderr

    assert f"{COURSE} petit" in nbgrader("awa", "list").stderr
    nbgrader("awa", "fetch_assignment", "petit")
    fetched = tmp_path / "awa" / "petit" / "petit.ipynb"
    assert CANARY not in fetched.read_text()
    nbformat.write(solved(nbformat.read(fetched, as_version=4)), fetched)
    cache = fetched.parent / "__pycache__" / "aide.cpython-311.pyc"
    cache.parent.mkdir()
    cache.write_bytes(b"cache")
    assert "Reçu" in nbgrader("awa", "submit", "petit").stderr
    assert "pas encore publié" in nbgrader("awa", "fetch_feedback", "petit", fails=True).stderr

    deployment.start("grader")
    with deployment.client("awa") as exchange:
        attempt = exchange.submissions(COURSE, "petit")[0].id
        last = list(exchange.events(attempt))[-1]
        assert (last.state, last.points) == ("graded", 3)

    nbgrader("tess", "collect", "petit")
    assert (tmp_path / "tess" / "submitted" / "awa" / "petit" / "petit.ipynb").is_file()
    nbgrader("tess", "autograde", "petit")
    nbgrader("tess", "release_feedback", "petit")
    nbgrader("awa", "fetch_feedback", "petit")
    pages = list((tmp_path / "awa" / "petit" / "feedback").rglob("*.html"))
    assert len(pages) == 1
    assert CANARY not in pages[0].read_text()
    assert "3/5" in nbgrader("awa", "list", "--inbound").stderr

    nbgrader("awa", "submit", "petit")  # what came back, and a cache, are no new work
    with deployment.client("awa") as exchange:
        assert [s.id for s in exchange.submissions(COURSE, "petit")] == [attempt]
        handed_in = archive.read(exchange.submission_bundle(attempt), archive.LAB_LIMITS)
    assert set(handed_in) == {"petit.ipynb"}


def test_attempts_without_a_feedback_page_do_not_keep_others_from_theirs(
    deployment: Deployment, nbgrader: Run, tmp_path: Path
) -> None:
    described = manifest()
    source = archive.pack({described.notebook: nbformat.writes(source_notebook()).encode()})
    with deployment.client("tess") as tess, deployment.client("awa") as awa, deployment.client("grader") as grader:
        tess.put_version(COURSE, described, source, {"fr": source, "en": source})
        tess.release(COURSE, described.id, ReleaseRequest())
        for feedback in ("<p>Bravo</p>", None):
            work = archive.pack({described.notebook: b"{}", "note.txt": str(feedback).encode()})
            awa.submit(COURSE, described.id, work)
            job = grader.lease()
            assert job is not None
            grader.put_record(record_of(job, 5), feedback)
        tess.release_feedback(COURSE, described.id)
    nbgrader("awa", "fetch_feedback", described.id)
    (page,) = (tmp_path / "awa" / described.id / "feedback").rglob("*.html")
    assert page.read_text() == "<p>Bravo</p>"


def test_refusals_are_one_sentence(nbgrader: Run) -> None:
    assert "Traceback" not in nbgrader("awa", "fetch_assignment", "nulle-part", fails=True).stderr
    assert "dossier" in nbgrader("awa", "submit", "petit", fails=True).stderr
    assert "generate_assignment" in nbgrader("tess", "release_assignment", "petit", fails=True).stderr
