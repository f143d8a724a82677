"""The server extension, in a real Jupyter Server: a lab is fetched whole, the learner's work is never overwritten."""

from __future__ import annotations

import contextlib
import io
import json
import os
import re
import socket
import subprocess
import sys
import urllib.error
import urllib.parse
import urllib.request
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from http.cookiejar import CookieJar
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from tests.platform import free_port, wait_until

from labkit import opening, workfolder

if TYPE_CHECKING:
    from .conftest import Service

NOTEBOOK = "labs/essai/l2-00-essai/l2-00-essai.ipynb"
QUERY = "course=essai&lab=l2-00-essai"
LEARNER_TOKEN = "learner-token"


class _Stay(urllib.request.HTTPRedirectHandler):
    """Show a redirection instead of following it."""

    def redirect_request(self, *_: object) -> None:
        return None


@dataclass
class Server:
    """A learner's server: `get` and `post` return status, address redirected to, and body."""

    url: str
    home: Path

    def __post_init__(self) -> None:
        cookies = urllib.request.HTTPCookieProcessor(CookieJar())
        self._browser = urllib.request.build_opener(urllib.request.ProxyHandler({}), cookies, _Stay)

    def get(self, path: str, *, token: str | None = "jeton") -> tuple[int, str, str]:
        return self._ask(urllib.request.Request(f"{self.url}{path}"), token)

    def post(self, path: str, form: dict[str, str], *, token: str | None = None) -> tuple[int, str, str]:
        return self._ask(urllib.request.Request(f"{self.url}{path}", urllib.parse.urlencode(form).encode()), token)

    def start_kernel(self, notebook: str) -> None:
        """Run `notebook`, as JupyterLab does when it opens it."""
        session = {"path": notebook, "name": "", "type": "notebook", "kernel": {"name": "python3"}}
        request = urllib.request.Request(f"{self.url}api/sessions", json.dumps(session).encode())
        assert self._ask(request, "jeton")[0] == 201

    def _ask(self, request: urllib.request.Request, token: str | None) -> tuple[int, str, str]:
        if token:
            request.add_header("Authorization", f"token {token}")
        try:
            with self._browser.open(request, timeout=30) as answer:
                return answer.status, "", answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.headers.get("Location", ""), error.read().decode()


def _listens(port: int) -> bool:
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=5):
        return True
    return False


@pytest.fixture
def server(tmp_path: Path, service: Service) -> Iterator[Server]:
    """A real server on a free port, with labkit's extension only."""
    home = tmp_path / "maison"
    home.mkdir()
    environment = {
        **os.environ,
        "HOME": str(home),
        "JUPYTER_CONFIG_DIR": str(home / ".jupyter"),
        "JUPYTER_RUNTIME_DIR": str(home / ".runtime"),
        "JUPYTER_NO_CONFIG": "1",
        "JUPYTERLAB_SETTINGS_DIR": str(home / ".jupyter/lab/user-settings"),
        "CAIRE_EXCHANGE_URL": service.url,
        "JUPYTERHUB_API_TOKEN": LEARNER_TOKEN,
    }
    port = free_port()
    command = [
        sys.executable, "-m", "jupyter_server", "--ip=127.0.0.1", f"--port={port}", "--no-browser", "--allow-root",
        "--IdentityProvider.token=jeton", f"--ServerApp.root_dir={home}", "--ServerApp.base_url=/user/ada/",
        "--ServerApp.jpserver_extensions={'labkit.server': True, 'jupyterlab': False, 'nbgrader': False}",
    ]  # fmt: skip
    process = subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, text=True)
    assert process.stderr is not None
    try:
        for line in process.stderr:
            if f"http://127.0.0.1:{port}/user/ada/" in line:
                wait_until(partial(_listens, port))  # it says where it is just before it listens there
                yield Server(f"http://127.0.0.1:{port}/user/ada/", home)
                break
        else:
            raise AssertionError("the server did not start")
    finally:
        process.terminate()
        process.communicate(timeout=20)


