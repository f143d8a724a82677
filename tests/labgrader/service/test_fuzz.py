"""Whatever anyone sends to any route, the service never fails: schemathesis over the published contract."""

from __future__ import annotations

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis.config import SchemathesisConfig
from schemathesis.transport import serializer

from labgrader.client import ExchangeError

serializer.alias("application/zip", "application/octet-stream")

EXAMPLES = 10
"""Requests per route, caller and database."""

PEOPLE = ("ada", "tess", "grader")


@pytest.fixture
def contract(room):
    """Every operation of the contract, and the identifiers of things that exist."""
    room.release()
    receipt = room.submit()
    room.grade(answer="A", feedback="<p>ok</p>")
    schema = schemathesis.openapi.from_url(f"{room.exchange.url}/api/openapi.json", config=SchemathesisConfig())
    real = {"course": room.course, "lab": room.lab, "submission": receipt.id, "question": "pourquoi"}
    return [operation.ok() for operation in schema.get_all_operations()], real


@pytest.mark.parametrize("who", PEOPLE)
def test_no_request_makes_the_service_fail(room, contract, who):
    operations, real = contract
    token = "grader" if who == "grader" else f"token-of-{room.names[who]}"
    base = room.exchange.url.removesuffix("/services/exchange")
    assert len(operations) >= 30
    seen = set()

    def never_fails(operation) -> None:
        @given(case=operation.as_strategy(), existing=st.booleans())
        @settings(
            max_examples=EXAMPLES, deadline=None, database=None, suppress_health_check=list(HealthCheck),
            phases=[Phase.explicit, Phase.generate],
        )  # fmt: skip
        def run(case, existing):
            if existing and case.path_parameters:
                case.path_parameters.update({k: v for k, v in real.items() if k in case.path_parameters})
            if operation.path.endswith("/grading/lease") and isinstance(case.query, dict):
                case.query["wait"] = 0
            answer = case.call(base_url=base, headers={"Authorization": f"token {token}"}, timeout=30)
            seen.add(answer.status_code)
            assert answer.status_code < 500, (case.as_curl_command(), answer.text)
            if answer.status_code >= 400:
                assert answer.headers["content-type"] == ["application/problem+json"], answer.text

        run()

    for operation in operations:
        never_fails(operation)
    assert {200, 403} <= seen if who != "grader" else {204, 403} <= seen


@pytest.mark.parametrize("profile", ["\0", "", "GPU", "a b"])
def test_a_profile_that_is_no_name_is_refused(room, profile):
    with pytest.raises(ExchangeError) as refused:
        room.grader.lease(wait=0, profiles=[profile])
    assert refused.value.status == 422
