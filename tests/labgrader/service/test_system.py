"""Health, numbers, errors, request ids, and the published contract."""

from __future__ import annotations

import json
import re
from pathlib import Path

import httpx
import pytest
from structlog.testing import capture_logs
from tests.labgrader.service.conftest import record_of

from labgrader.client import AsyncExchange, Exchange, ExchangeError, UnreachableError
from labgrader.service import logs
from labgrader.service.auth import HubIdentity
from labgrader.service.routes import system


@pytest.fixture
def http(room):
    token = f"token-of-{room.names['ada']}"
    with httpx.Client(base_url=f"{room.exchange.url}/api", headers={"Authorization": f"token {token}"}) as client:
        yield client


def test_health(http):
    assert http.get("/health").json() == {"status": "ok", "database": "ok", "blobs": "ok", "hub": "ok"}


def test_live_asks_no_other_part(http, room, monkeypatch):
    monkeypatch.setattr(room.exchange.people, "ping", lambda: 1 / 0)
    assert http.get("/live").json() == {"status": "ok"}


GONE = HubIdentity("http://127.0.0.1:9/hub/api", "x")


def test_a_hub_that_goes_away_takes_no_replica_out_of_service(http, room, monkeypatch):
    http.get("/health")
    monkeypatch.setattr(room.exchange.people, "ping", GONE.ping)
    with capture_logs() as logged:
        answer = http.get("/health")
    health = {"status": "degraded", "database": "ok", "blobs": "ok", "hub": "failing"}
    assert (answer.status_code, answer.json()) == (200, health)
    assert {"event": "degraded", "log_level": "warning", "waits_for": ["hub"]} in logged


@pytest.mark.parametrize(
    ("failing", "leaving", "seen", "status"),
    [
        (set(), False, False, "ok"),
        ({"hub"}, False, True, "degraded"),
        ({"hub"}, False, False, "failing"),
        ({"database"}, False, True, "failing"),
        ({"blobs"}, False, True, "failing"),
        ({"hub", "blobs"}, False, True, "failing"),
        (set(), True, True, "leaving"),
        ({"database"}, True, True, "leaving"),
    ],
)
def test_when_a_replica_is_ready(failing, leaving, seen, status):
    parts = {name: "failing" if name in failing else "ok" for name in ("database", "blobs", "hub")}
    assert system.status_of(parts, leaving=leaving, hub_seen=seen) == status


def test_metrics_count_without_naming_anyone(http, room):
    room.release()
    room.submit()
    room.grade()
    page = http.get("/metrics").text
    assert 'caire_graded_total{status="graded"}' in page
    for name in ("caire_queue_length", "caire_queue_oldest_seconds", "caire_grading_seconds_bucket"):
        assert name in page
    assert f'caire_grading_energy_watt_hours_total{{course="{room.course}",lab="{room.lab}"}}' in page
    assert not [name for name in room.names.values() if name in page]


def test_metrics_tell_what_waits_and_what_is_graded_by_profile(http, room):
    def jobs(state):
        (line,) = [line for line in http.get("/metrics").text.splitlines() if f'profile="cpu",state="{state}"' in line]
        return float(line.rpartition(" ")[2])

    room.release()
    while (left := room.grader.lease(wait=0)) is not None:  # by other tests
        room.grader.put_record(record_of(left, 0))
    before = jobs("waiting"), jobs("leased")
    room.submit()
    assert (jobs("waiting"), jobs("leased")) == (before[0] + 1, before[1])
    job = room.job()
    assert (jobs("waiting"), jobs("leased")) == (before[0], before[1] + 1)
    room.grader.give_back(job)
    assert (jobs("waiting"), jobs("leased")) == (before[0] + 1, before[1])


def test_every_number_is_explained(http):
    reference = (Path(__file__).parents[3] / "docs" / "reference" / "metrics.md").read_text(encoding="utf-8")
    families = re.findall(r"^# HELP (caire_\w+) ", http.get("/metrics").text, re.MULTILINE)
    shown = {name for name in families if not name.endswith("_created")}
    assert shown == set(re.findall(r"^\| `(caire_\w+)", reference, re.MULTILINE))


