"""Homes that are due go into an archive, are read back from it, and only then are deleted; one returns by command.

The archive is a folder at any fsspec URL: `<claim>/<moment>.tar`, and `<claim>/<moment>.json`, written last, which
says whose it was and how to make the claim again. A home without it in the archive was not archived to its end.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from kubernetes_asyncio import client
from pydantic import ValidationError

from labgrader.ops.contents import STAMP
from labgrader.ops.errors import OpsError
from labgrader.ops.place import Kept, Place
from labgrader.record import Frozen
from labgrader.settings import Settings
from labhub.ops import cluster, homes, people
from labhub.ops.retention import Fate, Home, fates

USERNAME = "hub.jupyter.org/username"
"""KubeSpawner's annotation of a claim: whose it is."""
Say = Callable[[str], None]


class Archived(Frozen):
    """One home in the archive."""

    learner: str
    claim: str
    manifest: str
    """The claim as JSON, without the volume that it had."""
    tar: Kept
    """Relative to the archive."""


def plan(settings: Settings) -> list[Fate]:
    """What is to become of each home, now. Raises `OpsError`, `CommandError`."""
    return asyncio.run(_plan(settings))


def archive(settings: Settings, place: Place, say: Say) -> int:
    """Archive and delete every home that is due; how many. Raises `OpsError` at the first fault, `CommandError`."""
    return asyncio.run(_archive(settings, place, say))


def bring_back(learner: str, place: Place, say: Say) -> None:
    """Unpack the newest archived home of `learner` into a claim of the same name. Raises `OpsError`, `CommandError`."""
    asyncio.run(_bring_back(newest(learner, place), place, say))


def newest(learner: str, place: Place) -> Archived:
    """The last archived home of `learner`. Raises `OpsError` where there is none."""
    found: list[tuple[str, Archived]] = []
    for claim in place.names():
        for name in place.below(claim).names():
            if name.endswith(".json") and (home := _read(place, f"{claim}/{name}")).learner == learner:
                found.append((name, home))
    if not found:
        raise OpsError(f"No home of {learner} is archived at {place.url}.")
    return max(found, key=lambda pair: pair[0])[1]


def _read(place: Place, path: str) -> Archived:
    try:
        return Archived.model_validate_json(place.read(path))
    except ValidationError as error:
        raise OpsError(f"{place.url}/{path} cannot be understood: it was made by another version.") from error


async def _plan(settings: Settings) -> list[Fate]:
    async with cluster.connected() as api:
        return _fates(settings, await homes.claims(client.CoreV1Api(api), cluster.namespace()))


def _fates(settings: Settings, claims: list[Any]) -> list[Fate]:
    owned = [Home(claim.metadata.name, (claim.metadata.annotations or {}).get(USERNAME, "")) for claim in claims]
    days = settings.kubernetes.homes.retention_days
    return fates(owned, people.everybody(), settings.cohorts, days, datetime.now(UTC))


async def _archive(settings: Settings, place: Place, say: Say) -> int:
    where, number = cluster.namespace(), 0
    async with cluster.connected() as api:
        core = client.CoreV1Api(api)
        own = await homes.own_pod(core, where)
        claims = {claim.metadata.name: claim for claim in await homes.claims(core, where)}
        for fate in _fates(settings, list(claims.values())):
            if not fate.due:
                continue
            name, learner = fate.home.claim, fate.home.learner
            path = f"{name}/{datetime.now(UTC).strftime(STAMP)}"
            words = await homes.run_with(
                core, where, own, name, ["pack", place.url, homes.MOUNT, f"{path}.tar"], read_only=True
            )
            tar = Kept.model_validate_json(words)
            place.check(tar)
            manifest = homes.manifest(api, claims[name]).decode()
            kept = Archived(learner=learner, claim=name, manifest=manifest, tar=tar)
            place.put_bytes(kept.model_dump_json(indent=1).encode(), f"{path}.json")
            now = people.everybody().get(learner)
            if now is None or now.works:  # came back meanwhile: what is done now is not in the archive
                say(f"{learner}: archived and not deleted, for the account or its server has changed meanwhile")
                continue
            with homes.told(f"delete the home {name}"):
                await core.delete_namespaced_persistent_volume_claim(name, where)
            say(f"{learner}: archived as {path}.tar ({tar.bytes} bytes) and deleted; {fate.why}")
            number += 1
    return number


async def _bring_back(home: Archived, place: Place, say: Say) -> None:
    where = cluster.namespace()
    async with cluster.connected() as api:
        core = client.CoreV1Api(api)
        own = await homes.own_pod(core, where)
        if home.claim in {claim.metadata.name for claim in await homes.claims(core, where)}:
            raise OpsError(f"{home.learner} has a home already ({home.claim}): nothing is written over it.")
        with homes.told(f"make the claim {home.claim}"):
            await homes.make_claim(core, where, home.manifest.encode())
        arguments = ["unpack", place.url, homes.MOUNT, home.tar.model_dump_json()]
        await homes.run_with(core, where, own, home.claim, arguments, read_only=False)
    say(f"{home.learner}: the home is back as {home.claim}")
