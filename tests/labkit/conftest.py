"""Fixtures of labkit's tests: a lab's folder, real kernels, and an exchange that speaks HTTP.

The exchange here answers the learner's calls of docs/architecture.md from memory over real sockets, so that refusals
and broken streams can be produced at will; the real service is met in the browser tests.
"""

from __future__ import annotations

import io
import json
import threading
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import nbformat
import pytest
from jupyter_client.manager import KernelManager

from labkit import lang

QUESTIONS = [
    {"id": "somme", "title": {"fr": "Additionner", "en": "Add"}, "points": 2},
    {"id": "produit", "title": {"fr": "Multiplier", "en": "Multiply"}, "points": 3},
    {"id": "pourquoi", "title": {"fr": "Dire pourquoi", "en": "Say why"}, "points": 1, "manual": True},
]
TOKEN = "learner-token"


@pytest.fixture(autouse=True)
def _french() -> Iterator[None]:
    lang.use("fr")
    yield
    lang.use("fr")


def graded(source: str, name: str, points: float) -> Any:
    tag = {"grade": True, "solution": False, "locked": True, "points": points, "grade_id": name, "schema_version": 3}
    return nbformat.v4.new_code_cell(source, metadata={"nbgrader": tag, "tags": ["raises-exception"]})


def notebook_text(language: str = "fr") -> str:
    """A learner notebook of three questions."""
    described = {"lab": "l2-00-essai", "lang": language, "questions": QUESTIONS}
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    book = nbformat.v4.new_notebook(metadata={"caire": described, "kernelspec": kernel})
    book.cells = [
        nbformat.v4.new_code_cell(
            f'import labkit\nlabkit.start("l2-00-essai", lang="{language}")\nfrom labkit import ask, check'
        ),
        nbformat.v4.new_code_cell("total = ...\ndef produit(a, b):\n    ..."),
        graded('check(total).equals(3, fr="Un et deux.", en="One and two.")', "somme", 2),
        graded('check(produit).called_with(2, 3).equals(6, fr="Deux fois trois.", en="Twice three.")', "produit", 3),
        nbformat.v4.new_markdown_cell(
            "…", metadata={"nbgrader": {"grade": True, "solution": False, "points": 1, "grade_id": "pourquoi"}}
        ),
        nbformat.v4.new_code_cell("labkit.panel()"),
    ]
    return nbformat.writes(book)


def bundle(language: str = "fr") -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("l2-00-essai.ipynb", notebook_text(language))
        archive.writestr("data/valeurs.csv", "a,b\n1,2\n")
    return buffer.getvalue()


@pytest.fixture
def lab_folder(tmp_path: Path) -> Path:
    """A fetched lab, as it lies in a learner's home."""
    folder = tmp_path / "labs" / "essai" / "l2-00-essai"
    folder.mkdir(parents=True)
    (folder / "l2-00-essai.ipynb").write_text(notebook_text(), encoding="utf-8")
    came = {
        "course": "essai",
        "lab": "l2-00-essai",
        "version": "v1",
        "lang": "fr",
        "fetched_at": "2026-11-23T00:00:00+00:00",
    }
    (folder / ".caire.json").write_text(json.dumps(came), encoding="utf-8")
    (folder / "data").mkdir()
    (folder / "data" / "valeurs.csv").write_text("a,b\n1,2\n")
    return folder


@dataclass
class Service:
    """What the small exchange holds and answers."""

    url: str = ""
    attempts_left: int = 3
    refuse: tuple[int, str, dict[str, str] | None] | None = None
    break_stream_after: int | None = None
    fail_after_receipt: bool = False
    cut_short: bool = False
    waits: dict[str, Any] = field(default_factory=dict)
    """What the last state of the stream says instead of *graded*."""
    received: list[bytes] = field(default_factory=list)
    calls: list[str] = field(default_factory=list)
    bundles: dict[str, bytes] = field(default_factory=lambda: {"fr": bundle("fr"), "en": bundle("en")})

    def submission(self, state: str, position: int | None = None) -> dict[str, Any]:
        done = state == "graded"
        return {
            "id": "s1", "course": "essai", "lab": "l2-00-essai", "learner": "ada", "language": "fr",
            "lab_version": "v1", "content_hash": "0" * 64, "attempt": len(self.received),
            "received_at": "2026-11-23T10:00:00Z", "late": False,
            "state": state, "position": position, "points": 2.0 if done else None, "max_points": 6.0 if done else None,
            "manual_pending": 1 if done else 0, "counts": done,
        }  # fmt: skip

    def result(self) -> dict[str, Any]:
        def one(name: str, outcome: str, points: float, of: float, **more: Any) -> dict[str, Any]:
            return {
                "id": name,
                "skill": None,
                "outcome": outcome,
                "points": points,
                "max_points": of,
                "message": None,
                **more,
            }

        checks = [
            one("somme", "passed", 2, 2),
            one("produit", "failed", 0, 3, message={"fr": "Deux fois trois.", "en": "Twice three."}),
            one("pourquoi", "manual", 0, 1, answer="Parce que."),
        ]
        return {"submission": self.submission("graded"), "checks": checks, "comments": {}, "skills": {}, "error": None}


