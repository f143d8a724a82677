"""Tokens that open one job and nothing else: for one hand-out of one submission, until they expire or its lease ends.

A worker gets one with each job; the grader's own token stays with the dispatcher. That the lease still runs is for
`labgrader.service.queue.held` to say, at every call.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from datetime import datetime, timedelta

from labgrader.api_models import Job
from labgrader.service.db import Database, upsert
from labgrader.service.errors import DeniedError, UnauthenticatedError
from labgrader.service.tables import SecretRow

KEY_NAME = "job-tokens"
PREFIX = "job"
SHORTEST = timedelta(hours=1)
BUDGETS = 10
"""A token outlives the processor time of its lab this many times: what is slower is ended by the engine long before."""


def key(db: Database) -> bytes:
    """The key that all replicas sign with; made when there is none."""
    with db.write() as session:
        row = {"name": KEY_NAME, "value": secrets.token_hex(32)}
        upsert(session, SecretRow, row, key=("name",), update=False)
        return bytes.fromhex(session.get_one(SecretRow, KEY_NAME).value)


def mint(key: bytes, job: Job, at: datetime) -> str:
    """A token for this hand-out."""
    expires = at + max(SHORTEST, timedelta(seconds=BUDGETS * job.manifest.budget.cpu_seconds))
    claim = f"{PREFIX}.{job.submission_id}.{job.attempt_of_grader}.{int(expires.timestamp())}"
    return f"{claim}.{_seal(key, claim)}"


def is_one(token: str) -> bool:
    """Whether `token` claims to be one of these: the hub is not asked about it."""
    return token.startswith(f"{PREFIX}.")


def attempt(key: bytes, token: str, submission: str, at: datetime) -> int:
    """The hand-out of `submission` that `token` opens. Raises `UnauthenticatedError`, `DeniedError`."""
    claim, _, seal = token.rpartition(".")
    if not hmac.compare_digest(seal.encode(), _seal(key, claim).encode()):
        raise UnauthenticatedError("bad_token", "This is no token of a job.")
    _, of, number, expires = claim.split(".")
    if int(expires) <= at.timestamp():
        raise UnauthenticatedError("bad_token", "The token of this job has expired.")
    if of != submission:
        raise DeniedError("denied", "This token opens another job.")
    return int(number)


def _seal(key: bytes, claim: str) -> str:
    return hmac.new(key, claim.encode(), hashlib.sha256).hexdigest()
