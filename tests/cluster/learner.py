"""A person at a browser, without the browser: signs in by the form, starts a server, opens a lab, submits, reads.

Every request goes through the public address, as a browser's does.
"""

from __future__ import annotations

import json
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote

import httpx

from labgrader import archive
from labgrader.api_models import LearnerResult, Receipt, Submission
from labgrader.client import Exchange

START_SECONDS = 240


class ServerError(AssertionError):
    """The server did not start; the sentence is the hub's."""


@dataclass
class Person:
    """One person of the deployment at `url`."""

    url: str
    name: str
    password: str
    http: httpx.Client = field(init=False)

    def __post_init__(self) -> None:
        self.http = httpx.Client(base_url=self.url, timeout=60, trust_env=False, follow_redirects=True)

    def __enter__(self) -> Person:
        self.sign_in()
        return self

    def __exit__(self, *_: object) -> None:
        self.http.close()

    def sign_in(self) -> None:
        """Fill in the hub's form."""
        page = self.http.get("/hub/login").raise_for_status().text
        field = re.search(r'name="_xsrf" value="([^"]+)"', page)
        assert field, page
        form = {"_xsrf": field[1], "username": self.name, "password": self.password}
        answer = self.http.post("/hub/login", data=form, follow_redirects=False)
        assert answer.status_code == httpx.codes.FOUND, answer.text

    def _hub(self, method: str, path: str, body: object = None) -> httpx.Response:
        """The hub's API, as its own pages call it."""
        if not self.http.cookies.get("_xsrf", path="/hub/"):
            self.http.get("/hub/home")
        headers = {"X-XSRFToken": self.http.cookies.get("_xsrf", path="/hub/") or "", "Referer": f"{self.url}/hub/home"}
        return self.http.request(method, f"/hub/api{path}", headers=headers, json=body)

    def ask_for_server(self, **options: str) -> None:
        """Ask for a server with these options; it is not there yet."""
        answer = self._hub("POST", f"/users/{self.name}/server", options)
        assert answer.status_code in (httpx.codes.CREATED, httpx.codes.ACCEPTED), answer.text

    def progress(self) -> Iterator[dict[str, Any]]:
        """What the hub says while the server starts, as it comes, until it is ready or has failed."""
        path = f"/hub/api/users/{self.name}/server/progress"
        with self.http.stream("GET", path, timeout=httpx.Timeout(60, read=START_SECONDS)) as stream:
            if stream.status_code != httpx.codes.OK:
                raise ServerError(f"{stream.status_code}: {stream.read().decode()}")
            for line in stream.iter_lines():
                if line.startswith("data:"):
                    said = json.loads(line.removeprefix("data:"))
                    yield said
                    if said.get("ready") or said.get("failed"):
                        return

    def wait_for_server(self) -> None:
        """Return once the server is ready and its page has come, where the waiting page leads."""
        heard = list(self.progress())
        if not heard or not heard[-1].get("ready"):
            raise ServerError(f"The server of {self.name} did not start: {[each.get('message') for each in heard]}")
        self.http.get(f"/user/{self.name}/lab").raise_for_status()

    def start_server(self, **options: str) -> float:
        """Ask for a server and return, once it is ready, how many seconds that took."""
        began = time.monotonic()
        self.ask_for_server(**options)
        self.wait_for_server()
        return time.monotonic() - began

    def stop_server(self) -> None:
        """Stop it, and return once it is gone."""
        answer = self._hub("DELETE", f"/users/{self.name}/server")
        assert answer.status_code in (httpx.codes.ACCEPTED, httpx.codes.NO_CONTENT), answer.text
        while "" in self._hub("GET", f"/users/{self.name}").raise_for_status().json()["servers"]:
            time.sleep(0.3)  # the hub tells nobody when a server has stopped

    def gather(self, group: str, *people: str) -> None:
        """Make a group of the hub with these people, as an administrator."""
        for path, body in ((f"/groups/{group}", None), (f"/groups/{group}/users", {"users": people})):
            answer = self._hub("POST", path, body)
            assert answer.is_success, answer.text

    def open_lab(self, course: str, lab: str) -> str:
        """Open a lab on the server and return the path of its notebook there."""
        query = {"course": course, "lab": lab, "lang": "fr"}
        answer = self.http.get(f"/user/{self.name}/caire/open", params=query).raise_for_status()
        _, found, path = unquote(answer.url.path).partition("/lab/tree/")
        assert found, answer.url
        return path

    def read(self, path: str) -> Any:
        """A notebook in the learner's home, through JupyterLab's own API."""
        answer = self._server("GET", f"/api/contents/{path}", params={"type": "notebook"}).raise_for_status()
        return answer.json()["content"]

    def write(self, path: str, notebook: Any) -> None:
        """Save a notebook."""
        self._server("PUT", f"/api/contents/{path}", json={"type": "notebook", "content": notebook}).raise_for_status()

    def _server(self, method: str, path: str, **more: Any) -> httpx.Response:
        base = f"/user/{self.name}"
        headers = {"X-XSRFToken": self.http.cookies.get("_xsrf", path=f"{base}/") or ""}
        return self.http.request(method, f"{base}{path}", headers=headers, **more)

    def token(self) -> str:
        """A token with everything that the person may do."""
        answer = self._hub("POST", f"/users/{self.name}/tokens", {"note": "test", "expires_in": 7200})
        assert answer.status_code == httpx.codes.CREATED, answer.text
        return str(answer.json()["token"])

    def exchange(self) -> Exchange:
        """The exchange in the person's name, through the public address."""
        return Exchange(f"{self.url}/services/exchange", self.token())


def submit(exchange: Exchange, course: str, lab: str, notebook: Any) -> Receipt:
    """Submit `notebook` as the panel does."""
    return exchange.submit(course, lab, archive.pack({f"{lab}.ipynb": json.dumps(notebook).encode()}))


def graded(exchange: Exchange, submission: str) -> Submission:
    """The submission once it is graded."""
    while True:  # a stream of events ends after ten minutes, or when a replica goes: its successor tells on
        for state in exchange.events(submission):
            if state.state == "graded":
                return state


def result(exchange: Exchange, submission: str) -> LearnerResult:
    """What the learner reads about a submission, once it is graded."""
    graded(exchange, submission)
    return exchange.result(submission)