class _Handler(BaseHTTPRequestHandler):
    service: Service

    def do_GET(self) -> None:
        self._answer()

    def do_POST(self) -> None:
        self._answer()

    def log_message(self, *args: Any) -> None:
        """Say nothing."""

    def _answer(self) -> None:
        service, path = self.service, self.path.partition("?")[0]
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        service.calls.append(f"{self.command} {self.path}")
        if self.headers.get("Authorization") != f"token {TOKEN}":
            return self._problem(403, "denied")
        if service.refuse is not None and self.command == "POST":
            return self._problem(*service.refuse)
        if path == "/api/courses/essai/labs/l2-00-essai/submissions" and self.command == "POST":
            service.received.append(body)
            receipt = {"id": "s1", "attempt": len(service.received), "received_at": "2026-11-23T10:00:00Z"}
            return self._send(201, json.dumps(receipt).encode())
        if path == "/api/courses/essai/labs/l2-00-essai/bundle":
            return self._send(200, service.bundles["en" if "lang=en" in self.path else "fr"], "application/zip")
        if service.fail_after_receipt and path.startswith("/api/submissions/s1"):
            return self._problem(503, "database_unavailable")
        if path == "/api/submissions/s1/events":
            return self._stream()
        answers: dict[str, Any] = {
            "/api/courses/essai/labs/l2-00-essai": {
                "course": "essai",
                "manifest": {
                    "id": "l2-00-essai",
                    "notebook": "l2-00-essai.ipynb",
                    "title": {"fr": "Un premier essai", "en": "A first try"},
                },
                "release": {"version": "v1", "due_at": "2026-12-24T17:00:00Z", "max_attempts": 3},
                "attempts_left": service.attempts_left,
            },
            "/api/courses/essai/labs/l2-00-essai/submissions": [service.submission("graded")]
            if service.received
            else [],
            "/api/submissions/s1": service.submission("graded"),
            "/api/submissions/s1/result": service.result(),
        }
        if path in answers:
            return self._send(200, json.dumps(answers[path]).encode())
        return self._problem(404, "no_such_lab")

    def _stream(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.end_headers()
        states = [("queued", 2), ("queued", 1), ("grading", None), ("graded", None)]
        for count, (state, position) in enumerate(states):
            if self.service.break_stream_after == count:
                self.service.break_stream_after = None
                return
            last = self.service.waits if state == "graded" else {}
            data = json.dumps({**self.service.submission(state, position), **last})
            self.wfile.write(f": keep-alive\n\nevent: state\ndata: {data}\n\n".encode())
            self.wfile.flush()

    def _problem(self, status: int, code: str, message: dict[str, str] | None = None) -> None:
        document = {"title": code, "status": status, "detail": "for programs", "code": code, "message": message}
        self._send(status, json.dumps(document).encode(), "application/problem+json")

    def _send(self, status: int, body: bytes, kind: str = "application/json") -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body[: len(body) // 2] if self.service.cut_short else body)


@pytest.fixture
def service() -> Iterator[Service]:
    """An exchange on a free port of this machine."""
    held = Service()
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (_Handler,), {"service": held}))
    held.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield held
    server.shutdown()
    server.server_close()


class Kernel:
    """A real kernel: `run` executes a cell and returns its outputs."""

    def __init__(self, client: Any) -> None:
        self.client = client

    def run(self, source: str, timeout: float = 60) -> list[dict[str, Any]]:
        outputs: list[dict[str, Any]] = []

        def hear(message: dict[str, Any]) -> None:
            if message["msg_type"] in ("stream", "error", "execute_result", "display_data"):
                outputs.append({"output_type": message["msg_type"], **message["content"]})

        self.client.execute_interactive(source, timeout=timeout, output_hook=hear, stop_on_error=False)
        return outputs

    def print(self, expression: str) -> str:
        return "".join(o["text"] for o in self.run(f"print({expression})") if o["output_type"] == "stream").strip()


@pytest.fixture(scope="session")
def _kernel_process() -> Iterator[Any]:
    manager = KernelManager(kernel_name="python3", transport="ipc")
    manager.start_kernel()
    client = manager.client()
    client.start_channels()
    client.wait_for_ready(timeout=60)
    yield client
    client.stop_channels()
    manager.shutdown_kernel(now=True)


@pytest.fixture
def kernel(_kernel_process: Any, lab_folder: Path, service: Service) -> Kernel:
    """A kernel in a fetched lab, on the platform, with labkit started; its names are new for each test."""
    fresh = Kernel(_kernel_process)
    fresh.run("%reset -f")
    fresh.run(
        f"import os; os.chdir({str(lab_folder)!r})\n"
        f"os.environ.update(CAIRE_EXCHANGE_URL={service.url!r}, JUPYTERHUB_API_TOKEN={TOKEN!r})\n"
        "os.environ.pop('CAIRE_GRADING', None); os.environ.pop('JPY_SESSION_NAME', None)\n"
        "import labkit; labkit.start('l2-00-essai', lang='fr'); from labkit import ask, check"
    )
    return fresh
