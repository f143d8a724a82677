"""Who has an account at the hub, in which cohorts, and who works: read from its API with the token of operations."""

from __future__ import annotations

import os
from typing import Any

import httpx

from labgrader.names import COHORT_GROUP_PREFIX as PREFIX
from labhub.errors import CommandError
from labhub.ops.retention import Person

PAGE = 200
TIMEOUT = httpx.Timeout(30.0)


def everybody() -> dict[str, Person]:
    """All people by name. Raises `CommandError`."""
    try:
        url, token = os.environ["JUPYTERHUB_API_URL"], os.environ["JUPYTERHUB_API_TOKEN"]
    except KeyError as missing:
        raise CommandError(f"{missing.args[0]} is not set: run this in a pod of the deployment.") from None
    headers = {"Authorization": f"token {token}", "Accept": "application/jupyterhub-pagination+json"}
    found: dict[str, Person] = {}
    try:
        with httpx.Client(headers=headers, timeout=TIMEOUT, trust_env=False) as hub:
            page: dict[str, Any] | None = {"offset": 0}
            while page is not None:
                answer = hub.get(f"{url}/users", params={"limit": PAGE, "offset": page["offset"]})
                answer.raise_for_status()
                told = answer.json()
                found |= {user["name"]: person(user) for user in told["items"]}
                page = told["_pagination"]["next"]
    except httpx.HTTPError as error:
        raise CommandError(f"The hub did not say who is there: {error}") from error
    return found


def person(user: dict[str, Any]) -> Person:
    """One account, as the hub's API describes it."""
    cohorts = frozenset(name.removeprefix(PREFIX) for name in user.get("groups", ()) if name.startswith(PREFIX))
    return Person(cohorts, works=bool(user.get("servers")))
