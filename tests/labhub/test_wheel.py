"""The built wheel, not the checkout: it holds all that it needs, and `caire up` works from it."""

from __future__ import annotations

import importlib.util
import io
import json
import os
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from contextlib import closing
from html import unescape
from pathlib import Path
from types import ModuleType

import httpx
import pytest
from tests.platform import CHECKOUT, Platform, running

pytestmark = pytest.mark.slow

LOCKS = CHECKOUT / "images" / "locks"
SOURCES = sorted((CHECKOUT / "labs").glob("*/*/lab.py"))
LABS = sorted(path.parent.name for path in SOURCES)
CARRIED = (
    "labgrader/catalogue/skills.yml",
    "labgrader/catalogue/courses/niveau-2.yml",
    "labgrader/service/migrations/script.py.mako",
    "labgrader/models/smollm2.txt",
    "labhub/jupyter/jupyter_server_config.json",
    "labhub/jupyter/labconfig/default_setting_overrides.json",
    "labhub/locale/fr/LC_MESSAGES/labhub.po",
    "labhub/locale/fr/LC_MESSAGES/portal.po",
    "labhub/portal/static/portal.css",
    "labhub/portal/templates/learner/home.html",
    "labhub/proxy/package-lock.json",
    "labhub/static/caire.css",
    "labhub/templates/login.html",
    "labkit/static/pages.css",
    "labkit/static/panel.js",
    "caire_labs-{version}.data/data/etc/jupyter/jupyter_server_config.d/labkit.json",
)


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("dist")
    run(sys.executable, "-m", "build", "--wheel", "-o", folder, CHECKOUT)
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def caire(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The command of an environment that was empty before the wheel came, with what its extras ask for."""
    bootstrap = load_bootstrap()
    env = dict(os.environ)
    if env.get("PIP_FIND_LINKS"):
        env.setdefault("UV_FIND_LINKS", env["PIP_FIND_LINKS"])
    venv = tmp_path_factory.mktemp("installed") / "venv"
    uv = bootstrap.install_uv(sys.executable)
    run(uv, "venv", "-q", "--python", sys.executable, venv)
    install = [uv, "pip", "install", "-q", "--python", venv / "bin" / "python"]
    bootstrap.install_torch([*install, "--no-deps"], env)
    versions = ["--constraint", LOCKS / "dev.txt", "--override", LOCKS / "no-torch.txt", "-r", LOCKS / "torch-needs.in"]
    run(*install, f"caire-labs[hub,grader,lab] @ {wheel.as_uri()}", *versions, env=env)
    return venv / "bin" / "caire"


@pytest.fixture(scope="module")
def installed(caire: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Platform]:
    state = tmp_path_factory.mktemp("elsewhere") / "state"
    with running(state, command=(str(caire),), PYTHONDONTWRITEBYTECODE="") as platform:
        yield platform


def load_bootstrap() -> ModuleType:
    spec = importlib.util.spec_from_file_location("bootstrap", CHECKOUT / "hub" / "bootstrap.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def run(*command: object, env: dict[str, str] | None = None, cwd: Path | None = None) -> str:
    words = [str(word) for word in command]
    done = subprocess.run(words, env=env, cwd=cwd, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_the_wheel_carries_what_is_not_python(wheel: Path):
    version = wheel.name.split("-")[1]
    names = set(zipfile.ZipFile(wheel).namelist())
    wanted = {name.format(version=version) for name in CARRIED}
    wanted |= {f"labgrader/catalogue/{path.relative_to(CHECKOUT / 'labs').as_posix()}" for path in SOURCES}
    assert sorted(wanted - names) == []
    assert [name for name in names if "__pycache__" in name or name.startswith("tests/")] == []


def test_the_command_says_what_it_can_do(caire: Path, tmp_path: Path):
    said = run(caire, "--help", cwd=tmp_path)
    assert all(room in said for room in ("up", "doctor", "labs", "service"))
    where = "import labhub, labgrader, labkit; print(labhub.__file__, labgrader.__file__, labkit.__file__)"
    places = run(caire.with_name("python"), "-c", where, cwd=tmp_path).split()
    assert all(Path(place).is_relative_to(caire.parent.parent) for place in places)
    assert (caire.parent.parent / "etc" / "jupyter" / "jupyter_server_config.d" / "labkit.json").is_file()


def test_my_labs_shows_every_lab_of_learners_to_them_and_of_trainers_to_these(installed: Platform):
    manifests = [json.loads(path.read_text("utf-8")) for path in installed.state.glob("catalogue/*/lab.json")]
    assert sorted(manifest["id"] for manifest in manifests) == LABS
    for name, trains in (("alice", False), ("formateur", True)):
        with closing(installed.client(name)) as client:
            page = client.get("/services/labs/", follow_redirects=True)
        assert page.status_code == httpx.codes.OK
        assert "Mes labs" in page.text
        shown = {m["id"] for m in manifests if m["title"]["fr"] in unescape(page.text)}
        assert shown == {lab for lab in LABS if lab.startswith("t-") is trains}


def test_a_lab_comes_from_the_exchange(installed: Platform):
    with installed.api("alice") as api:
        bundle = api.get("/courses/niveau-2/labs/l2-05-equite/bundle", params={"lang": "fr"})
    assert bundle.status_code == httpx.codes.OK, bundle.text
    assert "l2-05-equite.ipynb" in zipfile.ZipFile(io.BytesIO(bundle.content)).namelist()


def test_a_learners_server_starts_from_the_wheel(installed: Platform):
    installed.start_server("alice")
    headers = {"Authorization": f"token {installed.token('alice')}"}
    page = httpx.get(f"{installed.url}/user/alice/lab", headers=headers, timeout=60, trust_env=False)
    assert page.status_code == httpx.codes.OK
    assert "JupyterLab" in page.text