def test_an_unheard_of_method_is_no_label(http):
    assert http.request("BREW-COFFEE", "/courses").status_code == 405
    page = http.get("/metrics").text
    assert 'method="other"' in page
    assert "BREW" not in page


@pytest.mark.parametrize("path", ["/health", "/metrics"])
def test_operations_pages_do_not_answer_through_the_proxy(http, path):
    assert http.get(path, headers={"X-Forwarded-For": "192.0.2.1"}).status_code == 404


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/nowhere", 404, "not_found"),
        ("DELETE", "/courses", 405, "method_not_allowed"),
        ("GET", "/courses/Bad_Id/labs", 422, "invalid_request"),
        ("GET", "/submissions/xyz", 422, "invalid_request"),
        ("GET", "/courses/c/trainer/labs", 403, "denied"),
    ],
)
def test_every_error_is_a_problem_document(http, method, path, status, code):
    answer = http.request(method, path)
    body = answer.json()
    assert answer.headers["content-type"] == "application/problem+json"
    assert (answer.status_code, body["status"], body["code"]) == (status, status, code)
    assert body["detail"]
    assert body["instance"].endswith(path)


def test_what_nobody_expected_can_be_found_in_the_log(http, room, monkeypatch):
    monkeypatch.setattr(room.exchange.people, "caller", lambda token: 1 / 0)
    with capture_logs() as logged:
        answer = http.get("/courses", headers={"X-Request-ID": "abc-123"})
    assert "unexpected_error" in {event["event"] for event in logged}
    assert (answer.status_code, answer.json()["code"]) == (500, "internal_error")
    assert answer.headers["x-request-id"] == "abc-123"


def test_a_huge_request_is_cut_off_before_it_is_read(room):
    data = b"x" * (9 << 20)
    token = f"token-of-{room.names['tess']}"
    url = f"{room.exchange.url}/api/courses/{room.course}/trainer/labs/{room.lab}/version"
    try:
        answer = httpx.put(url, headers={"Authorization": f"token {token}"}, files={"manifest": data, "source": data})
    except httpx.WriteError:
        return
    assert answer.status_code == 413


@pytest.mark.parametrize(("given", "kept"), [("abc-123", True), ("bad id\u00e9".encode(), False), ("x" * 65, False)])
def test_a_request_id_is_kept_if_it_is_harmless(http, given, kept):
    answer = http.get("/courses", headers={"X-Request-ID": given})
    assert (answer.headers["x-request-id"] == given) is kept
    assert answer.headers["x-request-id"]


def test_logs_are_one_json_object_per_line(capsys):
    import structlog

    before = structlog.get_config()
    try:
        logs.configure()
        structlog.get_logger().info("ready", port=8003)
    finally:
        structlog.configure(**before)
    (line,) = capsys.readouterr().out.splitlines()
    event = json.loads(line)
    assert (event["event"], event["port"], event["level"]) == ("ready", 8003, "info")


def test_the_contract_is_published_with_examples(http):
    contract = http.get("/openapi.json").json()
    assert "/services/exchange/api/courses/{course}/labs/{lab}/submissions" in contract["paths"]
    assert "Problem" in contract["components"]["schemas"]
    assert "l2-05-equite" in json.dumps(contract)


@pytest.mark.parametrize("course", ["..", ".", "a?b"])
def test_a_name_from_an_address_never_leads_to_another_route(room, course):
    with pytest.raises(ExchangeError) as refused:
        room.ada.labs(course)
    assert refused.value.code == "invalid_request"


def test_a_client_whose_service_is_away():
    with Exchange("http://127.0.0.1:9/services/exchange", "t") as client, pytest.raises(UnreachableError):
        client.courses()


def test_the_asynchronous_client_says_the_same(room):
    import asyncio

    async def follow() -> list[str]:
        async with AsyncExchange(room.exchange.url, f"token-of-{room.names['ada']}") as client:
            assert [c.id for c in await client.courses()] == [room.course]
            with pytest.raises(ExchangeError):
                await client.trainer_labs(room.course)
            return [s.state.value async for s in client.events(receipt.id)]

    room.release()
    receipt = room.submit()
    room.grade()
    assert asyncio.run(follow()) == ["graded"]
