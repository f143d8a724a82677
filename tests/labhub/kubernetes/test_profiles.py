"""Who may use which machine, table by table; what a page offers; what a start says of itself."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from tests.labhub.kubernetes.conftest import cluster_settings

from labgrader.cluster_settings import KubernetesSettings
from labhub.kubernetes.choices import choices
from labhub.kubernetes.profiles import NotEntitledError, Person, demanded, open_to, recommended
from labhub.kubernetes.progress import PROGRESS, step_of
from labhub.kubernetes.waiting import kept, patience, way_down

PROFILES = {
    "cpu-large": {"courses": ["niveau-3"]},
    "gpu-shared": {"seats": 4, "courses": ["niveau-3"], "cohorts": ["lyon-1"]},
    "gpu": {"seats": 1, "cohorts": ["lyon-1"], "fallback": "gpu-shared"},
}


@pytest.fixture
def kubernetes(tmp_path: Path) -> KubernetesSettings:
    return cluster_settings(tmp_path, kubernetes={"profiles": PROFILES}).kubernetes


@pytest.mark.parametrize(
    ("groups", "admin", "names"),
    [
        ((), False, ["cpu"]),
        (("nbgrader-niveau-2",), False, ["cpu"]),
        (("nbgrader-niveau-3",), False, ["cpu", "cpu-large", "gpu-shared"]),
        (("formgrade-niveau-3",), False, ["cpu", "cpu-large", "gpu-shared"]),
        (("cohort-lyon-1",), False, ["cpu", "gpu-shared", "gpu"]),
        (("cohort-lyon-1", "nbgrader-niveau-3"), False, ["cpu", "cpu-large", "gpu-shared", "gpu"]),
        (("niveau-3", "lyon-1", "nbgrader-lyon-1", "cohort-niveau-3"), False, ["cpu"]),
        ((), True, ["cpu", "cpu-large", "gpu-shared", "gpu"]),
    ],
)
def test_a_profile_is_open_to_its_courses_and_cohorts(
    kubernetes: KubernetesSettings, groups: tuple[str, ...], admin: bool, names: list[str]
) -> None:
    person = Person.of(groups, admin)
    assert open_to(kubernetes, person) == names
    for name in [*kubernetes.profiles, "no-such", ""]:
        if name in names:
            assert demanded(kubernetes, person, name) == name
        else:
            with pytest.raises(NotEntitledError):
                demanded(kubernetes, person, name)
    assert [choice.name for choice in choices(kubernetes, person, "cpu")] == names


def test_a_profile_without_a_seat_is_open_to_nobody_not_even_an_administrator(tmp_path: Path) -> None:
    kubernetes = cluster_settings(tmp_path, kubernetes={"profiles": {}}).kubernetes
    assert open_to(kubernetes, Person.of((), admin=True)) == ["cpu", "cpu-large"]


@pytest.mark.parametrize(
    ("groups", "wanted", "got"),
    [
        ((), "gpu", "cpu"),
        (("nbgrader-niveau-3",), "gpu", "gpu-shared"),
        (("cohort-lyon-1",), "gpu", "gpu"),
        ((), "no-such", "cpu"),
        ((), "", "cpu"),
        (("nbgrader-niveau-3",), "cpu-large", "cpu-large"),
    ],
)
def test_a_recommendation_comes_as_near_as_it_may(
    kubernetes: KubernetesSettings, groups: tuple[str, ...], wanted: str, got: str
) -> None:
    assert recommended(kubernetes, Person.of(groups), wanted) == got


def test_the_way_down_leads_over_what_is_open_and_a_start_has_time_for_all_of_it(
    kubernetes: KubernetesSettings,
) -> None:
    both = Person.of(["cohort-lyon-1"])
    assert list(way_down(kubernetes, both, "gpu")) == ["gpu", "gpu-shared", "cpu"]
    assert patience(kubernetes, both, "gpu") == (20 + 20 + 15 + 1) * 60
    assert patience(kubernetes, both, "cpu") == (5 + 1) * 60


def test_a_cohort_of_several_is_always_the_same_one() -> None:
    assert Person.of(["cohort-b", "cohort-a", "x"]).cohort == "a"
    assert Person.of(["nbgrader-a"]).cohort == "none"


TICKET = {"profile": "gpu", "key": "jupyter-alice", "cohort": "a", "since": 1000.0}


@pytest.mark.parametrize(
    ("state", "now", "counts"),
    [
        (None, 1000, False),
        ({}, 1000, False),
        ({"ticket": TICKET}, 1000, True),
        ({"ticket": TICKET}, 1000 + 20 * 60 + 899, True),
        ({"ticket": TICKET}, 1000 + 20 * 60 + 901, False),
        ({"ticket": {**TICKET, "profile": "gone"}}, 1000, False),
    ],
)
def test_a_stored_ticket_counts_until_it_is_too_old(
    kubernetes: KubernetesSettings, state: dict | None, now: float, counts: bool
) -> None:
    assert (kept(state, kubernetes, now) is not None) is counts


def pod(phase: str, *conditions: str) -> dict[str, Any]:
    return {"status": {"phase": phase, "conditions": [{"type": c, "status": "True"} for c in conditions]}}


@pytest.mark.parametrize(
    ("of", "reasons", "step"),
    [
        (None, [], "home"),
        (pod("Pending"), [], "home"),
        (pod("Pending"), ["FailedScheduling"], "node"),
        (pod("Pending", "PodScheduled"), ["FailedScheduling", "Scheduled"], "home"),
        (pod("Pending", "PodScheduled"), ["Scheduled", "Pulling"], "image"),
        (pod("Pending", "PodScheduled"), ["Pulling", "Pulled"], "start"),
        (pod("Pending", "PodScheduled"), ["Pulled", "Created"], "start"),
        (pod("Running", "PodScheduled"), [], "start"),
    ],
)
def test_where_a_start_is(of: dict | None, reasons: list[str], step: str) -> None:
    assert step_of(of, [{"reason": reason} for reason in reasons]) == step


def test_steps_come_in_order() -> None:
    assert list(PROGRESS.values()) == sorted(PROGRESS.values())