def test_open_fetches_the_lab_lands_on_its_notebook_and_speaks_its_language(server: Server, service: Service) -> None:
    settings = server.home / ".jupyter/lab/user-settings" / opening.LOCALE_SETTINGS
    settings.parent.mkdir(parents=True)
    settings.write_text('{\n  // a comment of JupyterLab\n  "displayLanguagePackPrompt": false,\n}')
    status, address, _ = server.get(f"caire/open?{QUERY}&lang=fr")
    assert (status, address) == (302, f"/user/ada/lab/tree/{NOTEBOOK}")
    assert (server.home / NOTEBOOK).is_file()
    assert (server.home / "labs/essai/l2-00-essai/data/valeurs.csv").is_file()
    came = json.loads((server.home / "labs/essai/l2-00-essai/.caire.json").read_text())
    assert (came["course"], came["lab"], came["version"], came["lang"]) == ("essai", "l2-00-essai", "v1", "fr")
    assert json.loads(settings.read_text()) == {"displayLanguagePackPrompt": False, "locale": "fr_FR"}

    (server.home / NOTEBOOK).write_text('{"cells": ["mine"]}')
    server.get(f"caire/open?{QUERY}&lang=en")
    assert "mine" in (server.home / NOTEBOOK).read_text()
    assert json.loads(settings.read_text())["locale"] == "en"
    assert len([call for call in service.calls if "bundle" in call]) == 1


def test_a_lab_that_was_never_touched_changes_its_language(server: Server) -> None:
    server.get(f"caire/open?{QUERY}&lang=fr")
    server.start_kernel(NOTEBOOK)
    server.get(f"caire/open?{QUERY}&lang=en")
    assert json.loads((server.home / NOTEBOOK).read_text())["metadata"]["caire"]["lang"] == "en"
    assert json.loads(server.get("api/sessions")[2]) == []  # else its answers would go into the folder set aside


def test_begin_again_asks_first_and_keeps_the_old_work(server: Server) -> None:
    server.get(f"caire/open?{QUERY}&lang=fr")
    (server.home / NOTEBOOK).write_text('{"cells": ["mine"]}')
    status, _, page = server.get(f"caire/fresh?{QUERY}&lang=fr&token=jeton", token=None)
    assert status == 200
    assert '<html lang="fr">' in page
    assert "<strong>Un premier essai</strong>" in page
    assert "mine" in (server.home / NOTEBOOK).read_text()
    field = re.search(r'name="_xsrf" value="([^"]+)"', page)
    assert field is not None

    assert server.post(f"caire/fresh?{QUERY}&lang=fr", {})[0] == 403
    assert "mine" in (server.home / NOTEBOOK).read_text()

    status, address, _ = server.post(f"caire/fresh?{QUERY}&lang=fr", {"_xsrf": field.group(1)})
    assert (status, address) == (302, f"/user/ada/lab/tree/{NOTEBOOK}")
    assert "mine" not in (server.home / NOTEBOOK).read_text()
    (old,) = (server.home / "labs/essai").glob("l2-00-essai.ancien-*")
    assert "mine" in (old / "l2-00-essai.ipynb").read_text()


def test_troubles_are_pages_in_the_language_that_say_what_to_do(server: Server, service: Service) -> None:
    status, _, page = server.get("caire/open?course=essai&lab=absent&lang=en")
    assert status == 404
    assert '<html lang="en">' in page
    assert "/services/labs/" in page
    assert server.get("caire/open?course=..&lab=l2-00-essai&lang=fr")[0] == 404
    service.bundles["fr"] = b"no zip"
    status, _, page = server.get(f"caire/open?{QUERY}&lang=fr")
    assert status == 502
    assert "abîmé" in page
    assert list((server.home / "labs/essai").iterdir()) == []


def test_nobody_enters_without_signing_in(server: Server, service: Service) -> None:
    for path in ("open", "fresh"):
        status, address, _ = server.get(f"caire/{path}?{QUERY}", token=None)
        assert status == 302
        assert "/login" in address
    assert service.calls == []


def _zip(*entries: tuple[str, int]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, mode in entries:
            entry = zipfile.ZipInfo(name)
            entry.external_attr = mode << 16
            archive.writestr(entry, "x")
    return buffer.getvalue()


@pytest.mark.parametrize(
    "content",
    [
        _zip(("../evil", 0)),
        _zip(("/etc/evil", 0)),
        _zip(("a/../../evil", 0)),
        _zip(("a\\evil", 0)),
        _zip(("link", 0o120777)),
        _zip(("a", 0), ("a/b", 0)),
        _zip(*((str(i), 0) for i in range(workfolder.MAX_LAB_FILES + 1))),
        b"PK",
    ],
)
def test_a_zip_that_would_escape_or_flood_is_refused(tmp_path: Path, content: bytes) -> None:
    inside = tmp_path / "inside"
    inside.mkdir()
    with pytest.raises(opening.BundleError):
        opening.unpack(content, inside)
    assert [p.name for p in tmp_path.iterdir()] == ["inside"]


def test_the_extension_loads_nothing_heavy() -> None:
    heavy = ("nbgrader", "pandas", "numpy", "ipywidgets", "IPython")
    code = f"import sys, labkit.server; print([m for m in {heavy!r} if m in sys.modules])"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"
