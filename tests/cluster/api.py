"""Follows objects of a cluster through its HTTP API: who asks sees them as they are, even when the API was away."""

from __future__ import annotations

import base64
import json
import ssl
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import yaml

Object = dict[str, Any]
AGAIN_SECONDS = 0.5


def client(kubeconfig: Path) -> httpx.Client:
    """A client with the certificates of a kubeconfig of `tests.cluster.pki`."""
    config = yaml.safe_load(kubeconfig.read_text(encoding="utf-8"))
    cluster, user = config["clusters"][0]["cluster"], config["users"][0]["user"]
    authority = base64.b64decode(cluster["certificate-authority-data"]).decode()
    context = ssl.create_default_context(cadata=authority)
    with tempfile.NamedTemporaryFile() as pair:
        pair.write(b"".join(base64.b64decode(user[key]) for key in ("client-certificate-data", "client-key-data")))
        pair.flush()
        context.load_cert_chain(pair.name)
    return httpx.Client(base_url=cluster["server"], verify=context, timeout=10, trust_env=False)


class Followed:
    """All objects of one kind, kept as they are, once started, by a thread of its own."""

    def __init__(self, api: httpx.Client, path: str) -> None:
        self._api, self._path = api, path
        self._objects: dict[str, Object] = {}

    def start(self, changed: Callable[[], None]) -> None:
        """Begin to follow; `changed` is called after each change."""
        threading.Thread(target=self._follow, args=(changed,), daemon=True).start()

    def all(self) -> list[Object]:
        """The objects as they are."""
        return list(self._objects.values())

    def _follow(self, changed: Callable[[], None]) -> None:
        while True:
            try:
                for _ in self._changes():
                    changed()
            except (httpx.HTTPError, ValueError) as error:
                print(f"{self._path}: {error!r}; asking again", flush=True)
            time.sleep(AGAIN_SECONDS)  # the API is away or ended the watch: there is no event to wait for

    def _changes(self) -> Iterator[None]:
        listed = self._api.get(self._path).raise_for_status().json()
        self._objects = {item["metadata"]["uid"]: item for item in listed["items"]}
        yield
        query = {"watch": "true", "resourceVersion": listed["metadata"]["resourceVersion"]}
        with self._api.stream("GET", self._path, params=query, timeout=httpx.Timeout(10, read=None)) as stream:
            stream.raise_for_status()
            for line in stream.iter_lines():
                change = json.loads(line)
                if change["type"] == "ERROR":
                    return  # the version is too old: list anew
                uid = change["object"]["metadata"]["uid"]
                kept = {key: value for key, value in self._objects.items() if key != uid}
                self._objects = kept if change["type"] == "DELETED" else {**kept, uid: change["object"]}
                yield
